package stream

import (
	"context"
	"io"
	"slices"
	"sync"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/pollable"
	"github.com/witan-os/witan/runtime/glue"
)

// maxRead is how many bytes one read returns at most, whatever the guest asks for.
const maxRead = 64 << 10

// Input is an input stream on a reader.
//
// A program that only reads and waits is served in its own goroutine. As soon as one asks without waiting,
// or subscribes, a second goroutine reads ahead, because a Go reader can't be asked whether it would block.
type Input struct {
	source io.Reader

	mu      sync.Mutex
	changed sync.Cond // buf, err or reading have changed
	ahead   bool      // the goroutine that reads ahead runs
	buf     []byte    // read ahead and not taken
	err     error     // that ended the source; a StreamError
	waiting []chan<- struct{}
}

// NewInput makes a stream of a reader; nil is a stream at its end.
func NewInput(r io.Reader) *Input {
	in := &Input{source: r}
	in.changed.L = &in.mu
	if r == nil {
		in.err = streams.StreamErrorClosed()
	}
	return in
}

// Read implements the resource's method.
func (in *Input) Read(_ context.Context, n uint64, buf []byte) ([]byte, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.startAhead()
	return in.take(n, buf)
}

// BlockingRead implements the resource's method.
func (in *Input) BlockingRead(_ context.Context, n uint64, buf []byte) ([]byte, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if !in.ahead && n > 0 && in.err == nil {
		return in.readHere(n, buf)
	}
	for in.ahead && n > 0 && len(in.buf) == 0 && in.err == nil {
		in.changed.Wait()
	}
	return in.take(n, buf)
}

// readHere reads from the source in the caller's goroutine. The lock is held throughout: the stream belongs
// to one guest, which waits.
func (in *Input) readHere(n uint64, buf []byte) ([]byte, error) {
	size := int(min(n, maxRead))
	start := len(buf)
	buf = slices.Grow(buf, size)
	for {
		got, err := in.source.Read(buf[start : start+size])
		if err != nil {
			in.err = ErrorOf(err)
		}
		switch {
		case got > 0:
			return buf[:start+got], nil
		case in.err != nil:
			return nil, in.ended()
		}
	}
}

// take moves bytes that were read ahead to buf.
func (in *Input) take(n uint64, buf []byte) ([]byte, error) {
	if len(in.buf) == 0 && in.err != nil {
		return nil, in.ended()
	}
	got := int(min(n, uint64(len(in.buf)), maxRead))
	buf = append(buf, in.buf[:got]...)
	in.buf = in.buf[got:]
	if got > 0 && len(in.buf) == 0 {
		in.changed.Broadcast() // there is room to read ahead
	}
	return buf, nil
}

// ended reports the error that ended the source: a failure once, and closed from then on.
func (in *Input) ended() error {
	err := in.err
	in.err = streams.StreamErrorClosed()
	return err
}

func (in *Input) startAhead() {
	if !in.ahead && in.err == nil {
		in.ahead = true
		go in.readAhead()
	}
}

// readAhead fills the buffer whenever it is empty.
func (in *Input) readAhead() {
	chunk := make([]byte, maxRead)
	for {
		n, err := in.source.Read(chunk)
		in.mu.Lock()
		in.buf = chunk[:n]
		if err != nil {
			in.err = ErrorOf(err)
		}
		for _, w := range in.waiting {
			pollable.Signal(w)
		}
		in.changed.Broadcast()
		for len(in.buf) > 0 && in.err == nil {
			in.changed.Wait()
		}
		done := in.err != nil
		in.mu.Unlock()
		if done {
			return
		}
	}
}

// Skip implements the resource's method.
func (in *Input) Skip(ctx context.Context, n uint64) (uint64, error) {
	p, err := in.Read(ctx, n, nil)
	return uint64(len(p)), err
}

// BlockingSkip implements the resource's method.
func (in *Input) BlockingSkip(ctx context.Context, n uint64) (uint64, error) {
	p, err := in.BlockingRead(ctx, n, nil)
	return uint64(len(p)), err
}

// Subscribe implements the resource's method.
func (in *Input) Subscribe(context.Context) (glue.Own[poll.Pollable], error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.startAhead()
	return pollable.New(readable{in}), nil
}

// readable is the event that an input stream has something to say.
type readable struct{ in *Input }

// Ready implements pollable.Event.
func (r readable) Ready() bool {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	return len(r.in.buf) > 0 || r.in.err != nil
}

// Notify implements pollable.Event.
func (r readable) Notify(w chan<- struct{}) func() {
	in := r.in
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.buf) > 0 || in.err != nil {
		pollable.Signal(w)
	}
	in.waiting = append(in.waiting, w)
	return func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		if i := slices.Index(in.waiting, w); i >= 0 {
			in.waiting = slices.Delete(in.waiting, i, i+1)
		}
	}
}
