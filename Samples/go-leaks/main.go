// Command go-leaks plants well-known memory leaks on purpose and writes two
// heap dumps of itself: before.heapdump, and after.heapdump once the garbage
// collector has run twice. README.md lists what is planted.
//
// Usage: go-leaks [FOLDER]
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

func main() {
	// Record the allocation stack of every object: the dumps then say where
	// each one was made. A service would keep the default rate.
	runtime.MemProfileRate = 1
	// No collection of its own accord, so that the first dump has all garbage.
	debug.SetGCPercent(-1)

	folder := "."
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}

	plantAll()
	exitOn(waitUntilBlocked(blockedWorkers))
	exitOn(writeHeapDump(filepath.Join(folder, "before.heapdump")))

	// The first collection moves what a sync.Pool holds to its victim cache,
	// the second one empties that.
	runtime.GC()
	runtime.GC()
	exitOn(writeHeapDump(filepath.Join(folder, "after.heapdump")))
}

// plantAll is a function of its own, not inlined, so that none of its locals
// keeps anything alive when it has returned.
//
//go:noinline
func plantAll() {
	plantOrphans()
	plantTenants()
	plantServices()
	plantBlockedWorkers()
	plantPooledBuffers()
	plantContexts()
	plantHandlers()
	plantSubscriptions()
	plantRings()
	plantQueues()
	plantTrees()
	plantFinalizers()
	plantTimers()
	plantSessionCache()
	fillCatalogue()
}

// waitUntilBlocked returns when count goroutines wait for a channel. A
// goroutine that has not started yet would be in the dump as runnable.
func waitUntilBlocked(count int) error {
	stacks := make([]byte, 64<<10)
	for attempt := 0; attempt < 1000; attempt++ {
		length := runtime.Stack(stacks, true)
		if strings.Count(string(stacks[:length]), " [chan receive") == count {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return fmt.Errorf("the %d workers did not block", count)
}

func writeHeapDump(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	debug.WriteHeapDump(file.Fd()) // stops the world while it writes
	return file.Close()
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-leaks:", err)
		os.Exit(1)
	}
}
