package stream

import (
	"context"
	"io"
	"reflect"
	"slices"
	"sync"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/hostimpl/wasi/pollable"
	"github.com/witan-os/witan/runtime/glue"
)

// maxRead is how many bytes one read returns at most, whatever the guest asks for.
const maxRead = 64 << 10

// maxEmptyReads is how often a source may return nothing, and no error, before it is taken to be broken.
const maxEmptyReads = 100

// Input is an input stream on a reader. It serves one call at a time, beside any number of waits for it.
//
// A program that only reads and waits is served in its own goroutine and takes no more from the reader than
// it asked for, so that the rest is there for whoever shares the reader. A Go reader can't be asked whether it
// would block, though: to answer a program that does not want to wait, a second goroutine reads one piece
// ahead. It ends with that piece. While it is in the reader's Read nothing can stop it: if a program ends
// meanwhile, the goroutine stays until the reader gives or ends.
type Input struct {
	source io.Reader
	wake   chan struct{} // signals the call that waits for the goroutine that reads ahead

	mu      sync.Mutex
	reading bool   // a goroutine is in source.Read and owns chunk
	chunk   []byte // backs buf
	buf     []byte // read and not taken
	err     error  // that ended the source; a streams.StreamError
	waiting []chan<- struct{}
}

// NewInput makes a stream of a reader; nil is a stream at its end.
func NewInput(r io.Reader) *Input {
	in := &Input{source: r, wake: make(chan struct{}, 1)}
	if r == nil {
		in.err = errClosed
	}
	return in
}

// Holds reports whether the stream has taken bytes from r, or is about to, that no program has read. Another
// stream on r would miss them.
func (in *Input) Holds(r io.Reader) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return (in.reading || len(in.buf) > 0) && r != nil && reflect.TypeOf(r).Comparable() && in.source == r
}

// Read implements the resource's method.
func (in *Input) Read(_ context.Context, n uint64, buf []byte) ([]byte, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if n > 0 {
		in.readAhead()
	}
	p, err := in.take(n)
	return append(buf, p...), err
}

// BlockingRead implements the resource's method.
func (in *Input) BlockingRead(ctx context.Context, n uint64, buf []byte) ([]byte, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.await(ctx, n); err != nil {
		return nil, err
	}
	p, err := in.take(n)
	return append(buf, p...), err
}

// Skip implements the resource's method.
func (in *Input) Skip(_ context.Context, n uint64) (uint64, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if n > 0 {
		in.readAhead()
	}
	p, err := in.take(n)
	return uint64(len(p)), err
}

// BlockingSkip implements the resource's method.
func (in *Input) BlockingSkip(ctx context.Context, n uint64) (uint64, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.await(ctx, n); err != nil {
		return 0, err
	}
	p, err := in.take(n)
	return uint64(len(p)), err
}

// ready reports whether there is something to take.
func (in *Input) ready() bool { return len(in.buf) > 0 || in.err != nil }

// take removes up to n bytes from what was read. They are good until the lock is released. At the end it
// returns the error that ended the source: a failure once, and closed from then on.
func (in *Input) take(n uint64) ([]byte, error) {
	if len(in.buf) == 0 && in.err != nil {
		err := in.err
		in.err = errClosed
		return nil, err
	}
	got := int(min(n, uint64(len(in.buf))))
	p := in.buf[:got]
	in.buf = in.buf[got:]
	return p, nil
}

// await waits until there is something to take, for a caller who wants n bytes. A call that can't be
// cancelled reads itself; any other leaves that to the second goroutine, which it can abandon.
func (in *Input) await(ctx context.Context, n uint64) error {
	for n > 0 && !in.ready() {
		if ctx.Done() == nil && !in.reading {
			in.reading = true
			in.fill(int(min(n, maxRead)))
			continue
		}
		in.readAhead()
		if err := in.waitAhead(ctx); err != nil {
			return err
		}
	}
	return nil
}

// waitAhead waits, with the lock released, until the second goroutine may have read something.
func (in *Input) waitAhead(ctx context.Context) error {
	in.mu.Unlock()
	defer in.mu.Lock()
	woken := false
	glue.Blocking(ctx, func() {
		select {
		case <-in.wake:
			woken = true
		case <-ctx.Done():
		}
	})
	if woken {
		return nil
	}
	return context.Cause(ctx)
}

// readAhead has the second goroutine read, unless there is something to take or it is reading already.
func (in *Input) readAhead() {
	if in.reading || in.ready() {
		return
	}
	in.reading = true
	go func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.fill(maxRead)
	}()
}

// fill reads up to size bytes from the source and tells everyone who waits.
func (in *Input) fill(size int) {
	if in.chunk == nil {
		in.chunk = make([]byte, maxRead)
	}
	n, err := in.readUnlocked(in.chunk[:size])
	in.reading = false
	in.buf = in.chunk[:n]
	if err != nil {
		in.err = ErrorOf(err)
	}
	pollable.Signal(in.wake)
	for _, w := range in.waiting {
		pollable.Signal(w)
	}
}

// readUnlocked reads with the lock released. It returns at least one byte or an error.
func (in *Input) readUnlocked(p []byte) (int, error) {
	in.mu.Unlock()
	defer in.mu.Lock()
	for range maxEmptyReads {
		if n, err := in.source.Read(p); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// Subscribe implements the resource's method.
func (in *Input) Subscribe(context.Context) (glue.Own[poll.Pollable], error) {
	return pollable.New(readable{in}), nil
}

// readable is the event that an input stream has something to say.
type readable struct{ in *Input }

// Ready implements pollable.Event. The first answer for a while is no, as it takes reading to know.
func (r readable) Ready() bool {
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	r.in.readAhead()
	return r.in.ready()
}

// Notify implements pollable.Event.
func (r readable) Notify(w chan<- struct{}) func() {
	in := r.in
	in.mu.Lock()
	defer in.mu.Unlock()
	in.readAhead()
	if in.ready() {
		pollable.Signal(w)
	}
	in.waiting = append(in.waiting, w)
	return func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		i := slices.Index(in.waiting, w)
		in.waiting = slices.Delete(in.waiting, i, i+1)
	}
}
