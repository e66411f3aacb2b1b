package simulated

import (
	"os"
	"sync"
)

// line is an interrupt: it counts until somebody asks.
type line struct {
	mu     sync.Mutex
	change sync.Cond
	count  uint64
	closed bool
}

func newLine() *line {
	l := &line{}
	l.change.L = &l.mu
	return l
}

// Wait returns how often the line was raised since the last Wait.
func (l *line) Wait() (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.count == 0 && !l.closed {
		l.change.Wait()
	}
	if l.closed {
		return 0, os.ErrClosed
	}
	n := l.count
	l.count = 0
	return n, nil
}

func (l *line) raise() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	l.change.Broadcast()
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.change.Broadcast()
}
