package filesystem

import (
	"context"
	"fmt"
	"io"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/poll"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/pollable"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/runtime/glue"
)

// input is a stream of what a file holds from an offset on. A file never makes a reader wait, so the
// methods that wait are the others.
type input struct {
	host   *host
	file   *sharedFile
	offset uint64 // of the next byte
	closed bool   // the end or a failure was reported
}

func newInput(h *host, f *sharedFile, offset uint64) *input {
	return &input{host: h, file: f.use(), offset: offset}
}

// Drop ends the stream's use of the file.
func (in *input) Drop(context.Context) { in.file.release() }

// Read appends to buf. Data go straight there if they fit whatever there is; otherwise it takes a copy to
// make buf no larger than they turn out to be. The second read of the same size finds the room.
func (in *input) Read(_ context.Context, length uint64, buf []byte) ([]byte, error) {
	size, used := sizeOfRead(length), len(buf)
	if size == 0 {
		return buf, in.probe()
	}
	if cap(buf)-used >= size {
		n, err := in.next(buf[used : used+size])
		return buf[:used+n], err
	}
	p := in.host.scratch.take(size)
	n, err := in.next(p)
	return append(buf, p[:n]...), err
}

// BlockingRead implements the resource's method.
func (in *input) BlockingRead(ctx context.Context, length uint64, buf []byte) ([]byte, error) {
	return in.Read(ctx, length, buf)
}

// closedError is the answer of a stream at its end, made once because it is no failure.
var closedError error = streams.StreamErrorClosed()

// next reads into p, which is not empty, and moves on. It returns an error or at least one byte: an error
// behind some bytes will show again when it is met at the start.
func (in *input) next(p []byte) (int, error) {
	if in.closed {
		return 0, closedError
	}
	n, err := in.file.ReadAt(p, in.offset)
	if n > 0 {
		in.offset += uint64(n)
		return n, nil
	}
	in.closed = true
	if err == io.EOF {
		return 0, closedError
	}
	return 0, stream.ErrorOf(fmt.Errorf("reading a file at offset %d: %w", in.offset, err))
}

// probe tells whether there is anything more to read.
func (in *input) probe() error {
	n, err := in.next(in.host.scratch.take(1))
	in.offset -= uint64(n)
	return err
}

// Skip jumps over what the file is known to hold. An object without a size, such as a device, is read.
func (in *input) Skip(_ context.Context, length uint64) (uint64, error) {
	if length == 0 {
		return 0, in.probe()
	}
	if s, err := in.file.Stat(); err == nil && s.Size > in.offset && !in.closed {
		n := min(length, s.Size-in.offset)
		in.offset += n
		return n, nil
	}
	n, err := in.next(in.host.scratch.take(sizeOfRead(length)))
	return uint64(n), err
}

// BlockingSkip implements the resource's method.
func (in *input) BlockingSkip(ctx context.Context, length uint64) (uint64, error) {
	return in.Skip(ctx, length)
}

// Subscribe implements the resource's method.
func (in *input) Subscribe(context.Context) (glue.Own[poll.Pollable], error) {
	return pollable.Ready(), nil
}
