// Command kinds keeps objects in places that readers of heap dumps get wrong, writes a dump of itself, and prints the
// address and type of each object.
package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// Node can be told from others by its size.
type Node struct {
	next  *Node
	bytes [104]byte
	name  string
}

// Grid fills a span of its own: 32,768 bytes with pointers and no type word in front.
type Grid struct{ cells [64][64]*Node }

// Headed is just small enough to have a type word.
type Headed struct{ cells [4095]*Node }

// Shape is something with an area.
type Shape interface{ Area() float64 }

// Square is one.
type Square struct{ side float64 }

// Area returns the area.
func (square Square) Area() float64 { return square.side * square.side }

// Values has a field of every kind that is shown in words.
type Values struct {
	Short, Long, Control string
	Numbers              []int
	Bytes                []byte
	Names                map[string]int
	Channel              chan int
	Constant, Boxed      any
	Text                 any
	Truth                any
	Static               Shape
	When                 time.Time
	Wait                 time.Duration
}

// Point occurs in interfaces only: debug information of older versions of Go leaves slices of it out.
type Point struct{ x, y float64 }

var (
	boxed  []any
	grid   *Grid
	mixed  []any
	headed *Headed
	values *Values
	ticker *time.Ticker
	table  sync.Map
	truth  []string
)

func note(address unsafe.Pointer, kind string) {
	truth = append(truth, "0x"+strconv.FormatUint(uint64(uintptr(address)), 16)+"\t"+kind)
}

//go:noinline
func newNode(name string) *Node {
	node := &Node{name: strings.Repeat(name, 2)}
	node.next = node
	note(unsafe.Pointer(node), "main.Node")
	return node
}

//go:noinline
func plant() {
	grid = &Grid{}
	note(unsafe.Pointer(grid), "main.Grid")
	grid.cells[0][0], grid.cells[63][63] = newNode("first"), newNode("last")
	mixed = make([]any, 2048)
	note(unsafe.Pointer(&mixed[0]), "[]interface {}")
	for i := range mixed {
		mixed[i] = i + 100_000
	}
	mixed[1], mixed[2047] = newNode("mixed"), newNode("end")
	headed = &Headed{}
	note(unsafe.Pointer(headed), "main.Headed")
	headed.cells[4094] = newNode("headed")
	ticker = time.NewTicker(time.Hour)
	note(*(*unsafe.Pointer)(unsafe.Pointer(&ticker.C)), "chan time.Time")
	for i := 0; i < 40; i++ {
		node := newNode("table")
		table.Store(i, node)
	}
	values = &Values{
		Short: "short", Long: strings.Repeat("0123456789", 500), Control: "bell\a esc\x1b[31m new\nline",
		Numbers: make([]int, 3, 10), Bytes: []byte("plain bytes"), Names: map[string]int{"a": 1, "b": 2},
		Channel: make(chan int, 5), Constant: 42_000, Boxed: len(os.Args) + 4999, Text: strings.Repeat("boxed", 3),
		Truth: true, Static: Square{3}, When: time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC), Wait: 90 * time.Second,
	}
	points := make([]Point, 3)
	note(unsafe.Pointer(&points[0]), "[]main.Point")
	boxed = append(boxed, points)
	values.Channel <- 1
	values.Channel <- 2
	note(unsafe.Pointer(values), "main.Values")
}

//go:noinline
func receive(channel chan string, kept *Node) {
	<-channel
	kept.name = ""
}

//go:noinline
func send(_ int, channel chan *Node, sent *Node) {
	channel <- sent
	sent.name = ""
}

//go:noinline
func wait(_ [1]int, text string, kept *Node, more []byte, number float64, last *Node) {
	<-make(chan int)
	println(text, kept, len(more), number, last)
}

//go:noinline
func deferred(kept *Node) {
	defer show(kept)
	select {}
}

//go:noinline
func show(values ...any) { println(len(values)) }

func main() {
	plant()
	go receive(make(chan string), newNode("receive"))
	go send(1, make(chan *Node), newNode("send"))
	go wait([1]int{1}, "text", newNode("wait"), nil, 1.5, newNode("last"))
	go deferred(newNode("deferred"))
	time.Sleep(100 * time.Millisecond)
	lines := []byte(strings.Join(truth, "\n") + "\n")
	os.WriteFile("truth.tsv", lines, 0o644)
	truth, lines = nil, nil
	runtime.GC()
	runtime.GC()
	file, err := os.Create("kinds.heapdump")
	if err != nil {
		panic(err)
	}
	debug.WriteHeapDump(file.Fd())
}
