module example.com/go-heap

go 1.22
