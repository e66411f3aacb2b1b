package kernel

import (
	"io"
	"strings"
	"sync"

	"github.com/witan-os/witan/kernel/manifest"
)

// This file gives the console's input to one life of a process after the other. What one has not read is the next
// one's, and no life that has ended holds on to it.

// console reads the input in a goroutine of its own, because a read can't be called off.
type console struct {
	in     io.Reader
	begin  sync.Once
	mu     sync.Mutex
	room   sync.Cond // for more input
	some   sync.Cond // there is input, or the end of it, or of a reader
	buffer []byte
	err    error // after the buffer
}

// consoleAhead is how much is read before anybody wants it, in bytes.
const consoleAhead = 64 << 10

func newConsole(in io.Reader) *console {
	c := &console{in: in}
	c.room.L, c.some.L = &c.mu, &c.mu
	return c
}

// reader makes the standard input of a life.
func (c *console) reader(from manifest.Stream) io.Reader {
	if from != manifest.StreamConsole || c.in == nil {
		return strings.NewReader("")
	}
	c.begin.Do(func() { go c.pump() })
	return &consoleReader{console: c}
}

func (c *console) pump() {
	chunk := make([]byte, 4<<10)
	for {
		n, err := c.in.Read(chunk)
		c.mu.Lock()
		c.buffer = append(c.buffer, chunk[:n]...)
		c.err = err
		c.some.Broadcast()
		for len(c.buffer) >= consoleAhead {
			c.room.Wait()
		}
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// consoleReader is the console as one life has it.
type consoleReader struct {
	*console
	closed bool
}

// Read waits for input, until the reader is closed.
func (r *consoleReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.buffer) == 0 && r.err == nil && !r.closed {
		r.some.Wait()
	}
	switch {
	case r.closed:
		return 0, io.ErrClosedPipe
	case len(r.buffer) == 0:
		return 0, r.err
	}
	n := copy(p, r.buffer)
	r.buffer = append(r.buffer[:0], r.buffer[n:]...)
	r.room.Signal()
	return n, nil
}

// Close ends the reads of the life.
func (r *consoleReader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.some.Broadcast()
	return nil
}
