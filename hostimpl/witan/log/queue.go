package log

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// maxQueued is how many bytes wait to be written at most.
const maxQueued = 256 << 10

// queue is lines on their way to a writer that may be slow, or stuck: whoever puts one does not wait. A line
// without room is dropped, and a line about that is written as soon as the queue is empty.
type queue struct {
	sink io.Writer

	mu      sync.Mutex
	lines   [][]byte
	size    int           // bytes in lines and in the one that is being written
	dropped int           // since the last word about it
	idle    chan struct{} // closed when the goroutine that writes ends; nil if there is none
}

// put queues a line. It keeps line.
func (q *queue) put(line []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.size+len(line) > maxQueued {
		q.dropped++
		return
	}
	q.lines = append(q.lines, line)
	q.size += len(line)
	if q.idle == nil {
		q.idle = make(chan struct{})
		go q.write()
	}
}

// write empties the queue. The log has nobody to tell that it can't be written.
func (q *queue) write() {
	for line := q.next(nil); line != nil; line = q.next(line) {
		_, _ = q.sink.Write(line)
	}
}

// next takes the next line from the queue when done is written. It is nil, and writing over, if there is none.
func (q *queue) next(done []byte) []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.size -= len(done)
	if len(q.lines) == 0 && q.dropped > 0 {
		notice := fmt.Appendf(nil, "witan: the log lost %d messages: they came faster than they could be written\n", q.dropped)
		q.lines, q.size, q.dropped = append(q.lines, notice), q.size+len(notice), 0
	}
	if len(q.lines) == 0 {
		q.lines = nil // and the memory of what was queued
		close(q.idle)
		q.idle = nil
		return nil
	}
	line := q.lines[0]
	q.lines[0] = nil
	q.lines = q.lines[1:]
	return line
}

// flush waits until the queue is empty.
func (q *queue) flush(ctx context.Context) error {
	q.mu.Lock()
	idle := q.idle
	q.mu.Unlock()
	if idle == nil {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
