package main

import (
	"runtime"
	"time"
)

// conn has a finalizer, and leads to itself through its session: it is never freed.
type conn struct {
	session *connSession
	number  [8]int
}

type connSession struct {
	conn   *conn
	buffer [2500]byte
}

func openConnections() {
	for i := 0; i < 130; i++ {
		openConnection()
	}
}

//go:noinline
func openConnection() {
	c := &conn{}
	c.session = &connSession{conn: c}
	runtime.SetFinalizer(c, func(c *conn) { c.number[0] = 0 })
}

// Each turn of the loop makes a timer of an hour; before Go 1.23 it stays until then.
func pollWithAfter() {
	ticks := make(chan int, 1)
	for i := 0; i < 3000; i++ {
		ticks <- i
		select {
		case <-ticks:
		case <-time.After(time.Hour):
		}
	}
}

// session is dropped, but its timer of an hour leads to it.
type session struct {
	expiry *time.Timer
	data   [3000]byte
}

func (s *session) expire() { s.data[0] = 0 }

func openSessions() {
	for i := 0; i < 200; i++ {
		s := &session{}
		s.expiry = time.AfterFunc(time.Hour, func() { s.expire() })
	}
}
