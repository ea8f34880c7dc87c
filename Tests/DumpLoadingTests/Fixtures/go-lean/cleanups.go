package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// Handle is held by a global; cleanups on it keep their arguments.
type Handle struct {
	fd   int
	name *int
}
type State struct {
	self *State
	pad  [100]uint64
}

// Node is held by the argument of its own cleanup.
type Node struct {
	owner *Owner
	pad   [60]uint64
}
type Owner struct {
	node *Node
	pad  [50]uint64
}

// Pair is an argument of more than a word.
type Pair struct {
	first, second *State
	size          int
}

// Log is held by the function of a cleanup.
type Log struct {
	lines [80]uint64
}

var handle *Handle

func (l *Log) flush(fd int32) { l.lines[0] = uint64(fd) }

//go:noinline
func setup() {
	handle = &Handle{fd: 3, name: new(int)}
	for i := 0; i < 5; i++ {
		st := &State{}
		st.self = st
		runtime.AddCleanup(handle, func(s *State) { s.pad[0] = 1 }, st)
	}
	for i := 0; i < 3; i++ {
		n := &Node{}
		n.owner = &Owner{node: n}
		runtime.AddCleanup(n, func(o *Owner) { o.pad[0] = 1 }, n.owner)
	}
	runtime.AddCleanup(handle, func(p Pair) { p.first.pad[0] = 1 }, Pair{&State{}, &State{}, 7})
	for i := 0; i < 2; i++ {
		log := &Log{}
		runtime.AddCleanup(handle, log.flush, int32(i+77))
	}
	runtime.AddCleanup(handle, func(s string) { println(s) }, string(make([]byte, 3000)))
}

//go:noinline
func deep(n int) int {
	var pad [512]int
	if n > 0 {
		pad[n%512] = deep(n-1)
	}
	return pad[(n+1)%512]
}

func main() {
	setup()
	deep(20)
	runtime.GC()
	f, _ := os.Create(os.Args[1])
	runtime.GC()
	debug.WriteHeapDump(f.Fd())
	println(runtime.Version())
	runtime.KeepAlive(handle)
	runtime.KeepAlive(f)
}
