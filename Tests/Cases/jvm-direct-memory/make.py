#!/usr/bin/env python3
"""100 direct buffers of 1 MiB each, as JDK 17 lays them out, in a heap of less than a megabyte."""
import sys, os, gzip; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from hprof import Hprof
h = Hprof(idsize=8); ids = iter(range(0x7000_0000, 0x7f00_0000, 0x100)); at = [0x8000_0000]
def new(n): a = at[0]; at[0] += (n + 7) & ~7; return a
K = {}
def C(n, sup, statics=(), fields=()):
    K[n] = next(ids); h.cls(K[n], n, K[sup] if sup else 0, 0, statics=statics, fields=fields)
reserved, limit, pool, arr, texts, first = new(24), new(24), new(24), new(16 + 400), new(16 + 4 * 3000), new(40)
C("java/lang/Object", None); C("java/lang/Class", "java/lang/Object"); C("java/lang/String", "java/lang/Object", fields=[("value", 2), ("coder", 8)]); C("[B", "java/lang/Object"); C("[Ljava/lang/Object;", "java/lang/Object")
C("java/lang/Number", "java/lang/Object"); C("java/util/concurrent/atomic/AtomicLong", "java/lang/Number", fields=[("value", 11)])
C("java/nio/Bits", "java/lang/Object", statics=[("RESERVED_MEMORY", 2, reserved), ("TOTAL_CAPACITY", 2, limit), ("MAX_MEMORY", 11, 1 << 30)])
C("java/nio/Buffer", "java/lang/Object", fields=[("mark", 10), ("position", 10), ("limit", 10), ("capacity", 10), ("address", 11), ("segment", 2)])
C("java/nio/ByteBuffer", "java/nio/Buffer", fields=[("hb", 2), ("offset", 10), ("isReadOnly", 4), ("bigEndian", 4), ("nativeByteOrder", 4)])
C("java/nio/MappedByteBuffer", "java/nio/ByteBuffer", fields=[("fd", 2), ("isSync", 4)]); C("java/nio/DirectByteBuffer", "java/nio/MappedByteBuffer", fields=[("att", 2), ("cleaner", 2)])
C("java/lang/ref/Reference", "java/lang/Object", fields=[("referent", 2), ("queue", 2), ("next", 2), ("discovered", 2)]); C("java/lang/ref/PhantomReference", "java/lang/ref/Reference")
C("jdk/internal/ref/Cleaner", "java/lang/ref/PhantomReference", statics=[("first", 2, first)], fields=[("next", 2), ("prev", 2), ("thunk", 2)])
C("java/nio/DirectByteBuffer$Deallocator", "java/lang/Object", fields=[("address", 11), ("size", 11), ("capacity", 10)])
C("app/BufferPool", "java/lang/Object", statics=[("INSTANCE", 2, pool)], fields=[("buffers", 2)]); C("app/Texts", "java/lang/Object", statics=[("all", 2, texts)])
for n in ("java/lang/Object", "java/lang/Class", "java/lang/String", "java/nio/Bits", "jdk/internal/ref/Cleaner", "app/BufferPool", "app/Texts"): h.root(5, K[n])
h.inst(reserved, K["java/util/concurrent/atomic/AtomicLong"], {"value": 100 << 20}); h.inst(limit, K["java/util/concurrent/atomic/AtomicLong"], {"value": 100 << 20})
h.inst(pool, K["app/BufferPool"], {"buffers": arr}); bufs = []; cl = [first] + [new(40) for _ in range(99)]
for i in range(100):
    b, d = new(64), new(32); bufs.append(b); A = 0x7f12_0000_0000 + (i << 20)
    h.inst(b, K["java/nio/DirectByteBuffer"], {"mark": -1, "limit": 1 << 20, "capacity": 1 << 20, "address": A, "bigEndian": 1, "cleaner": cl[i]})
    h.inst(d, K["java/nio/DirectByteBuffer$Deallocator"], {"address": A, "size": 1 << 20, "capacity": 1 << 20})
    h.inst(cl[i], K["jdk/internal/ref/Cleaner"], {"referent": b, "next": cl[i + 1] if i < 99 else 0, "prev": cl[i - 1] if i else 0, "thunk": d})
h.objs(arr, K["[Ljava/lang/Object;"], bufs); T = []
for i in range(3000):
    s, v = new(24), new(16 + 100); h.inst(s, K["java/lang/String"], {"value": v}); h.prim(v, 8, b"%0100d" % i); T.append(s)
h.objs(texts, K["[Ljava/lang/Object;"], T)
gzip.open(sys.argv[1], "wb", 9).write(h.bytes())
