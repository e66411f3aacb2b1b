package filesystem

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/runtime/glue"
)

// noise is content in which every position tells itself from its neighbours.
func noise(n int) []byte {
	p := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(p)
	return p
}

// isClosed tells whether err is the end of a stream.
func isClosed(err error) bool {
	var e streams.StreamError
	return errors.As(err, &e) && e.Kind() == streams.StreamErrorKindClosed
}

// TestReadStream reads a big file through streams from several offsets, for several lengths that a program
// may ask for and with buffers that are too small and large enough.
func TestReadStream(t *testing.T) {
	content := noise(5*maxRead + 17)
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "big", content)
		for _, offset := range []int{0, 1, maxRead - 1, maxRead, len(content) - 1, len(content)} {
			for _, length := range []uint64{5000, maxRead, maxRead + 1, math.MaxUint64} {
				own, err := f.ReadViaStream(t.Context(), uint64(offset))
				in := value(t, own, err)
				var got, buf []byte
				for {
					if buf, err = in.BlockingRead(t.Context(), length, buf[:0]); err != nil {
						break
					}
					if len(buf) == 0 || uint64(len(buf)) > length || len(buf) > maxRead {
						t.Fatalf("asked for %d bytes, got %d", length, len(buf))
					}
					got = append(got, buf...)
				}
				if !isClosed(err) {
					t.Errorf("at the end: %v", err)
				}
				if !bytes.Equal(got, content[offset:]) {
					t.Errorf("offset %d, length %d: got %d bytes, want the %d that are there", offset, length, len(got), len(content)-offset)
				}
				own.Drop(t.Context())
			}
		}
	})
}

// TestReadStreamAppends checks that what the buffer holds already stays.
func TestReadStreamAppends(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", []byte("content"))
		for _, room := range []int{0, 3, 100} {
			own, err := f.ReadViaStream(t.Context(), 0)
			in := value(t, own, err)
			buf := append(make([]byte, 0, room), "ab"...)
			buf, err = in.Read(t.Context(), 4, buf)
			ok(t, err)
			buf, err = in.Read(t.Context(), 4, buf)
			ok(t, err)
			if string(buf) != "abcontent" {
				t.Errorf("room %d: got %q", room, buf)
			}
			own.Drop(t.Context())
		}
	})
}

// TestStreamOffsets mixes reading, skipping and asking, and compares with an index into the content.
func TestStreamOffsets(t *testing.T) {
	content := noise(3 * maxRead)
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", content)
		r := rand.New(rand.NewPCG(2, 3))
		for range 50 {
			at := r.IntN(len(content))
			own, err := f.ReadViaStream(t.Context(), uint64(at))
			in := value(t, own, err)
			for at < len(content) {
				length := uint64(r.IntN(2 * maxRead))
				switch r.IntN(3) {
				case 0:
					p, err := in.Read(t.Context(), length, nil)
					ok(t, err)
					if !bytes.HasPrefix(content[at:], p) {
						t.Fatalf("%d bytes at offset %d are others", len(p), at)
					}
					at += len(p)
				case 1:
					n, err := in.Skip(t.Context(), length)
					ok(t, err)
					if n > length || length > 0 && n == 0 {
						t.Fatalf("skipped %d bytes of %d", n, length)
					}
					at += int(n)
				case 2:
					p, err := in.Read(t.Context(), 0, nil)
					if err != nil || len(p) != 0 {
						t.Fatalf("asking for nothing at offset %d of %d: %d bytes, %v", at, len(content), len(p), err)
					}
				}
			}
			if at != len(content) {
				t.Fatalf("the stream went to offset %d in a file of %d bytes", at, len(content))
			}
			if _, err := in.Read(t.Context(), 0, nil); !isClosed(err) {
				t.Errorf("asking for nothing at the end: %v", err)
			}
			if _, err := in.BlockingSkip(t.Context(), 1); !isClosed(err) {
				t.Errorf("skipping at the end: %v", err)
			}
			own.Drop(t.Context())
		}
	})
}

// TestEndIsFinal checks that a file that grows does not bring a stream back that has reported its end.
func TestEndIsFinal(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", nil)
		own, err := f.ReadViaStream(t.Context(), 0)
		in := value(t, own, err)
		defer own.Drop(t.Context())
		if _, err := in.Read(t.Context(), 1, nil); !isClosed(err) {
			t.Fatalf("reading an empty file: %v", err)
		}
		put(t, root, "f", []byte("more"))
		if _, err := in.Read(t.Context(), 1, nil); !isClosed(err) {
			t.Errorf("reading after the end: %v", err)
		}
		if _, err := in.Skip(t.Context(), 1); !isClosed(err) {
			t.Errorf("skipping after the end: %v", err)
		}
		own, err = f.ReadViaStream(t.Context(), 100)
		if _, err := value(t, own, err).Read(t.Context(), 1, nil); !isClosed(err) {
			t.Errorf("reading beyond the end: %v", err)
		}
		own.Drop(t.Context())
	})
}

// TestWriteStream writes a big file in pieces through every method that writes, at an offset, over content.
func TestWriteStream(t *testing.T) {
	content := noise(100_000)
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", []byte("0123456789"))
		own, err := f.WriteViaStream(t.Context(), 3)
		out := value(t, own, err)
		want := []byte("012")
		for rest := content; len(rest) > 0; {
			grant, err := out.CheckWrite(t.Context())
			ok(t, err)
			n := min(len(rest), 7000, int(grant))
			ok(t, out.Write(t.Context(), rest[:n]))
			want, rest = append(want, rest[:n]...), rest[n:]
		}
		ok(t, out.Flush(t.Context()))
		ok(t, out.BlockingWriteAndFlush(t.Context(), []byte("flushed")))
		ok(t, out.WriteZeroes(t.Context(), 10_000))
		ok(t, out.BlockingWriteZeroesAndFlush(t.Context(), 3))
		ok(t, out.BlockingFlush(t.Context()))
		want = append(append(want, "flushed"...), make([]byte, 10_003)...)
		own.Drop(t.Context())

		if got := contentOf(t, f); !bytes.Equal(got, want) {
			t.Errorf("the file has %d bytes, want %d and the same", len(got), len(want))
		}
	})
}

// TestAppendStream checks that appending finds the end at each write, whoever moved it.
func TestAppendStream(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", []byte("a"))
		own, err := f.AppendViaStream(t.Context())
		out := value(t, own, err)
		defer own.Drop(t.Context())
		ok(t, out.Write(t.Context(), []byte("b")))
		_, err = f.Write(t.Context(), []byte("c"), 2)
		ok(t, err)
		ok(t, out.Write(t.Context(), []byte("d")))
		ok(t, f.SetSize(t.Context(), 1))
		ok(t, out.Write(t.Context(), []byte("e")))
		if got := contentOf(t, f); string(got) != "ae" {
			t.Errorf("got %q", got)
		}
	})
}

// TestSplice copies a file inside the host.
func TestSplice(t *testing.T) {
	content := noise(3*maxRead + 5)
	onEach(t, func(t *testing.T, root types.Descriptor) {
		from, to := put(t, root, "from", content), put(t, root, "to", nil)
		ownIn, err := from.ReadViaStream(t.Context(), 0)
		in := value(t, ownIn, err)
		ownOut, err := to.WriteViaStream(t.Context(), 0)
		out := value(t, ownOut, err)
		splice := out.Splice
		for {
			n, err := splice(t.Context(), in, math.MaxUint64)
			if isClosed(err) {
				break
			}
			ok(t, err)
			if n == 0 {
				t.Fatal("moved nothing")
			}
			splice = out.BlockingSplice
		}
		if got := contentOf(t, to); !bytes.Equal(got, content) {
			t.Errorf("copied %d bytes of %d, or others", len(got), len(content))
		}
		ownIn.Drop(t.Context())
		ownOut.Drop(t.Context())
	})
}

// TestOverrun checks that a write beyond the grant is no WIT error, so that it traps.
func TestOverrun(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", nil)
		own, err := f.WriteViaStream(t.Context(), 0)
		out := value(t, own, err)
		defer own.Drop(t.Context())
		grant, err := out.CheckWrite(t.Context())
		ok(t, err)
		for what, err := range map[string]error{
			"write":        out.Write(t.Context(), make([]byte, grant+1)),
			"write zeroes": out.WriteZeroes(t.Context(), math.MaxUint64),
		} {
			var wit streams.StreamError
			if err == nil || errors.As(err, &wit) {
				t.Errorf("%s beyond the grant: %v, want an error that traps", what, err)
			}
		}
		if got := contentOf(t, f); len(got) != 0 {
			t.Errorf("%d bytes were written", len(got))
		}
	})
}

// TestStreamFailure checks what a program learns of an operation that fails: its code, its words, once.
func TestStreamFailure(t *testing.T) {
	read := func(d types.Descriptor) (func() error, error) {
		own, err := d.ReadViaStream(t.Context(), 5)
		return func() error {
			_, err := own.Value().Read(t.Context(), 10, nil)
			return err
		}, err
	}
	skip := func(d types.Descriptor) (func() error, error) {
		own, err := d.ReadViaStream(t.Context(), 5)
		return func() error {
			_, err := own.Value().Skip(t.Context(), 10)
			return err
		}, err
	}
	write := func(d types.Descriptor) (func() error, error) {
		own, err := d.WriteViaStream(t.Context(), 5)
		return func() error { return own.Value().Write(t.Context(), make([]byte, 10)) }, err
	}
	appending := func(d types.Descriptor) (func() error, error) {
		own, err := d.AppendViaStream(t.Context())
		return func() error { return own.Value().Write(t.Context(), make([]byte, 10)) }, err
	}
	for _, test := range []struct {
		name string
		open func(types.Descriptor) (func() error, error)
		good int // bytes of the file before the failure
		err  vfs.ErrorCode
		text string
	}{
		{"read", read, 5, vfs.ErrIO, "reading a file at offset 5: io"},
		{"skip", skip, 5, vfs.ErrIO, "reading a file at offset 5: io"},
		{"write", write, 5, vfs.ErrInsufficientSpace, "writing to a file at offset 5: insufficient-space"},
		{"write in part", write, 9, vfs.ErrQuota, "writing to a file at offset 9: quota"},
		{"append", appending, 0, vfs.ErrFileTooLarge, "appending to a file: file-too-large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h types.Host = newHost(nil)
			op, err := test.open(descriptorOf(t, &faulty{good: test.good, err: test.err}).Value())
			ok(t, err)
			var failed streams.StreamError
			if err := op(); !errors.As(err, &failed) {
				t.Fatalf("got %v, want a stream error", err)
			}
			own, is := failed.AsLastOperationFailed()
			if !is {
				t.Fatalf("got %v, want a failure", failed)
			}
			code, err := h.FilesystemErrorCode(t.Context(), own.Value())
			ok(t, err)
			if got, is := code.Get(); !is || got.String() != test.err.Error() {
				t.Errorf("the code is %v, want %v", code, test.err)
			}
			if text, err := own.Value().ToDebugString(t.Context()); err != nil || text != test.text {
				t.Errorf("the text is %q, %v; want %q", text, err, test.text)
			}
			if err := op(); !isClosed(err) {
				t.Errorf("after the failure: %v, want closed", err)
			}
		})
	}
}

// TestPartBeforeFailure checks that bytes before a failure are delivered first.
func TestPartBeforeFailure(t *testing.T) {
	d := descriptorOf(t, &faulty{good: 8, err: vfs.ErrIO}).Value()
	own, err := d.ReadViaStream(t.Context(), 5)
	in := value(t, own, err)
	if p, err := in.Read(t.Context(), 10, nil); err != nil || len(p) != 3 {
		t.Errorf("the stream gave %d bytes, %v; want 3", len(p), err)
	}
	part, err := d.Read(t.Context(), 10, 5)
	if err != nil || len(part.F0) != 3 || part.F1 {
		t.Errorf("read gave %d bytes, end %v, %v; want 3, not the end", len(part.F0), part.F1, err)
	}
	_, err = d.Read(t.Context(), 10, 8)
	fails(t, "read", err, types.ErrorCodeIO)
	if n, err := d.Write(t.Context(), make([]byte, 10), 5); err != nil || n != 3 {
		t.Errorf("write took %d bytes, %v; want 3", n, err)
	}
	_, err = d.Write(t.Context(), make([]byte, 10), 8)
	fails(t, "write", err, types.ErrorCodeIO)
}

// TestForeignError checks that only errors of files have a code.
func TestForeignError(t *testing.T) {
	h := newHost(nil)
	code, err := h.FilesystemErrorCode(t.Context(), stream.Failure{Err: errors.New("a paper jam")})
	ok(t, err)
	if _, is := code.Get(); is {
		t.Errorf("got the code %v", code)
	}
}

// TestStreamsOutliveDescriptor checks that a file is closed once and not before its last user is gone.
func TestStreamsOutliveDescriptor(t *testing.T) {
	f := &faulty{good: 1000, err: vfs.ErrIO}
	d := descriptorOf(t, f)
	in, err := d.Value().ReadViaStream(t.Context(), 0)
	ok(t, err)
	out, err := d.Value().WriteViaStream(t.Context(), 0)
	ok(t, err)
	end, err := d.Value().AppendViaStream(t.Context())
	ok(t, err)
	for i, drop := range []func(context.Context) error{in.Drop, d.Drop, end.Drop, out.Drop} {
		if f.closed != 0 {
			t.Fatalf("closed after %d of 4 users had gone", i)
		}
		ok(t, drop(t.Context()))
	}
	if f.closed != 1 {
		t.Errorf("closed %d times", f.closed)
	}
}

// TestSubscribe checks that files are always ready, even at their end.
func TestSubscribe(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", nil)
		in, err := f.ReadViaStream(t.Context(), 0)
		ok(t, err)
		out, err := f.WriteViaStream(t.Context(), 0)
		ok(t, err)
		for _, subscribe := range []func(context.Context) (glue.Own[streams.Pollable], error){in.Value().Subscribe, out.Value().Subscribe} {
			own, err := subscribe(t.Context())
			if is, err := value(t, own, err).Ready(t.Context()); err != nil || !is {
				t.Errorf("ready is %v, %v", is, err)
			}
		}
		in.Drop(t.Context())
		out.Drop(t.Context())
	})
}

// TestNoAllocation checks that moving data costs no memory, in the way generated code calls: with a buffer
// that has grown to the size of the last result.
func TestNoAllocation(t *testing.T) {
	root := rootOf(t, overlay.New(overlay.Config{}).Root(everything))
	big, small := put(t, root, "big", make([]byte, 8*maxRead)), put(t, root, "small", []byte(strings.Repeat("x", 100)))
	reading := func(f types.Descriptor, length uint64) func() {
		own, err := f.ReadViaStream(t.Context(), 0)
		in := value(t, own, err).(*input)
		var buf []byte
		return func() {
			in.offset = 0
			buf, err = in.Read(t.Context(), length, buf[:0])
			ok(t, err)
		}
	}
	own, err := big.WriteViaStream(t.Context(), 0)
	out := value(t, own, err).(*output)
	p := make([]byte, 4096)
	for name, op := range map[string]func(){
		"big reads":                reading(big, math.MaxUint64),
		"small reads":              reading(big, 100),
		"big reads of small files": reading(small, maxRead),
		"descriptor reads":         func() { _, _ = big.Read(t.Context(), maxRead, 0) },
		"descriptor writes":        func() { _, _ = big.Write(t.Context(), p, 0) },
		"stream writes":            func() { _ = out.Write(t.Context(), p[:1]) },
	} {
		op()
		if n := testing.AllocsPerRun(20, op); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
