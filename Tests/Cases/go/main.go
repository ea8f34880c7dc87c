// Programs that leak, one a scenario: leaks SCENARIO FILE runs one and writes its heap dump.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

func main() {
	switch os.Args[1] {
	case "mutex":
		waitForLedger()
	case "select":
		watchForever()
	case "receive":
		startWorkers()
	case "wait-group":
		waitForBatches()
	case "queue":
		fillQueue()
	case "finalizer":
		openConnections()
	case "after":
		pollWithAfter()
	case "ticker":
		startPollers()
	case "after-func":
		openSessions()
	case "emptied-map":
		emptyOrders()
	case "substring":
		readTitles()
	case "subslice":
		readHeaders()
	case "context":
		acceptRequests()
	case "pool":
		usePool()
	case "sync-map":
		rememberRequests()
	case "listeners":
		showViews()
	case "linked-list":
		logEvents()
	case "lru":
		cachePages()
	case "handlers":
		registerHandlers()
	default:
		if !newer(os.Args[1]) {
			println("no such scenario")
			os.Exit(2)
		}
	}
	time.Sleep(100 * time.Millisecond)
	if os.Args[1] != "pool" {
		runtime.GC()
		runtime.GC()
	}
	fd, err := syscall.Open(os.Args[2], syscall.O_CREAT|syscall.O_WRONLY|syscall.O_TRUNC, 0o644)
	if err != nil {
		panic(err)
	}
	debug.WriteHeapDump(uintptr(fd))
	if quit != nil {
		<-quit
	}
}

// quit is never closed: what main still uses is not dead.
var quit chan bool
