// Stress is an ordinary program that keeps the garbage collector busy while it uses what the adapter provides. It is
// built natively and for WASI 0.1, and must do the same in both.
//
// Its argument is the directory that it works in.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	dir := os.Args[1]
	fmt.Println(len(os.Args), os.Args[2:], os.Getenv("GOGC"), os.Getenv("TEXT"))
	heap := grow(24)
	input()
	files(dir)
	goroutines(dir)
	clocks()
	entropy()
	fmt.Printf("%x\n", heap.sum())
	fmt.Fprintln(os.Stderr, "done")
	os.Exit(3)
}

// blocks is memory that is checked at the end: whoever writes there meanwhile is found out.
type blocks [][]byte

func grow(megabytes int) blocks {
	var b blocks
	for i := range megabytes {
		block := make([]byte, 1<<20)
		for j := range block {
			block[j] = byte(i + j>>8)
		}
		b = append(b, block)
	}
	return b
}

func (b blocks) sum() []byte {
	h := sha256.New()
	for _, block := range b {
		h.Write(block)
	}
	return h.Sum(nil)
}

func input() {
	lines, size := 0, 0
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() {
		lines++
		size += len(s.Bytes())
	}
	fmt.Println(lines, size, s.Err())
}

// files does with files what package os offers.
func files(dir string) {
	in := func(name string) string { return filepath.Join(dir, name) }
	big := bytes.Repeat([]byte("0123456789abcde\n"), 1<<15)
	must(os.WriteFile(in("big"), big, 0o644))
	back, err := os.ReadFile(in("big"))
	fmt.Println(bytes.Equal(back, big), err)

	must(os.MkdirAll(in("a/b/c"), 0o755))
	for i := range 100 {
		must(os.WriteFile(in(fmt.Sprintf("a/%s-%d", strings.Repeat("name", i/5), i)), []byte{byte(i)}, 0o644))
	}
	entries, err := os.ReadDir(in("a"))
	fmt.Println(len(entries), entries[0].IsDir(), entries[0].Name(), err)

	log, err := os.OpenFile(in("log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o644)
	must(err)
	for i := range 100 {
		fmt.Fprintf(log, "line %d\n", i)
	}
	end, err := log.Seek(0, io.SeekCurrent)
	fmt.Println(end, err)
	part := make([]byte, 7)
	n, err := log.ReadAt(part, 7)
	fmt.Printf("%d %q %v\n", n, part, err)
	must(log.Truncate(70))
	must(log.Close())
	info, err := os.Stat(in("log"))
	must(err)
	fmt.Println(info.Name(), info.Size(), info.Mode().IsRegular(), time.Since(info.ModTime()) < time.Hour)

	then := time.Date(2001, 2, 3, 4, 5, 6, 7000, time.UTC)
	must(os.Chtimes(in("log"), then, then))
	info, err = os.Stat(in("log"))
	fmt.Println(info.ModTime().UTC(), err)
	must(os.Symlink("log", in("link")))
	fmt.Println(os.Readlink(in("link")))
	other, err := os.Stat(in("link"))
	fmt.Println(os.SameFile(info, other), err)
	must(os.Rename(in("log"), in("a/log")))
	_, err = os.Open(in("log"))
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	err = os.Mkdir(in("a"), 0o755)
	fmt.Println(errors.Is(err, fs.ErrExist))
	fmt.Println(os.Remove(in("a")) != nil, os.RemoveAll(in("a/b")))
	count := 0
	must(filepath.WalkDir(dir, func(string, fs.DirEntry, error) error { count++; return nil }))
	fmt.Println(count)
}

// node is a tree, for the garbage collector and for JSON.
type node struct {
	Name        string
	Left, Right *node `json:",omitempty"`
}

func tree(depth int) *node {
	n := &node{Name: strings.Repeat("x", depth)}
	if depth > 0 {
		n.Left, n.Right = tree(depth-1), tree(depth-1)
	}
	return n
}

// goroutines make trees, files and pauses, all at the same time.
func goroutines(dir string) {
	sums := make([]string, 40)
	var wg sync.WaitGroup
	for i := range sums {
		wg.Go(func() {
			text, err := json.Marshal(tree(4 + i%5))
			must(err)
			name := filepath.Join(dir, fmt.Sprint("tree-", i))
			must(os.WriteFile(name, text, 0o644))
			time.Sleep(time.Duration(i%7) * time.Millisecond)
			runtime.Gosched()
			back, err := os.ReadFile(name)
			must(err)
			var n node
			must(json.Unmarshal(back, &n))
			sums[i] = fmt.Sprintf("%x", sha256.Sum256(back))[:8]
		})
	}
	wg.Wait()
	fmt.Println(sums)
}

func clocks() {
	start := time.Now()
	time.Sleep(5 * time.Millisecond)
	fmt.Println(time.Since(start) >= 5*time.Millisecond, start.Year() > 2020)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err())
	case <-time.After(time.Hour):
		fmt.Println("late")
	}
}

func entropy() {
	a, b := make([]byte, 100_000), make([]byte, 100_000)
	_, err := rand.Read(a)
	must(err)
	_, err = rand.Read(b)
	must(err)
	fmt.Println(bytes.Equal(a, b), slices.Max(a), slices.Min(b))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
