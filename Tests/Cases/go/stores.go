package main

import (
	"container/list"
	"context"
	"sync"
)

// A map that had very many entries once.
type order struct{ lines [12]int64 }

var orders = map[int64]order{}

func emptyOrders() {
	for i := int64(0); i < 6000; i++ {
		orders[i] = order{}
	}
	for i := int64(30); i < 6000; i++ {
		delete(orders, i)
	}
}

// Twelve bytes of each document keep all of it.
var titles []string

func readTitles() {
	for i := 0; i < 40; i++ {
		document := string(make([]byte, 56*1024))
		titles = append(titles, document[100:112])
	}
}

var headers [][]byte

func readHeaders() {
	for i := 0; i < 60; i++ {
		message := make([]byte, 32*1024)
		headers = append(headers, message[:16])
	}
}

// Contexts whose cancel functions nobody calls stay children of their parent.
type requestState struct{ body [1200]byte }

type stateKey struct{}

var appContext, stopApp = context.WithCancel(context.Background())

func acceptRequests() {
	for i := 0; i < 400; i++ {
		ctx, _ := context.WithCancel(context.WithValue(appContext, stateKey{}, &requestState{}))
		ctx.Done()
	}
}

// A pool full of buffers that were large once.
var buffers = sync.Pool{New: func() any { return new(buffer) }}

type buffer struct{ bytes []byte }

func usePool() {
	var taken []*buffer
	for i := 0; i < 60; i++ {
		b := buffers.Get().(*buffer)
		b.bytes = make([]byte, 24*1024)
		taken = append(taken, b)
	}
	for _, b := range taken {
		buffers.Put(b)
	}
}

type request struct{ header [700]byte }

var seen sync.Map

func rememberRequests() {
	for i := 0; i < 1200; i++ {
		seen.Store(i, &request{})
	}
}

// Views that subscribe and never go.
type topic struct{ subscribers []func(int) }

type view struct {
	pixels [4000]byte
	topic  *topic
}

func (v *view) redraw(n int) { v.pixels[0] = byte(n) }

var prices = &topic{}

func showViews() {
	for i := 0; i < 250; i++ {
		v := &view{topic: prices}
		prices.subscribers = append(prices.subscribers, v.redraw)
	}
}

// A log that grows, linked by one pointer.
type entry struct {
	text [300]byte
	next *entry
}

var lastEntry *entry

func logEvents() {
	for i := 0; i < 3000; i++ {
		lastEntry = &entry{next: lastEntry}
	}
}

// A cache without a limit: a map into a list of its pages.
type pageCache struct {
	byPath map[int]*list.Element
	recent *list.List
}

type page struct{ html [1500]byte }

var pages = pageCache{byPath: map[int]*list.Element{}, recent: list.New()}

func cachePages() {
	for i := 0; i < 500; i++ {
		pages.byPath[i] = pages.recent.PushFront(&page{})
	}
}

// Closures that keep what they were made from.
type template struct{ source [2000]byte }

var handlers = map[int]func() byte{}

func registerHandlers() {
	for i := 0; i < 300; i++ {
		t := &template{}
		handlers[i] = func() byte { return t.source[0] }
	}
}
