package log

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// maxQueued is how many bytes wait to be written at most.
const maxQueued = 256 << 10

// entry is a line and where it goes.
type entry struct {
	sink io.Writer
	line []byte
}

// queue is lines on their way to writers that may be slow, or stuck: whoever puts one does not wait. A line
// without room is dropped, and a line about that is written as soon as the queue is empty, where the last one of those
// would have gone.
type queue struct {
	mu      sync.Mutex
	lines   []entry
	size    int           // bytes in lines and in the one that is being written
	dropped int           // since the last word about it
	missing io.Writer     // where the last dropped one would have gone
	idle    chan struct{} // closed when the goroutine that writes ends; nil if there is none
}

// put queues a line. It keeps the line.
func (q *queue) put(e entry) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.size+len(e.line) > maxQueued {
		q.dropped++
		q.missing = e.sink
		return
	}
	q.lines = append(q.lines, e)
	q.size += len(e.line)
	if q.idle == nil {
		q.idle = make(chan struct{})
		go q.write()
	}
}

// write empties the queue. The log has nobody to tell that it can't be written.
func (q *queue) write() {
	for e, ok := q.next(0); ok; e, ok = q.next(len(e.line)) {
		_, _ = e.sink.Write(e.line)
	}
}

// next takes the next line from the queue when one of so many bytes is written. If there is none, writing is over.
func (q *queue) next(written int) (e entry, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.size -= written
	if len(q.lines) == 0 && q.dropped > 0 {
		notice := fmt.Appendf(nil, "witan: the log lost %d messages: they came faster than they could be written\n", q.dropped)
		q.lines, q.size = append(q.lines, entry{q.missing, notice}), q.size+len(notice)
		q.dropped, q.missing = 0, nil
	}
	if len(q.lines) == 0 {
		q.lines = nil // and the memory of what was queued
		close(q.idle)
		q.idle = nil
		return entry{}, false
	}
	e = q.lines[0]
	q.lines[0] = entry{}
	q.lines = q.lines[1:]
	return e, true
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
