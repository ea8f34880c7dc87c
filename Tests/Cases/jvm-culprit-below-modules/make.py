#!/usr/bin/env python3
"""Listeners that an enum keeps: 200 cycles Screen <-> lambda. The class of the enum is kept by its loader, which is in a cycle with modules, as in each
JVM since 9; that cycle so retains what the program's statics do."""
import sys, os, gzip; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from hprof import Hprof
h = Hprof(idsize=8)
ids = iter(range(0x7000_0000, 0x7f00_0000, 0x100)); at = [0x8000_0000]
def new(n): a = at[0]; at[0] += (n + 7) & ~7; return a
K = {n: next(ids) for n in ("java/lang/Object", "java/lang/Class", "java/lang/String", "[B", "[Ljava/lang/Object;", "java/util/ArrayList", "java/lang/Module", "java/lang/ClassLoader",
     "jdk/internal/loader/ClassLoaders$AppClassLoader", "java/lang/ModuleLayer", "shop/Registry", "shop/Screen", "shop/Screen$$Lambda+0x000000000a0b0c00", "shop/Main")}
O = K["java/lang/Object"]; loader, module, layer, classes, carr, reg, lst, larr = (new(64) for _ in range(8)); larr = new(16 + 4 * 200); carr = new(16 + 16)
def C(n, sup=O, **k): h.cls(K[n], n, K[sup] if isinstance(sup, str) else sup, k.pop("size", 0), **k)
C("java/lang/Object", 0); C("java/lang/Class"); C("java/lang/String", fields=[("value", 2)]); C("[B"); C("[Ljava/lang/Object;")
C("java/util/ArrayList", fields=[("elementData", 2), ("size", 10)]); C("java/lang/Module", fields=[("layer", 2), ("loader", 2)])
C("java/lang/ClassLoader", fields=[("unnamedModule", 2), ("classes", 2)]); C("jdk/internal/loader/ClassLoaders$AppClassLoader", "java/lang/ClassLoader")
C("java/lang/ModuleLayer", fields=[("module", 2)])
L = loader
C("shop/Registry", statics=[("INSTANCE", 2, reg)], fields=[("listeners", 2)], loader=L); C("shop/Main", loader=L)
C("shop/Screen", fields=[("pixels", 2), ("listener", 2)], loader=L); C("shop/Screen$$Lambda+0x000000000a0b0c00", fields=[("arg$1", 2)], loader=L)
for n in ("java/lang/Object", "java/lang/Class", "java/lang/String", "java/lang/Module"): h.root(5, K[n])
h.root(1, loader, ("i", 0x55))
h.inst(loader, K["jdk/internal/loader/ClassLoaders$AppClassLoader"], {"unnamedModule": module, "classes": classes})
h.inst(module, K["java/lang/Module"], {"loader": loader, "layer": layer}); h.inst(layer, K["java/lang/ModuleLayer"], {"module": module})
h.inst(classes, K["java/util/ArrayList"], {"elementData": carr, "size": 3}); h.objs(carr, K["[Ljava/lang/Object;"], [K["shop/Registry"], K["shop/Screen"], K["shop/Main"], K["shop/Screen$$Lambda+0x000000000a0b0c00"]])
h.inst(reg, K["shop/Registry"], {"listeners": lst}); screens = []
for i in range(200):
    s, l, b = new(24), new(16), new(16 + 6000); screens.append(l)
    h.inst(s, K["shop/Screen"], {"pixels": b, "listener": l}); h.inst(l, K["shop/Screen$$Lambda+0x000000000a0b0c00"], {"arg$1": s}); h.prim(b, 8, bytes(6000))
h.objs(larr, K["[Ljava/lang/Object;"], screens); h.inst(lst, K["java/util/ArrayList"], {"elementData": larr, "size": 200})
gzip.open(sys.argv[1], "wb", 9).write(h.bytes())
