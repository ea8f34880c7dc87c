#!/usr/bin/env python3
"""A heap dump laid out as Android's runtime lays it out: 25 destroyed fragments are kept by messages that were posted for
later and wait in the queue of the main thread, linked by `next`.    make.py OUT.gz
"""

import gzip
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from hprof import Hprof

IMAGE, ZYGOTE, APP = 0x49, 0x5A, 0x41
dump = Hprof("1.0.3", idsize=4)
heaps = {kind: dump.name(text) for kind, text in ((APP, "app"), (ZYGOTE, "zygote"), (IMAGE, "image"))}
free = {IMAGE: 0x70000000, ZYGOTE: 0x72000000, APP: 0x13000000}
classes, current = {}, [None]


def heap(kind):
    if current[0] != kind:
        dump.raw(bytes([0xFE]) + struct.pack(">II", kind, heaps[kind]))
        current[0] = kind


def new(kind, size):
    place = free[kind]
    free[kind] += (size + 7) & ~7
    return place


def define(kind, name, above, size, statics=(), fields=()):
    heap(kind)
    dump.prim(classes[name] | 1, 8, bytes(24))
    overhead = [("$classOverhead", 2, classes[name] | 1)]
    dump.cls(
        classes[name], name, classes[above] if above else 0, size, statics=[*overhead, *statics], fields=fields)


def instance(kind, place, name, values):
    heap(kind)
    dump.inst(place, classes[name], {**values, "shadow$_klass_": classes[name]})


BOOT = [
    ("java.lang.Object", None, 8, [("shadow$_klass_", 2), ("shadow$_monitor_", 10)]),
    ("java.lang.Class", "java.lang.Object", 120, [("classLoader", 2), ("name", 2)]),
    ("java.lang.String", "java.lang.Object", 16, [("count", 10), ("hash", 10)]),
    ("java.lang.Object[]", "java.lang.Object", 0, []),
    ("byte[]", "java.lang.Object", 0, []),
    ("java.lang.Thread", "java.lang.Object", 96, [("name", 2), ("daemon", 4)]),
    ("android.os.Handler", "java.lang.Object", 20, [("mLooper", 2), ("mQueue", 2), ("mCallback", 2)]),
    ("android.os.Looper", "java.lang.Object", 20, [("mQueue", 2), ("mThread", 2)]),
    ("android.os.Message", "java.lang.Object", 60, [("callback", 2), ("next", 2), ("target", 2), ("when", 11)]),
    ("android.os.MessageQueue", "java.lang.Object", 40, [("mMessages", 2), ("mPtr", 11), ("mQuitAllowed", 4)]),
    ("androidx.fragment.app.Fragment", "java.lang.Object", 32, [("mView", 2), ("mTag", 2), ("mCalled", 4)]),
]
OWN = [
    ("app.DetailsFragment", "androidx.fragment.app.Fragment", 40, [("picture", 2), ("refresh", 2)]),
    ("app.DetailsFragment$$ExternalSyntheticLambda0", "java.lang.Object", 12, [("f$0", 2)]),
]
for name, *_ in BOOT:
    classes[name] = new(IMAGE, 136)
for name, *_ in OWN:
    classes[name] = new(APP, 136)
thread, looper, queue, handler = new(ZYGOTE, 96), new(APP, 24), new(APP, 40), new(APP, 24)
for name, *_ in BOOT:
    dump.root(0x05, classes[name])
for name, *_ in OWN:
    dump.root(0x05, classes[name])
dump.root(0x08, thread, ("u", 1), ("u", 0xFFFFFFFF))
dump.root(0x03, queue, ("u", 1), ("u", 0xFFFFFFFF))
main_looper = [("sMainLooper", 2, looper)]
for name, above, size, fields in BOOT:
    define(IMAGE, name, above, size, main_looper if name == "android.os.Looper" else (), fields)
for name, above, size, fields in OWN:
    define(APP, name, above, size, (), fields)
instance(ZYGOTE, thread, "java.lang.Thread", {})
instance(APP, looper, "android.os.Looper", {"mQueue": queue, "mThread": thread})
instance(APP, handler, "android.os.Handler", {"mLooper": looper, "mQueue": queue})
messages = [new(APP, 60) for _ in range(25)]
instance(APP, queue, "android.os.MessageQueue", {"mMessages": messages[0], "mPtr": 0x7F00_1000})
for i, message in enumerate(messages):
    fragment, task, picture = new(APP, 40), new(APP, 12), new(APP, 12 + 40000)
    following = messages[i + 1] if i + 1 < len(messages) else 0
    instance(APP, message, "android.os.Message", {"callback": task, "next": following, "target": handler, "when": 9_000_000 + i})
    instance(APP, task, "app.DetailsFragment$$ExternalSyntheticLambda0", {"f$0": fragment})
    instance(APP, fragment, "app.DetailsFragment", {"picture": picture, "refresh": task, "mCalled": 1})
    heap(APP)
    dump.prim(picture, 8, bytes(40000))
with open(sys.argv[1], "wb") as file, gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=9, mtime=0) as out:
    out.write(dump.bytes())
