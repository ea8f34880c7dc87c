//go:build go1.24

package main

import "runtime"

// Scenarios of what Go has since 1.24.
func newer(scenario string) bool {
	switch scenario {
	case "cleanup-cycle":
		openFiles()
	case "cleanup-global":
		countOnShutdown()
	default:
		return false
	}
	return true
}

// file is dropped by the program, but the argument of its cleanup leads back to it: it is never freed.
type file struct {
	state *fileState
	name  [64]byte
}

type fileState struct {
	owner  *file
	buffer [3000]byte
}

func release(state *fileState) { state.buffer[0] = 1 }

func openFiles() {
	for i := 0; i < 150; i++ {
		openFile()
	}
}

//go:noinline
func openFile() {
	f := &file{}
	f.state = &fileState{owner: f}
	runtime.AddCleanup(f, release, f.state)
}

// server lives as long as the program, and so do the arguments of its cleanups.
type server struct{ name *string }

type metrics struct{ samples [4000]byte }

var theServer *server

func flush(m *metrics) { m.samples[0] = 1 }

func countOnShutdown() {
	theServer = &server{name: new(string)}
	for i := 0; i < 120; i++ {
		runtime.AddCleanup(theServer, flush, &metrics{})
	}
}
