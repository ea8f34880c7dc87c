#!/usr/bin/env python3
"""80 threads that wait for ever in one method, each with a buffer in a local variable of it."""
import sys, os, gzip, struct; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from hprof import Hprof
N = int(sys.argv[2]) if len(sys.argv) > 2 else 80
h = Hprof(idsize=8); ids = iter(range(0x7000_0000, 0x7f00_0000, 0x100)); at = [0x8000_0000]
def new(n): a = at[0]; at[0] += (n + 7) & ~7; return a
K = {}
def C(n, sup, statics=(), fields=()): K[n] = next(ids); h.cls(K[n], n, K[sup] if sup else 0, 0, statics=statics, fields=fields); return h.serial
C("java/lang/Object", None); C("java/lang/Class", "java/lang/Object"); C("java/lang/String", "java/lang/Object", fields=[("value", 2), ("coder", 8)]); C("[B", "java/lang/Object"); C("java/lang/Runnable", "java/lang/Object")
tser = C("java/lang/Thread", "java/lang/Object", fields=[("name", 2), ("target", 2), ("group", 2), ("threadStatus", 10)]); wser = C("shop/Importer", "java/lang/Object", fields=[("id", 10)])
for n in ("java/lang/Object", "java/lang/Class", "java/lang/Thread"): h.root(5, K[n])
def frame(i, method, file, ser, line): h.rec(4, h.id(i) + h.id(h.name(method)) + h.id(h.name("()V")) + h.id(h.name(file)) + struct.pack(">Ii", ser, line))
frame(1, "wait", "Object.java", 1, -3); frame(2, "read", "Importer.java", wser, 57); frame(3, "run", "Importer.java", wser, 31); frame(4, "run", "Thread.java", tser, 840)
h.rec(5, struct.pack(">III", 1, 0, 0))
for i in range(N): h.rec(5, struct.pack(">III", i + 2, i + 1, 4) + b"".join(h.id(f) for f in (1, 2, 3, 4)))
ts, imp, buf = [], [], []
for i in range(N):
    t, m, b = new(64), new(16), new(16 + 30000); ts.append(t); imp.append(m); buf.append(b)
    h.root(8, t, ("u", i + 1), ("u", i + 2)); h.root(3, b, ("u", i + 1), ("u", 1)); h.root(3, m, ("u", i + 1), ("u", 2)); h.root(3, t, ("u", i + 1), ("u", 3))
for i in range(N):
    s, v = new(24), new(16 + 16); h.inst(ts[i], K["java/lang/Thread"], {"name": s, "target": imp[i], "threadStatus": 401})
    h.inst(s, K["java/lang/String"], {"value": v}); h.prim(v, 8, b"importer-%02d     " % i); h.inst(imp[i], K["shop/Importer"], {"id": i}); h.prim(buf[i], 8, bytes(30000))
gzip.open(sys.argv[1], "wb", 9).write(h.bytes())
