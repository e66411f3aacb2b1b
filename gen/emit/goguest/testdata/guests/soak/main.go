// A guest whose goroutines call the host while the host calls it.
package main

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"outsider.test/app/gen/exports/test/guest/v1/work"
	"outsider.test/app/gen/test/guest/v1/calls"
	"outsider.test/app/gen/test/guest/v1/files"
	"outsider.test/app/gen/test/guest/v1/types"

	"github.com/witan-os/witan/guest"
)

func main() {}

func init() { work.Export(&crew{}) }

// crew is the goroutines, and what they have found.
type crew struct {
	problems []string
	calls    uint64
	quit     bool
	wait     sync.WaitGroup
}

func (c *crew) complain(format string, args ...any) {
	if len(c.problems) < 10 {
		c.problems = append(c.problems, fmt.Sprintf(format, args...))
	}
}

type job struct{ name string }

func (j *job) Describe() string { return "job " + strings.Clone(j.name) }

func (c *crew) NewJob(name string) guest.Own[work.Job] {
	runtime.Gosched()
	return guest.Give[work.Job](&job{name})
}

func (c *crew) Finish(j guest.Own[work.Job]) { j.Drop() }

func (c *crew) Begin(goroutines uint32) {
	for i := range goroutines {
		c.wait.Go(func() { c.labour(rand.New(rand.NewPCG(1, uint64(i)))) })
	}
}

func (c *crew) End() {
	c.quit = true
	c.wait.Wait()
}

func (c *crew) Report() guest.Tuple3[[]string, uint64, uint64] {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return guest.Tuple3[[]string, uint64, uint64]{F0: c.problems, F1: c.calls, F2: m.HeapAlloc}
}

// Crunch yields often, so that goroutines run inside of the host's call. What it got must survive that, as must
// what it returns until the host has read it, although lowering the second list is work for the collector.
func (c *crew) Crunch(names []string, entries []types.Entry, data []byte, times uint32) guest.Tuple3[[]string, []types.Entry, []byte] {
	for range 4 {
		runtime.Gosched()
	}
	var result guest.Tuple3[[]string, []types.Entry, []byte]
	for range times {
		for _, name := range names {
			result.F0 = append(result.F0, string([]byte(name)))
		}
		result.F1 = append(result.F1, entries...)
	}
	done := make(chan []byte)
	go func() { done <- append([]byte(nil), data...) }()
	result.F2 = <-done
	return result
}

// labour calls the host again and again, and lets others run in between.
func (c *crew) labour(r *rand.Rand) {
	for !c.quit {
		c.once(r)
		c.calls++
		runtime.Gosched()
	}
}

func (c *crew) once(r *rand.Rand) {
	text := strings.Repeat(string(rune('a'+r.IntN(26))), r.IntN(100))
	if got := calls.OfString(text); got != text {
		c.complain("of-string: %q for %q", got, text)
	}
	list := make([]string, r.IntN(20))
	for i := range list {
		list[i] = fmt.Sprint(r.IntN(1000), text)
	}
	if got := calls.OfStrings(list); strings.Join(got, ",") != strings.Join(list, ",") {
		c.complain("of-strings: %q for %q", got, list)
	}
	entries := []types.Entry{{ID: 1, Name: text, At: types.Point{X: 1, Y: -1}, Tags: append([]string{"t"}, list...), When: r.Uint64()}}
	if got := calls.OfEntries(entries); !reflect.DeepEqual(got, entries) {
		c.complain("of-entries: %v for %v", got, entries)
	}
	c.deep(r.IntN(60), text)
	f := files.NewFile(text)
	defer f.Close()
	if got := f.Size(); got != uint32(len(text)) {
		c.complain("size: %d for %d", got, len(text))
	}
}

// deep calls the host from stacks of all depths, which grow and move because of that.
func (c *crew) deep(n int, text string) {
	var frame [64]byte
	copy(frame[:], text)
	if n > 0 {
		c.deep(n-1, text)
		return
	}
	small := string(frame[:min(len(text), 20)])
	got, err := calls.OfTexts(small)
	if err != nil || got != small {
		c.complain("of-texts: %q, %v for %q", got, err, small)
	}
	if n := calls.Add(int32(len(small)), -7); n != int64(len(small))-7 {
		c.complain("add: %d", n)
	}
}
