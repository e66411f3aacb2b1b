package log

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// collected is a writer that keeps what it gets, one call after the other.
type collected struct {
	mu    sync.Mutex
	calls []string
}

func (c *collected) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, string(p))
	return len(p), nil
}

// stuck is a writer whose reader has gone away until the channel is closed.
type stuck struct {
	until chan struct{}
	io.Writer
}

func (s stuck) Write(p []byte) (int, error) {
	<-s.until
	return s.Writer.Write(p)
}

func TestLinesAreWrittenOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got collected
		var q queue
		var want []string
		for i := range 100 {
			want = append(want, fmt.Sprintln(i))
			q.put(entry{&got, []byte(want[i])})
		}
		if err := q.flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if strings.Join(got.calls, "|") != strings.Join(want, "|") {
			t.Errorf("got %q", got.calls)
		}
		q.put(entry{&got, []byte("later\n")})
		synctest.Wait() // the goroutine was gone and has come back
		if len(got.calls) != 101 || q.idle != nil || q.size != 0 || q.lines != nil {
			t.Errorf("%d lines, then %+v", len(got.calls), &q)
		}
	})
}

func TestStuckWriterCostsLinesAndNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got bytes.Buffer
		until := make(chan struct{})
		var q queue
		sink := stuck{until, &got}
		line := bytes.Repeat([]byte{'x'}, 1000)
		line[999] = '\n'
		const kept, lost = maxQueued / 1000, 500
		start := time.Now()
		for range kept + lost {
			q.put(entry{sink, bytes.Clone(line)})
		}
		if time.Since(start) != 0 {
			t.Error("a line waited")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := q.flush(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("flush: %v after %v", err, time.Since(start))
		}
		close(until)
		if err := q.flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := strings.Repeat(string(line), kept) + fmt.Sprintf("witan: the log lost %d messages: they came faster than they could be written\n", lost)
		if got.String() != want {
			t.Errorf("%d bytes arrived, %d wanted; they end in %q", got.Len(), len(want), got.Bytes()[max(0, got.Len()-100):])
		}
		q.put(entry{sink, []byte("after\n")})
		synctest.Wait()
		if !strings.HasSuffix(got.String(), "\nafter\n") || q.size != 0 {
			t.Errorf("the log does not go on: %d bytes are counted as queued", q.size)
		}
	})
}

func TestFailingWriterIsNoFailureOfTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		_ = r.Close()
		var q queue
		q.put(entry{w, []byte("unseen\n")})
		if err := q.flush(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestNothingToFlush(t *testing.T) {
	if err := new(queue).flush(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConcurrentLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got collected
		var q queue
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 100 {
					q.put(entry{&got, []byte("line\n")})
					_ = q.flush(t.Context())
				}
			})
		}
		all.Wait()
		if len(got.calls) != 800 {
			t.Errorf("%d lines of 800", len(got.calls))
		}
	})
}
