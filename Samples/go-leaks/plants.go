package main

import (
	"container/list"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"
)

// How many copies of each leak are planted. The numbers differ where they can,
// so that one recognises a leak by its count.
const (
	orphanRings        = 6
	tenantCycles       = 7
	registeredServices = 8
	droppedServices    = 4
	blockedWorkers     = 5
	pooledBuffers      = 6
	uncancelledScopes  = 12
	loggedInUsers      = 9
	subscriptionPairs  = 10
	playlistRings      = 4
	waitingQueues      = 5
	directoryTrees     = 4
	lockedFiles        = 11
	idleConnections    = 8
	cachedSessions     = 400
	catalogueProducts  = 2000
)

// 1. A cycle that no root reaches: garbage, and gone after a collection.

// Orphan is one of three that refer to each other in a ring.
type Orphan struct {
	next    *Orphan
	payload [40]byte
}

//go:noinline
func plantOrphans() {
	for i := 0; i < orphanRings; i++ {
		first, second, third := &Orphan{}, &Orphan{}, &Orphan{}
		first.next, second.next, third.next = second, third, first
	}
}

// 2. A cycle held by a global map: the tenant knows its documents, each
// document its tenant, and nobody removes an entry.

// Tenant owns documents.
type Tenant struct {
	Name      string
	Documents []*Document
}

// Document knows the tenant that owns it.
type Document struct {
	Key   string
	Owner *Tenant
	Text  []byte
}

var documentsByKey map[string]*Document

//go:noinline
func plantTenants() {
	documentsByKey = make(map[string]*Document)
	for i := 0; i < tenantCycles; i++ {
		tenant := &Tenant{Name: fmt.Sprintf("tenant-%d", i), Documents: make([]*Document, 0, 3)}
		for j := 0; j < 3; j++ {
			document := &Document{Key: fmt.Sprintf("%s/document-%d", tenant.Name, j), Owner: tenant}
			document.Text = []byte(strings.Repeat("lorem ipsum ", 40))
			tenant.Documents = append(tenant.Documents, document)
			documentsByKey[document.Key] = document
		}
	}
}

// 3. A closure that captures its receiver: Service.handler refers to the
// Service it is a field of. Some stay registered, the others are dropped and
// garbage in spite of the cycle.

// Service has a handler that captures it.
type Service struct {
	Name    string
	handler func() string
	state   [1024]byte
}

// NewService returns a service that refers to itself through its handler.
func NewService(name string) *Service {
	service := &Service{Name: name}
	service.handler = func() string { return "handled by " + service.Name }
	return service
}

var registry []*Service

//go:noinline
func plantServices() {
	for i := 0; i < registeredServices; i++ {
		registry = append(registry, NewService(fmt.Sprintf("registered-%d", i)))
	}
	for i := 0; i < droppedServices; i++ {
		NewService(fmt.Sprintf("dropped-%d", i)).state[0] = 1
	}
}

// 4. A goroutine blocked on a channel that nobody closes: its stack holds the
// worker, the worker its jobs, each job the worker.

// Worker collects the jobs it was given.
type Worker struct {
	jobs   []*Job
	buffer []byte
}

// Job knows its worker.
type Job struct {
	worker *Worker
	number int
}

//go:noinline
func newWorker() *Worker {
	worker := &Worker{jobs: make([]*Job, 0, 3), buffer: make([]byte, 4096)}
	for i := 0; i < 3; i++ {
		worker.jobs = append(worker.jobs, &Job{worker: worker, number: i})
	}
	return worker
}

// runWorker is not inlined, so that the stack frame that holds the worker has
// its name.
//
//go:noinline
func runWorker(incoming <-chan *Job) {
	worker := newWorker()
	for job := range incoming {
		worker.jobs = append(worker.jobs, job)
	}
	worker.buffer = nil // never reached
}

//go:noinline
func plantBlockedWorkers() {
	for i := 0; i < blockedWorkers; i++ {
		go runWorker(make(chan *Job))
	}
}

// 5. Objects in a sync.Pool: the pool holds them until it has seen two
// collections, so they are in the first dump only.

// PooledBuffer is used by the encoder it refers to.
type PooledBuffer struct {
	encoder *Encoder
	bytes   [256]byte
}

// Encoder writes to its buffer.
type Encoder struct{ output *PooledBuffer }

var bufferPool sync.Pool

//go:noinline
func plantPooledBuffers() {
	for i := 0; i < pooledBuffers; i++ {
		buffer := &PooledBuffer{}
		buffer.encoder = &Encoder{output: buffer}
		bufferPool.Put(buffer)
	}
}

// 6. Contexts never cancelled: each stays among the children of the server's
// context, with the request scope it carries. All are one large cycle, since
// every child refers to the parent and the parent to every child.

type contextKey struct{}

// RequestScope keeps the context that carries it.
type RequestScope struct {
	ctx  context.Context
	body []byte
}

var serverContext context.Context
var stopServer context.CancelFunc

//go:noinline
func plantContexts() {
	serverContext, stopServer = context.WithCancel(context.Background())
	for i := 0; i < uncancelledScopes; i++ {
		scope := &RequestScope{body: []byte(strings.Repeat("body ", 100))}
		carrier := context.WithValue(serverContext, contextKey{}, scope)
		ctx, cancel := context.WithCancel(carrier)
		scope.ctx = ctx
		_ = cancel // the leak: nobody calls it
	}
}

// 7. The long way round, as web programs have it: handler → closure → request
// → context → session → handler, and a global map holds the session.

// Handler serves through a closure.
type Handler struct {
	Pattern string
	Serve   func() string
}

// Request carries its session in its context.
type Request struct {
	ctx  context.Context
	Path string
}

// Session knows the handler that serves it, and its last request.
type Session struct {
	UserID  string
	Handler *Handler
	Data    map[string]any
}

var sessionsByUser map[string]*Session

//go:noinline
func plantHandlers() {
	sessionsByUser = make(map[string]*Session)
	for i := 0; i < loggedInUsers; i++ {
		session := &Session{UserID: fmt.Sprintf("user-%d", i), Data: make(map[string]any)}
		request := &Request{Path: "/buy", ctx: context.WithValue(context.Background(), contextKey{}, session)}
		handler := &Handler{Pattern: "/buy"}
		handler.Serve = func() string {
			return request.Path + " for " + request.ctx.Value(contextKey{}).(*Session).UserID
		}
		session.Handler = handler
		session.Data["last request"] = request
		session.Data["cart"] = []string{"tea", "milk", session.UserID}
		sessionsByUser[session.UserID] = session
	}
}

// 8. A pair that knows each other through interfaces only.

// Publisher delivers to a Subscriber.
type Publisher interface{ Publish(text string) }

// Subscriber is told what a Publisher delivers.
type Subscriber interface{ Receive(text string) }

// Feed is a Publisher.
type Feed struct{ reader Subscriber }

// Mailbox is a Subscriber.
type Mailbox struct {
	source Publisher
	texts  []string
}

// Publish passes the text on.
func (feed *Feed) Publish(text string) { feed.reader.Receive(text) }

// Receive keeps the text.
func (mailbox *Mailbox) Receive(text string) { mailbox.texts = append(mailbox.texts, text) }

var publishers []Publisher

//go:noinline
func plantSubscriptions() {
	for i := 0; i < subscriptionPairs; i++ {
		feed, mailbox := &Feed{}, &Mailbox{}
		feed.reader, mailbox.source = mailbox, feed
		feed.Publish(fmt.Sprintf("welcome, reader %d", i))
		publishers = append(publishers, feed)
	}
}

// 9. Rings: a doubly linked one of our own, and container/list, which is one.

// Track is one of a playlist that starts again at its end.
type Track struct {
	previous, next *Track
	title          string
}

var playlists []*Track
var queues []*list.List

//go:noinline
func plantRings() {
	for i := 0; i < playlistRings; i++ {
		first := &Track{title: fmt.Sprintf("playlist %d, track 0", i)}
		first.previous, first.next = first, first
		for j := 1; j < 6; j++ {
			track := &Track{previous: first.previous, next: first, title: fmt.Sprintf("playlist %d, track %d", i, j)}
			first.previous.next = track
			first.previous = track
		}
		playlists = append(playlists, first)
	}
}

//go:noinline
func plantQueues() {
	for i := 0; i < waitingQueues; i++ {
		queue := list.New()
		for j := 0; j < 4; j++ {
			queue.PushBack(fmt.Sprintf("queue %d, ticket %d", i, j))
		}
		queues = append(queues, queue)
	}
}

// 10. A tree whose nodes know their parent: any node keeps the whole tree.

// Directory is a node of such a tree.
type Directory struct {
	parent      *Directory
	left, right *Directory
	number      int
}

var openDirectories []*Directory

//go:noinline
func newDirectory(parent *Directory, depth, number int) *Directory {
	directory := &Directory{parent: parent, number: number}
	if depth > 0 {
		directory.left = newDirectory(directory, depth-1, 2*number)
		directory.right = newDirectory(directory, depth-1, 2*number+1)
	}
	return directory
}

//go:noinline
func plantTrees() {
	for i := 0; i < directoryTrees; i++ {
		leaf := newDirectory(nil, 3, 1)
		for leaf.left != nil {
			leaf = leaf.left
		}
		openDirectories = append(openDirectories, leaf)
	}
}

// 11. A finalizer in a cycle: nothing refers to the two, but the runtime keeps
// all that a finalizer can reach, and this one can reach its own object. It
// never runs, and the pair is never freed.

// LockedFile has a finalizer.
type LockedFile struct {
	lock   *FileLock
	buffer [200]byte
}

// FileLock knows its file.
type FileLock struct{ file *LockedFile }

func (file *LockedFile) unlock() { file.lock = nil }

//go:noinline
func plantFinalizers() {
	for i := 0; i < lockedFiles; i++ {
		file := &LockedFile{}
		file.lock = &FileLock{file: file}
		runtime.SetFinalizer(file, (*LockedFile).unlock)
	}
}

// 12. A timer that holds a connection: its function captures the connection,
// and nobody kept the timer to stop it.

// Connection is closed when the timer fires: in a day.
type Connection struct {
	writer *FrameWriter
	buffer [600]byte
	open   bool
}

// FrameWriter writes to its connection.
type FrameWriter struct{ connection *Connection }

//go:noinline
func plantTimers() {
	for i := 0; i < idleConnections; i++ {
		connection := &Connection{open: true}
		connection.writer = &FrameWriter{connection: connection}
		time.AfterFunc(24*time.Hour, func() { connection.open = false })
	}
}

// 13. The heavy one: a cache without a limit. One global variable holds it,
// and it holds most of the heap.

// SessionCache remembers every session it ever saw, newest first.
type SessionCache struct {
	byID           map[string]*CachedSession
	newest, oldest *CachedSession
}

// CachedSession is an entry of the cache, and knows it.
type CachedSession struct {
	cache        *SessionCache
	newer, older *CachedSession
	id           string
	profile      []byte
}

var sessionCache *SessionCache

//go:noinline
func plantSessionCache() {
	cache := &SessionCache{byID: make(map[string]*CachedSession, cachedSessions)}
	for i := 0; i < cachedSessions; i++ {
		session := &CachedSession{cache: cache, older: cache.newest, id: fmt.Sprintf("session-%04d", i)}
		session.profile = make([]byte, 4096)
		copy(session.profile, strings.Repeat(fmt.Sprintf("{\"session\":%q} ", session.id), 160))
		if cache.newest == nil {
			cache.oldest = session
		} else {
			cache.newest.newer = session
		}
		cache.newest = session
		cache.byID[session.id] = session
	}
	sessionCache = cache
}

// Not a leak: what an ordinary program has on its heap.

// Product is on sale.
type Product struct {
	Number int
	Name   string
	Prices []float64
	Tags   []string
}

var catalogue []*Product
var productsByName map[string]*Product

//go:noinline
func fillCatalogue() {
	productsByName = make(map[string]*Product, catalogueProducts)
	for i := 0; i < catalogueProducts; i++ {
		product := &Product{Number: i, Name: fmt.Sprintf("product %d", i), Tags: []string{"new", "tea"}}
		for year := 0; year < 1+i%4; year++ {
			product.Prices = append(product.Prices, float64(100+i+year)/10)
		}
		catalogue = append(catalogue, product)
		productsByName[product.Name] = product
	}
}
