#!/usr/bin/env python3
"""A queue that nobody drains, linked by one `next` a node, as java.util.concurrent.ConcurrentLinkedQueue and many queues of libraries are."""
import sys, os, gzip; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from hprof import Hprof
h = Hprof(idsize=8); O, CLS, STR, BA, NODE, QUEUE, MAIN, OA, FILL = (0x7000_0000 + i * 0x100 for i in range(9))
at = [0x8000_0000]
def new(n): a = at[0]; at[0] += (n + 7) & ~7; return a
queue = new(24)
h.cls(O, "java/lang/Object", 0, 0); h.cls(CLS, "java/lang/Class", O, 0); h.cls(STR, "java/lang/String", O, 9, fields=[("value", 2), ("coder", 8)])
h.cls(BA, "[B", O, 0); h.cls(OA, "[Ljava/lang/Object;", O, 0)
h.cls(NODE, "java/util/concurrent/ConcurrentLinkedQueue$Node", O, 16, fields=[("item", 2), ("next", 2)])
h.cls(QUEUE, "java/util/concurrent/ConcurrentLinkedQueue", O, 16, fields=[("head", 2), ("tail", 2)])
fill = new(16 + 4 * 600); h.cls(FILL, "app/Settings", O, 0, statics=[("texts", 2, fill)])
h.cls(MAIN, "app/EventLog", O, 0, statics=[("pending", 2, queue)])
for c in (O, CLS, STR, MAIN, FILL): h.root(5, c)
nodes = [new(24) for _ in range(3000)]
h.inst(queue, QUEUE, {"head": nodes[0], "tail": nodes[-1]})
for i, n in enumerate(nodes):
    b = new(16 + 500); h.inst(n, NODE, {"item": b, "next": nodes[i + 1] if i + 1 < len(nodes) else 0}); h.prim(b, 8, bytes(500))
texts = []
for i in range(600):   # what a program has besides, in no one place
    s, v = new(24), new(16 + 40); h.inst(s, STR, {"value": v}); h.prim(v, 8, b"%040d" % i); texts.append(s)
h.objs(fill, OA, texts)
gzip.open(sys.argv[1], "wb", 9).write(h.bytes())
