// Command go-heap makes heap dumps of any size for measuring: a heap shaped like that of a business program, with
// many small cycles, one large one, a deep chain and blocked goroutines.
//
//	go-heap -accounts 200000 -cache 100000 -chain 200000 -workers 50 medium.heapdump
package main

import (
	"container/list"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// An account and its orders refer to each other: one small cycle an account.
type account struct {
	id     uint64
	name   string
	orders []*order
	parent *account
}

type order struct {
	account *account
	items   *item
	total   float64
	memo    any
}

type item struct {
	next *item
	sku  string
	qty  int32
}

// The list of a cache is one large cycle, and its index refers to every element too.
type cache struct {
	list  *list.List
	index map[uint64]*list.Element
}

type cacheEntry struct {
	key     uint64
	account *account
}

// A chain makes a deep dominator tree.
type link struct {
	next *link
	id   int
}

type worker struct {
	jobs []*job
	buf  []byte
}

type job struct {
	worker *worker
	id     int
}

var (
	accounts []*account
	recent   = cache{list.New(), map[uint64]*list.Element{}}
	chain    *link
	blobs    [][]byte
)

func newAccount(i int) *account {
	a := &account{id: uint64(i), name: fmt.Sprintf("account-%08d", i)}
	if i > 0 {
		a.parent = accounts[(i-1)/2]
	}
	a.orders = make([]*order, 0, 4)
	for j := range 4 {
		o := &order{account: a, total: float64(i * j)}
		for k := range 2 {
			o.items = &item{next: o.items, sku: "sku", qty: int32(k)}
		}
		switch j {
		case 1:
			o.memo = &item{sku: a.name}
		case 2:
			o.memo = i
		}
		a.orders = append(a.orders, o)
	}
	return a
}

// startWorker leaves a goroutine blocked for ever on a channel that nobody closes.
func startWorker(id int) {
	w := &worker{buf: make([]byte, 4096)}
	w.jobs = append(w.jobs, &job{worker: w, id: id})
	ch := make(chan int)
	go func() {
		for v := range ch {
			w.jobs[0].id += v
		}
		runtime.KeepAlive(w)
	}()
}

func main() {
	accountCount := flag.Int("accounts", 1000, "accounts, about 17 objects each")
	cacheCount := flag.Int("cache", 1000, "entries of the cache, one cycle")
	chainLength := flag.Int("chain", 1000, "length of the chain")
	workers := flag.Int("workers", 10, "goroutines that are blocked for ever")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: go-heap [flags] FILE")
		os.Exit(2)
	}
	accounts = make([]*account, 0, *accountCount)
	for i := range *accountCount {
		accounts = append(accounts, newAccount(i))
	}
	for i := range *cacheCount {
		e := &cacheEntry{key: uint64(i), account: accounts[i%len(accounts)]}
		recent.index[e.key] = recent.list.PushFront(e)
	}
	for i := range *chainLength {
		chain = &link{next: chain, id: i}
	}
	for i := range 8 {
		blobs = append(blobs, make([]byte, 16<<10+i*4096))
	}
	for i := range *workers {
		startWorker(i)
	}
	time.Sleep(50 * time.Millisecond) // until the workers are blocked
	runtime.GC()
	file, err := os.Create(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	debug.WriteHeapDump(file.Fd())
	if err := file.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	runtime.KeepAlive(accounts)
}
