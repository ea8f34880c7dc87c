"""A heap dump laid out as ART (Android 7 to 14) lays it out: 32-bit ids, HEAP_DUMP_INFO, java.lang.Object with shadow$_klass_ and
shadow$_monitor_, the characters of a String in an array whose id lies inside the String, $classOverhead arrays at class id | 1,
the true instance size in each class record."""
import sys; import os; sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lib'))
from hprof import Hprof
import struct
dup=int(sys.argv[2]) if len(sys.argv)>2 else 1
h=Hprof("1.0.3", idsize=4)
heapname={k:h.name(v) for k,v in ((0x41,"app"),(0x5a,"zygote"),(0x49,"image"))}
cur=[None]
def heap(k):
    if cur[0]!=k: h.raw(bytes([0xfe])+struct.pack(">II",k,heapname[k])); cur[0]=k
addr={0x49:0x70000000,0x5a:0x72000000,0x41:0x13000000}
def new(k,n):
    a=addr[k]; addr[k]+=(n+7)&~7; return a
IMG,ZYG,APP=0x49,0x5a,0x41
cls={}
def klass(k,name,static=0):
    cls[name]=new(k,120+static); return cls[name]
order=[(IMG,"java.lang.Object"),(IMG,"java.lang.Class"),(IMG,"java.lang.String"),(IMG,"java.lang.Object[]"),(IMG,"byte[]"),(IMG,"java.lang.Thread"),(IMG,"java.util.ArrayList"),(IMG,"java.lang.ref.Reference"),(IMG,"java.lang.ref.WeakReference"),(IMG,"android.content.Context"),(IMG,"android.app.Activity"),(IMG,"android.os.Handler"),(IMG,"android.os.Message"),(IMG,"android.os.MessageQueue"),(APP,"app.MainActivity"),(APP,"app.Bus"),(APP,"app.MainActivity$1")]
for k,n in order: klass(k,n,16)
O=cls["java.lang.Object"]
bus=new(APP,16); queue=new(APP,16)
def stat(name,k,extra=()):
    a=cls[name]|1
    heap(k); h.prim(a,8,bytes(24)); return [("$classOverhead",2,a)]+list(extra)
# roots come first, sticky classes some as often as there are references to them
for k,n in order:
    for i in range(dup if k==IMG else 1): h.root(0x05,cls[n])
mainthread=new(ZYG,96)
h.root(0x08,mainthread,("u",1),("u",0xffffffff))
h.root(0x03,queue,("u",1),("u",0xffffffff))

internb=new(IMG,16+8)
h.root(0x89,internb); h.root(0x8d,cls["java.lang.Object"]); h.root(0x8b,mainthread); h.root(0x8e,mainthread,("u",1),("u",0xffffffff))
def C(name,k,sup,size,statics=(),fields=()):
    st=stat(name,k,statics); h.cls(cls[name],name,cls[sup] if sup else 0,size,statics=st,fields=fields)
C("java.lang.Object",IMG,None,8,fields=[("shadow$_klass_",2),("shadow$_monitor_",10)])
C("java.lang.Class",IMG,"java.lang.Object",120,fields=[("classLoader",2),("name",2)])
C("java.lang.String",IMG,"java.lang.Object",16,fields=[("count",10),("hash",10),("value",2)])
C("java.lang.Object[]",IMG,"java.lang.Object",0); C("byte[]",IMG,"java.lang.Object",0)
C("java.lang.Thread",IMG,"java.lang.Object",96,fields=[("name",2)])
C("java.util.ArrayList",IMG,"java.lang.Object",20,fields=[("elementData",2),("modCount",10),("size",10)])
C("java.lang.ref.Reference",IMG,"java.lang.Object",24,fields=[("pendingNext",2),("queue",2),("queueNext",2),("referent",2)])
C("java.lang.ref.WeakReference",IMG,"java.lang.ref.Reference",24)
C("android.content.Context",IMG,"java.lang.Object",8)
C("android.app.Activity",IMG,"android.content.Context",20,fields=[("mBase",2),("mTitle",2),("mDestroyed",4)])
C("android.os.Handler",IMG,"java.lang.Object",16,fields=[("mQueue",2)])
C("android.os.Message",IMG,"java.lang.Object",24,fields=[("callback",2),("next",2),("when",11)])
C("android.os.MessageQueue",IMG,"java.lang.Object",16,fields=[("mMessages",2)])
C("app.Bus",APP,"java.lang.Object",16,statics=[("instance",2,bus)],fields=[("listeners",2)])
C("app.MainActivity",APP,"android.app.Activity",28,statics=[("bus",2,bus)],fields=[("listener",2),("bitmap",2)])
C("app.MainActivity$1",APP,"java.lang.Object",12,fields=[("this$0",2)])
def inst(k,oid,name,v):
    heap(k); v=dict(v); v["shadow$_klass_"]=cls[name]; h.inst(oid,cls[name],v)
def string(k,s):
    a=new(k,16+len(s)); inst(k,a,"java.lang.String",{"count":len(s)<<1,"value":a+16}); h.prim(a+16,8,s.encode()); return a
heap(IMG)
h.inst(internb,cls["java.lang.String"],{"count":8<<1,"value":internb+16,"shadow$_klass_":cls["java.lang.String"]}); h.prim(internb+16,8,b"interned")
inst(ZYG,mainthread,"java.lang.Thread",{"name":string(ZYG,"main")})
# twelve destroyed activities, kept by listeners in a singleton
ls=[]
for i in range(12):
    a=new(APP,40); l=new(APP,12); b=new(APP,12+4+50000)
    heap(APP); h.prim(b,8,bytes(50000))
    inst(APP,a,"app.MainActivity",{"mDestroyed":1,"listener":l,"bitmap":b,"mTitle":string(APP,"activity %d"%i)})
    inst(APP,l,"app.MainActivity$1",{"this$0":a}); ls.append(l)
arr=new(APP,12+4*16); heap(APP); h.objs(arr,cls["java.lang.Object[]"],ls+[0]*4)
lst=new(APP,20); inst(APP,lst,"java.util.ArrayList",{"elementData":arr,"size":12})
inst(APP,bus,"app.Bus",{"listeners":lst})
inst(APP,queue,"android.os.MessageQueue",{"mMessages":0})
for i in range(40): inst(APP,new(APP,24),"java.lang.ref.WeakReference",{"referent":0})
import gzip; gzip.open(sys.argv[1], "wb", 9).write(h.bytes())
