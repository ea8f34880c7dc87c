package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

type report struct{ rows [512]int64 }
type key struct{ a, b int64 }
type value struct{ text string; n int }

type shop struct {
	sessions map[string]*value
	plain    map[key]value
	tokens   []string
	head     []byte
	lines    [][]byte
	queue    chan *report
	numbers  chan int64
}

var open = &shop{}
var alone []byte
var name string

//go:noinline
func setup() {
	open.sessions = map[string]*value{}
	for i := 0; i < 5000; i++ {
		open.sessions[strings.Repeat("x", 8)+string(rune('a'+i%26))+time.Duration(i).String()] = &value{n: i}
	}
	n := 0
	for k := range open.sessions {
		if n++; n > 40 {
			delete(open.sessions, k)
		}
	}
	open.plain = map[key]value{}
	for i := int64(0); i < 3000; i++ {
		open.plain[key{i, i}] = value{n: 1}
	}
	for i := int64(7); i < 3000; i++ {
		delete(open.plain, key{i, i})
	}
	big := strings.Repeat("0123456789abcdef", 3584)
	open.tokens = append(open.tokens, big[100:112])
	buf := make([]byte, 57344)
	open.head = buf[:12]
	two := make([]byte, 40960)
	open.lines = [][]byte{two[10:20], two[15:40]}
	open.queue = make(chan *report, 1000)
	open.queue <- &report{}
	open.numbers = make(chan int64, 4000)
	open.numbers <- 1
	alone = make([]byte, 24576)[:100]
	name = strings.Repeat("name", 3000)[4:8]
}

func produce(results chan *report, n int) {
	r := &report{}
	r.rows[0] = int64(n)
	results <- r
}

type lru struct{ parent *shop }

func (l *lru) evict() { l.parent.tokens = nil }

var timers []*time.Timer

//go:noinline
func start() {
	for i := 0; i < 20; i++ {
		go produce(make(chan *report), i)
	}
	for i := 0; i < 10; i++ {
		timers = append(timers, time.AfterFunc(time.Hour, (&lru{open}).evict))
	}
}

func main() {
	setup()
	start()
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	f, _ := os.Create(os.Args[1])
	debug.WriteHeapDump(f.Fd())
	f.Close()
	runtime.KeepAlive(open)
}
