package instance

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// turn is what one of several goroutines has at a time. Those that wait for it get it in the order in which they came.
type turn struct {
	mu     sync.Mutex
	taken  bool
	queue  []chan struct{}
	queued atomic.Int32 // the length of the queue, for who only wants to know whether there is one
}

// take waits for the turn, until one of two contexts is done. Then the error is why.
func (t *turn) take(ctx, also context.Context) (err error) {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.queue = append(t.queue, mine)
	t.queued.Add(1)
	t.mu.Unlock()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-also.Done():
		err = context.Cause(also)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	at := slices.Index(t.queue, mine)
	if at < 0 { // it has come meanwhile
		return nil
	}
	t.queue = slices.Delete(t.queue, at, at+1)
	t.queued.Add(-1)
	return err
}

// give ends the turn.
func (t *turn) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) == 0 {
		t.taken = false
		return
	}
	close(t.queue[0])
	t.queue = slices.Delete(t.queue, 0, 1)
	t.queued.Add(-1)
}
