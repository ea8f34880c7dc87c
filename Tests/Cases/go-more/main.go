// More programs that leak, one a scenario: more SCENARIO FILE runs one and writes its heap dump.
package main

import (
	"context"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// Readers wait for a lock that a writer never gives back.
type cache struct {
	lock sync.RWMutex
	hits int
}

type lookup struct{ key [5000]byte }

var shared cache

func (c *cache) get(l *lookup) int {
	c.lock.RLock()
	defer c.lock.RUnlock()
	return c.hits + int(l.key[0])
}

func readLocked() {
	shared.lock.Lock()
	for i := 0; i < 140; i++ {
		l := &lookup{}
		go shared.get(l)
	}
}

// Consumers wait for a condition that nobody signals.
type mailbox struct {
	lock  sync.Mutex
	ready *sync.Cond
}

type draft struct{ text [4000]byte }

var inbox = mailbox{}

func (m *mailbox) receive(d *draft) byte {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.ready.Wait()
	return d.text[0]
}

func waitForMail() {
	inbox.ready = sync.NewCond(&inbox.lock)
	for i := 0; i < 160; i++ {
		d := &draft{}
		go inbox.receive(d)
	}
}

// Connections on which nothing comes any more, each with a goroutine that reads.
type client struct {
	conn  net.Conn
	input [4000]byte
}

func (c *client) read() {
	for {
		if _, err := c.conn.Read(c.input[:]); err != nil {
			return
		}
	}
}

// Without this the collector would close it, and with it all connections.
var listener net.Listener

func openClients() {
	var err error
	if listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		panic(err)
	}
	for i := 0; i < 100; i++ {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			panic(err)
		}
		c := &client{conn: conn}
		go c.read()
	}
}

// A slice that was emptied by s[:0]: what it held is beyond its length, and stays.
type task struct{ input [900]byte }

var tasks []*task

func emptyTasks() {
	for i := 0; i < 1000; i++ {
		tasks = append(tasks, &task{})
	}
	tasks = tasks[:0]
}

// Contexts with a deadline far away, whose cancel functions nobody calls: their timers keep them.
type upload struct{ data [2000]byte }

type uploadKey struct{}

func startUploads() {
	for i := 0; i < 300; i++ {
		ctx := context.WithValue(context.Background(), uploadKey{}, &upload{})
		ctx, _ = context.WithTimeout(ctx, 24*time.Hour)
		ctx.Done()
	}
}

// A singleton's callbacks by name, closures over what they were registered for.
type plugin struct{ config [2500]byte }

type registry struct{ callbacks map[string][]func() byte }

var hooks *registry

func registerPlugins() {
	hooks = &registry{callbacks: map[string][]func() byte{}}
	for i := 0; i < 300; i++ {
		p := &plugin{}
		hooks.callbacks["start"] = append(hooks.callbacks["start"], func() byte { return p.config[0] })
	}
}

func main() {
	switch os.Args[1] {
	case "rw-mutex":
		readLocked()
	case "cond":
		waitForMail()
	case "io-wait":
		openClients()
	case "emptied-slice":
		emptyTasks()
	case "deadline":
		startUploads()
	case "callbacks":
		registerPlugins()
	default:
		println("no such scenario")
		os.Exit(2)
	}
	time.Sleep(200 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	file, err := os.Create(os.Args[2])
	if err != nil {
		panic(err)
	}
	debug.WriteHeapDump(file.Fd())
	file.Close()
}
