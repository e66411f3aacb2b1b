package stream_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
)

// These tests see the package as generated code does: through the interfaces of the resources. Each runs in a
// bubble of testing/synctest, which also fails them when a goroutine is left over.

// bubble runs a test with and without a context that can be cancelled: a blocking read goes another way.
func bubble(t *testing.T, test func(t *testing.T, ctx context.Context)) {
	t.Run("background", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { test(t, context.Background()) })
	})
	t.Run("cancellable", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { test(t, t.Context()) })
	})
}

// blockingRead checks one blocking read.
func blockingRead(t *testing.T, ctx context.Context, in streams.InputStream, n uint64, want string) {
	t.Helper()
	got, err := in.BlockingRead(ctx, n, []byte(">"))
	if err != nil || string(got) != ">"+want {
		t.Fatalf("blocking-read(%d): %q, %v; want %q", n, got, err, want)
	}
}

// read checks one read that does not wait.
func read(t *testing.T, in streams.InputStream, n uint64, want string) {
	t.Helper()
	got, err := in.Read(t.Context(), n, []byte(">"))
	if err != nil || string(got) != ">"+want {
		t.Fatalf("read(%d): %q, %v; want %q", n, got, err, want)
	}
}

func isClosed(t *testing.T, what string, err error) {
	t.Helper()
	var e streams.StreamError
	if !errors.As(err, &e) || e.Kind() != streams.StreamErrorKindClosed {
		t.Errorf("%s: %v, want closed", what, err)
	}
}

// isFailure checks that an error is a failed operation with the text.
func isFailure(t *testing.T, what string, err error, text string) {
	t.Helper()
	var e streams.StreamError
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v, want a failure", what, err)
	}
	own, ok := e.AsLastOperationFailed()
	if !ok {
		t.Fatalf("%s: %v, want a failure", what, err)
	}
	got, err := own.Value().ToDebugString(t.Context())
	if err != nil || got != text {
		t.Errorf("%s: the failure is %q, %v; want %q", what, got, err, text)
	}
}

// isTrap checks that an error is none that a program gets to see.
func isTrap(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil || errors.As(err, new(streams.StreamError)) {
		t.Errorf("%s: %v, want a trap", what, err)
	}
}

func TestBlockingRead(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		in := stream.NewInput(strings.NewReader("hello, world"))
		blockingRead(t, ctx, in, 0, "")
		blockingRead(t, ctx, in, 5, "hello")
		blockingRead(t, ctx, in, 1<<63, ", world")
		for range 2 {
			_, err := in.BlockingRead(ctx, 1, nil)
			isClosed(t, "at the end", err)
		}
		_, err := in.BlockingRead(ctx, 0, nil)
		isClosed(t, "asking at the end", err)
	})
}

func TestBlockingReadTakesNoMoreThanAsked(t *testing.T) {
	source := strings.NewReader("mine, and yours")
	in := stream.NewInput(source)
	blockingRead(t, context.Background(), in, 4, "mine")
	if _, err := in.BlockingSkip(context.Background(), 6); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(source); string(rest) != "yours" {
		t.Errorf("the next reader finds %q", rest)
	}
}

func TestBlockingReadWaits(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		r, w := io.Pipe()
		in := stream.NewInput(r)
		go func() {
			_, _ = w.Write([]byte("first"))
			_, _ = w.Write([]byte("second"))
			_ = w.Close()
		}()
		blockingRead(t, ctx, in, 100, "first")
		blockingRead(t, ctx, in, 100, "second")
		_, err := in.BlockingRead(ctx, 100, nil)
		isClosed(t, "after the writer's end", err)
	})
}

func TestOneReadIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		in := stream.NewInput(bytes.NewReader(make([]byte, 1<<20)))
		p, err := in.BlockingRead(ctx, 1<<40, nil)
		if err != nil || len(p) == 0 || len(p) > 64<<10 {
			t.Errorf("%d bytes, %v", len(p), err)
		}
	})
}

func TestReadDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		in := stream.NewInput(r)
		read(t, in, 10, "")
		synctest.Wait() // the goroutine that reads ahead waits for the pipe
		read(t, in, 10, "")
		_, _ = w.Write([]byte("some bytes"))
		synctest.Wait()
		read(t, in, 4, "some")
		read(t, in, 0, "")
		if n, err := in.Skip(t.Context(), 1); n != 1 || err != nil {
			t.Errorf("skip: %d, %v", n, err)
		}
		blockingRead(t, context.Background(), in, 10, "bytes")
		if n, err := in.Skip(t.Context(), 1); n != 0 || err != nil {
			t.Errorf("skip of nothing: %d, %v", n, err)
		}
		_ = w.Close()
		synctest.Wait()
		_, err := in.Read(t.Context(), 0, nil)
		isClosed(t, "after the writer's end", err)
		_, err = in.Skip(t.Context(), 1)
		isClosed(t, "after the writer's end", err)
	})
}

func TestAskingWithoutWantingReadsNothing(t *testing.T) {
	source := strings.NewReader("untouched")
	in := stream.NewInput(source)
	read(t, in, 0, "")
	if n, err := in.Skip(t.Context(), 0); n != 0 || err != nil {
		t.Errorf("skip(0): %d, %v", n, err)
	}
	if in.Holds(source) || source.Len() != len("untouched") {
		t.Error("bytes were read ahead")
	}
}

func TestBlockingReadWaitsForWhatIsReadAhead(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		r, w := io.Pipe()
		in := stream.NewInput(r)
		read(t, in, 1, "")
		go func() { _, _ = w.Write([]byte("late")) }()
		blockingRead(t, ctx, in, 10, "late")
	})
}

// errJam is a failure that ends a source.
var errJam = errors.New("a paper jam")

func TestFailureIsToldOnce(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		in := stream.NewInput(io.MultiReader(strings.NewReader("good"), iotest.ErrReader(errJam)))
		blockingRead(t, ctx, in, 10, "good")
		_, err := in.BlockingSkip(ctx, 10)
		isFailure(t, "the read that fails", err, "a paper jam")
		_, err = in.BlockingRead(ctx, 10, nil)
		isClosed(t, "the next read", err)
	})
}

func TestBytesBeforeTheErrorWithThem(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		in := stream.NewInput(iotest.DataErrReader(strings.NewReader("last")))
		blockingRead(t, ctx, in, 3, "las")
		blockingRead(t, ctx, in, 3, "t")
		_, err := in.BlockingRead(ctx, 3, nil)
		isClosed(t, "after the end", err)
	})
}

func TestEndsAndFailures(t *testing.T) {
	path := &os.PathError{Op: "read", Path: "/dev/\xff", Err: syscall.EIO}
	for _, end := range []error{io.EOF, io.ErrClosedPipe, os.ErrClosed, &os.PathError{Op: "write", Err: syscall.EPIPE}} {
		isClosed(t, end.Error(), stream.ErrorOf(end))
	}
	isFailure(t, "unexpected end", stream.ErrorOf(io.ErrUnexpectedEOF), "unexpected EOF")
	isFailure(t, "a path of any bytes", stream.ErrorOf(path), "read /dev/\ufffd: input/output error")
}

func TestNoReaderIsAtItsEnd(t *testing.T) {
	in := stream.NewInput(nil)
	_, err := in.Read(t.Context(), 1, nil)
	isClosed(t, "read", err)
	if in.Holds(nil) {
		t.Error("holds bytes of nothing")
	}
}

// idle is a reader that never gives anything.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestReaderThatGivesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, ctx context.Context) {
		_, err := stream.NewInput(idle{}).BlockingRead(ctx, 1, nil)
		isFailure(t, "a reader without progress", err, io.ErrNoProgress.Error())
	})
}

func TestContextEndsBlockingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		in := stream.NewInput(r)
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			synctest.Wait()
			cancel(errJam)
		}()
		if _, err := in.BlockingRead(ctx, 1, nil); !errors.Is(err, errJam) {
			t.Errorf("a cancelled read: %v", err)
		}
		if _, err := in.BlockingSkip(ctx, 1); !errors.Is(err, errJam) {
			t.Errorf("a read that is cancelled already: %v", err)
		}
		_, _ = w.Write([]byte("kept"))
		blockingRead(t, t.Context(), in, 10, "kept")
	})
}

func TestSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		in := stream.NewInput(r)
		own, err := in.Subscribe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p := own.Value()
		ready := func(want bool) {
			t.Helper()
			synctest.Wait()
			if got, err := p.Ready(t.Context()); got != want || err != nil {
				t.Errorf("ready: %t, %v; want %t", got, err, want)
			}
		}
		ready(false)
		go func() { _, _ = w.Write([]byte("ab")) }()
		if err := p.Block(t.Context()); err != nil {
			t.Fatal(err)
		}
		ready(true)
		read(t, in, 1, "a")
		ready(true)
		read(t, in, 1, "b")
		ready(false)
		go w.CloseWithError(errJam)
		if err := p.Block(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = in.Read(t.Context(), 1, nil)
		isFailure(t, "the read", err, "a paper jam")
		ready(true)
	})
}

func TestHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		in := stream.NewInput(r)
		if in.Holds(r) {
			t.Error("holds bytes before any read")
		}
		read(t, in, 1, "")
		if !in.Holds(r) || in.Holds(strings.NewReader("another")) || in.Holds(uncomparable{}) {
			t.Error("wrong about the reader that is being read")
		}
		_, _ = w.Write([]byte("ab"))
		synctest.Wait()
		read(t, in, 1, "a")
		if !in.Holds(r) {
			t.Error("does not hold what is left")
		}
		read(t, in, 1, "b")
		if in.Holds(r) {
			t.Error("holds what was taken")
		}
	})
}

// uncomparable is a reader that == would panic on.
type uncomparable struct{ _ []byte }

func (uncomparable) Read([]byte) (int, error) { return 0, io.EOF }

// TestEveryByteOnceInOrder mixes all ways of reading.
func TestEveryByteOnceInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.SliceOfN(rapid.Byte(), 0, 1000).Draw(t, "content")
		source := bytes.NewReader(content)
		in := stream.NewInput(iotest.HalfReader(source))
		cancellable, cancel := context.WithCancel(context.Background())
		defer cancel()
		contexts := []context.Context{context.Background(), cancellable}
		var got []byte
		var err error
		for err == nil {
			n := rapid.Uint64Range(1, 300).Draw(t, "n")
			ctx := contexts[rapid.IntRange(0, 1).Draw(t, "context")]
			skipped := uint64(0)
			switch rapid.IntRange(0, 3).Draw(t, "way") {
			case 0:
				got, err = in.BlockingRead(ctx, n, got)
			case 1:
				var p []byte
				if p, err = in.Read(ctx, n, got); err == nil {
					got = p
				}
				runtime.Gosched()
			case 2:
				skipped, err = in.BlockingSkip(ctx, n)
			case 3:
				skipped, err = in.Skip(ctx, n)
			}
			if skipped > n || uint64(len(got))+skipped > uint64(len(content)) {
				t.Fatalf("skipped %d bytes of %d after %d of %d", skipped, n, len(got), len(content))
			}
			got = append(got, content[len(got):len(got)+int(skipped)]...)
			if !bytes.Equal(got, content[:len(got)]) {
				t.Fatalf("read %x of %x", got, content)
			}
		}
		if n := source.Len(); n > 0 {
			t.Fatalf("the end came %d bytes early", n)
		}
	})
}

func TestSteadyReadDoesNotAllocate(t *testing.T) {
	in := stream.NewInput(endless{})
	var buf []byte
	got := testing.AllocsPerRun(100, func() {
		p, err := in.BlockingRead(context.Background(), 4096, buf[:0])
		if err != nil || len(p) != 4096 {
			t.Fatal(len(p), err)
		}
		buf = p
		if n, err := in.BlockingSkip(context.Background(), 4096); n != 4096 || err != nil {
			t.Fatal(n, err)
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

// endless is a reader that fills whatever it gets.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
