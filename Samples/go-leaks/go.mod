module example.com/go-leaks

go 1.24
