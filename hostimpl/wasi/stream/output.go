package stream

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/pollable"
	"github.com/witan-os/witan/runtime/glue"
)

// Grant is how many bytes a write may carry. It does not depend on what was written before, so a program
// that writes without asking is let through.
const Grant = 1 << 20

// blockingGrant is how many bytes a write may carry that needs no grant.
const blockingGrant = 4096

// Output is an output stream on a writer. Every write goes to the writer at once, so there is nothing to
// flush and always room; a writer that makes its caller wait makes the program wait.
type Output struct {
	sink io.Writer

	mu  sync.Mutex
	err error // that ended the sink; a streams.StreamError
}

// NewOutput makes a stream of a writer; nil discards what is written.
func NewOutput(w io.Writer) *Output {
	if w == nil {
		w = io.Discard
	}
	return &Output{sink: w}
}

// CheckWrite implements the resource's method.
func (out *Output) CheckWrite(context.Context) (uint64, error) {
	out.mu.Lock()
	defer out.mu.Unlock()
	if err := out.ended(); err != nil {
		return 0, err
	}
	return Grant, nil
}

// Write implements the resource's method.
func (out *Output) Write(_ context.Context, p []byte) error { return out.write(p, Grant) }

// BlockingWriteAndFlush implements the resource's method.
func (out *Output) BlockingWriteAndFlush(_ context.Context, p []byte) error {
	return out.write(p, blockingGrant)
}

func (out *Output) write(p []byte, grant uint64) error {
	if err := checkGrant(uint64(len(p)), grant); err != nil {
		return err
	}
	out.mu.Lock()
	defer out.mu.Unlock()
	if err := out.ended(); err != nil {
		return err
	}
	n, err := out.sink.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	if err != nil {
		out.err = ErrorOf(err)
		return out.ended()
	}
	return nil
}

// checkGrant fails for a write that is longer than the program may have taken it to be allowed. The error is
// none of WIT's, so it traps.
func checkGrant(n, grant uint64) error {
	if n > grant {
		return fmt.Errorf("a write of %d bytes exceeds the grant of %d", n, grant)
	}
	return nil
}

// ended reports the error that ended the sink: a failure once, and closed from then on.
func (out *Output) ended() error {
	if out.err == nil {
		return nil
	}
	err := out.err
	out.err = errClosed
	return err
}

// Flush implements the resource's method.
func (out *Output) Flush(ctx context.Context) error {
	_, err := out.CheckWrite(ctx)
	return err
}

// BlockingFlush implements the resource's method.
func (out *Output) BlockingFlush(ctx context.Context) error { return out.Flush(ctx) }

// Subscribe implements the resource's method.
func (out *Output) Subscribe(context.Context) (glue.Own[poll.Pollable], error) {
	return pollable.Ready(), nil
}

var zeroes [blockingGrant]byte

// WriteZeroes implements the resource's method.
func (out *Output) WriteZeroes(_ context.Context, n uint64) error {
	if err := checkGrant(n, Grant); err != nil {
		return err
	}
	for {
		part := min(n, blockingGrant)
		if err := out.write(zeroes[:part], blockingGrant); err != nil {
			return err
		}
		if n -= part; n == 0 {
			return nil
		}
	}
}

// BlockingWriteZeroesAndFlush implements the resource's method.
func (out *Output) BlockingWriteZeroesAndFlush(_ context.Context, n uint64) error {
	if err := checkGrant(n, blockingGrant); err != nil {
		return err
	}
	return out.write(zeroes[:n], blockingGrant)
}

// Splice implements the resource's method.
func (out *Output) Splice(ctx context.Context, src streams.InputStream, n uint64) (uint64, error) {
	return out.splice(ctx, src.Read, n)
}

// BlockingSplice implements the resource's method.
func (out *Output) BlockingSplice(ctx context.Context, src streams.InputStream, n uint64) (uint64, error) {
	return out.splice(ctx, src.BlockingRead, n)
}

// buffers has memory for splicing. A program may hold thousands of streams, so they do not have their own.
var buffers = sync.Pool{New: func() any { return new([maxRead]byte) }}

// splice asks first whether the bytes can be written: once read they would be lost.
func (out *Output) splice(ctx context.Context, read func(context.Context, uint64, []byte) ([]byte, error), n uint64) (uint64, error) {
	if _, err := out.CheckWrite(ctx); err != nil {
		return 0, err
	}
	buf := buffers.Get().(*[maxRead]byte)
	defer buffers.Put(buf)
	p, err := read(ctx, min(n, maxRead), buf[:0])
	if err != nil {
		return 0, err
	}
	if err := out.Write(ctx, p); err != nil {
		return 0, err
	}
	return uint64(len(p)), nil
}
