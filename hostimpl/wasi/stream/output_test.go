package stream_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
)

// sinkFunc is a writer that calls a function.
type sinkFunc func(p []byte) (int, error)

func (f sinkFunc) Write(p []byte) (int, error) { return f(p) }

func failing(err error) io.Writer {
	return sinkFunc(func([]byte) (int, error) { return 0, err })
}

// A write is one of the ways to write n bytes.
type write struct {
	name  string
	do    func(ctx context.Context, out streams.OutputStream, n int) error
	limit int
	fill  byte
}

var writes = []write{
	{"write", func(ctx context.Context, out streams.OutputStream, n int) error {
		return out.Write(ctx, bytes.Repeat([]byte{'x'}, n))
	}, stream.Grant, 'x'},
	{"blocking-write-and-flush", func(ctx context.Context, out streams.OutputStream, n int) error {
		return out.BlockingWriteAndFlush(ctx, bytes.Repeat([]byte{'x'}, n))
	}, 4096, 'x'},
	{"write-zeroes", func(ctx context.Context, out streams.OutputStream, n int) error {
		return out.WriteZeroes(ctx, uint64(n))
	}, stream.Grant, 0},
	{"blocking-write-zeroes-and-flush", func(ctx context.Context, out streams.OutputStream, n int) error {
		return out.BlockingWriteZeroesAndFlush(ctx, uint64(n))
	}, 4096, 0},
}

func TestWrite(t *testing.T) {
	for _, w := range writes {
		for _, n := range []int{0, 1, 4095, 4096, 4097, w.limit, w.limit + 1} {
			var got bytes.Buffer
			err := w.do(t.Context(), stream.NewOutput(&got), n)
			if n > w.limit {
				isTrap(t, w.name, err)
				n = 0
			} else if err != nil {
				t.Errorf("%s(%d): %v", w.name, n, err)
			}
			if !bytes.Equal(got.Bytes(), bytes.Repeat([]byte{w.fill}, n)) {
				t.Errorf("%s(%d) wrote %d bytes", w.name, n, got.Len())
			}
		}
	}
}

func TestEnormousZeroesCostNothing(t *testing.T) {
	out := stream.NewOutput(failing(errors.New("written to")))
	isTrap(t, "write-zeroes", out.WriteZeroes(t.Context(), 1<<64-1))
	isTrap(t, "blocking-write-zeroes-and-flush", out.BlockingWriteZeroesAndFlush(t.Context(), 1<<64-1))
}

func TestGrantIsWhatMayBeWritten(t *testing.T) {
	out := stream.NewOutput(nil)
	n, err := out.CheckWrite(t.Context())
	if err != nil || n == 0 {
		t.Fatalf("a grant of %d, %v", n, err)
	}
	if err := out.Write(t.Context(), make([]byte, n)); err != nil {
		t.Error(err)
	}
	isTrap(t, "write", out.Write(t.Context(), make([]byte, n+1)))
}

func TestFailedWriteIsToldOnce(t *testing.T) {
	for _, w := range writes {
		out := stream.NewOutput(failing(errJam))
		isFailure(t, w.name, w.do(t.Context(), out, 1), "a paper jam")
		isClosed(t, w.name+" again", w.do(t.Context(), out, 0))
		_, err := out.CheckWrite(t.Context())
		isClosed(t, "check-write", err)
		isClosed(t, "flush", out.Flush(t.Context()))
		isClosed(t, "blocking-flush", out.BlockingFlush(t.Context()))
	}
}

func TestBrokenPipeCloses(t *testing.T) {
	r, pipe := io.Pipe()
	_ = r.Close()
	for _, sink := range []io.Writer{pipe, failing(syscall.EPIPE)} {
		out := stream.NewOutput(sink)
		isClosed(t, "write", out.Write(t.Context(), []byte("x")))
	}
}

func TestSilentShortWriteFails(t *testing.T) {
	out := stream.NewOutput(sinkFunc(func(p []byte) (int, error) { return len(p) / 2, nil }))
	isFailure(t, "write", out.Write(t.Context(), []byte("four")), io.ErrShortWrite.Error())
}

func TestOutputIsAlwaysReady(t *testing.T) {
	out := stream.NewOutput(failing(errJam))
	own, err := out.Subscribe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = out.Write(t.Context(), []byte("x"))
	if err := own.Value().Block(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFlush(t *testing.T) {
	out := stream.NewOutput(new(bytes.Buffer))
	if err := errors.Join(out.Flush(t.Context()), out.BlockingFlush(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestSplice(t *testing.T) {
	content := strings.Repeat("0123456789", 20_000)
	var got bytes.Buffer
	in, out := stream.NewInput(strings.NewReader(content)), stream.NewOutput(&got)
	var dst streams.OutputStream = out
	var src streams.InputStream = in
	ctx := context.Background()
	if n, err := dst.Splice(ctx, src, 0); n != 0 || err != nil {
		t.Fatalf("splice(0): %d, %v", n, err)
	}
	if n, err := dst.BlockingSplice(ctx, src, 3); n != 3 || err != nil {
		t.Fatalf("blocking-splice(3): %d, %v", n, err)
	}
	total := uint64(3)
	for {
		n, err := dst.BlockingSplice(ctx, src, 1<<60)
		if err != nil {
			isClosed(t, "at the end", err)
			break
		}
		total += n
	}
	if got.String() != content || total != uint64(len(content)) {
		t.Errorf("%d bytes of %d arrived, %d reported", got.Len(), len(content), total)
	}
}

func TestSpliceIntoClosedTakesNothing(t *testing.T) {
	out := stream.NewOutput(failing(io.ErrClosedPipe))
	in := stream.NewInput(strings.NewReader("precious"))
	isClosed(t, "write", out.Write(t.Context(), []byte("x")))
	_, err := out.BlockingSplice(context.Background(), in, 100)
	isClosed(t, "splice", err)
	blockingRead(t, context.Background(), in, 100, "precious")
}

func TestSpliceReportsBothSides(t *testing.T) {
	_, err := stream.NewOutput(failing(errJam)).BlockingSplice(context.Background(), stream.NewInput(strings.NewReader("x")), 1)
	isFailure(t, "a sink that fails", err, "a paper jam")
	_, err = stream.NewOutput(nil).Splice(t.Context(), stream.NewInput(nil), 1)
	isClosed(t, "a source at its end", err)
}

func TestSteadyWriteDoesNotAllocate(t *testing.T) {
	ctx, p := context.Background(), make([]byte, 1000)
	out := stream.NewOutput(io.Discard)
	var src streams.InputStream = stream.NewInput(endless{})
	got := testing.AllocsPerRun(100, func() {
		_, err := out.CheckWrite(ctx)
		err = errors.Join(err, out.Write(ctx, p), out.BlockingWriteAndFlush(ctx, p), out.BlockingFlush(ctx), out.WriteZeroes(ctx, 10_000))
		if err != nil {
			t.Fatal(err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
	// The pool may lose a buffer to the garbage collector, or on purpose under the race detector: most
	// splices have to find one.
	got = testing.AllocsPerRun(100, func() {
		if n, err := out.BlockingSplice(ctx, src, 1<<20); n == 0 || err != nil {
			t.Fatal(n, err)
		}
	})
	if got >= 2 {
		t.Errorf("%v allocations for splicing", got)
	}
}
