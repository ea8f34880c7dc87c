// Responses whose bodies nobody closes: each keeps a connection and its two goroutines. `bodies unclosed FILE`.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// fetch looks at the status only.
func fetch(url string) int {
	response, err := http.Get(url)
	if err != nil {
		panic(err)
	}
	return response.StatusCode
}

// serve answers in a process of its own, so that the dump has the client alone; it ends with its standard input.
func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	page := strings.Repeat("x", 1<<20)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) }))
	os.Stdin.Read(make([]byte, 1))
}

func main() {
	if os.Args[1] == "serve" {
		serve()
		return
	}
	server := exec.Command(os.Args[0], "serve")
	input, _ := server.StdinPipe()
	output, _ := server.StdoutPipe()
	if err := server.Start(); err != nil {
		panic(err)
	}
	address, _ := bufio.NewReader(output).ReadString('\n')
	for i := 0; i < 120; i++ {
		fetch("http://" + strings.TrimSpace(address) + "/")
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
	input.Close()
	server.Wait()
}
