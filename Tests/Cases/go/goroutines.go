package main

import (
	"sync"
	"time"
)

// ledger is locked by a goroutine that never unlocks it; all others wait.
type ledger struct {
	mutex   sync.Mutex
	entries int
}

type statement struct{ lines [6000]byte }

var books ledger

func (l *ledger) post(s *statement) {
	l.mutex.Lock()
	l.entries += int(s.lines[0])
	l.mutex.Unlock()
}

func waitForLedger() {
	books.mutex.Lock()
	for i := 0; i < 150; i++ {
		s := &statement{}
		go books.post(s)
	}
}

// Watchers that nobody tells to stop.
type snapshot struct{ rows [5000]byte }

var shown *snapshot

func watch(updates, stop chan int) {
	last := &snapshot{}
	for {
		select {
		case n := <-updates:
			last.rows[0] = byte(n)
			shown = last
		case <-stop:
			return
		}
	}
}

func watchForever() {
	for i := 0; i < 180; i++ {
		go watch(make(chan int), make(chan int))
	}
}

// Workers whose channel is never closed.
type workspace struct{ scratch [7000]byte }

var busiest *workspace

func work(jobs chan int) {
	w := &workspace{}
	for n := range jobs {
		w.scratch[0] = byte(n)
		busiest = w
	}
}

func startWorkers() {
	for i := 0; i < 100; i++ {
		go work(make(chan int))
	}
}

// Batches of which one part never says that it is done.
type batch struct {
	parts  sync.WaitGroup
	result [8000]byte
}

func (b *batch) collect() {
	b.parts.Wait()
	b.result[0] = 1
}

func waitForBatches() {
	for i := 0; i < 80; i++ {
		b := &batch{}
		b.parts.Add(1)
		go b.collect()
	}
}

// A queue of which the consumer died.
type job struct{ payload [900]byte }

var jobs = make(chan *job, 2000)

func fillQueue() {
	for i := 0; i < 1500; i++ {
		jobs <- &job{}
	}
}

// Pollers that are never stopped, each with a ticker of its own.
type poller struct {
	ticker *time.Ticker
	cache  [4000]byte
}

func (p *poller) run() {
	for range p.ticker.C {
		p.cache[0]++
	}
}

func startPollers() {
	for i := 0; i < 120; i++ {
		p := &poller{ticker: time.NewTicker(time.Hour)}
		go p.run()
	}
}
