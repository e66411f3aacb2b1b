package random

import (
	"bytes"
	"context"
	"math"
	"testing"

	"github.com/witan-os/witan/generated/wasi/random/v0.2/insecure"
	"github.com/witan-os/witan/generated/wasi/random/v0.2/insecureseed"
	"github.com/witan-os/witan/generated/wasi/random/v0.2/random"
)

// generators are the two kinds of random numbers.
func generators() map[string]struct {
	bytes func(ctx context.Context, n uint64, buf []byte) ([]byte, error)
	u64   func(ctx context.Context) (uint64, error)
} {
	var s random.Host = secure{}
	var f insecure.Host = fast{}
	return map[string]struct {
		bytes func(ctx context.Context, n uint64, buf []byte) ([]byte, error)
		u64   func(ctx context.Context) (uint64, error)
	}{
		"random":   {s.GetRandomBytes, s.GetRandomU64},
		"insecure": {f.GetInsecureRandomBytes, f.GetInsecureRandomU64},
	}
}

func TestLengths(t *testing.T) {
	for name, g := range generators() {
		for _, n := range []uint64{0, 1, 7, 8, 9, 1000, maxBytes} {
			p, err := g.bytes(t.Context(), n, []byte("kept"))
			if err != nil || uint64(len(p)) != 4+n || string(p[:4]) != "kept" {
				t.Errorf("%s: %d bytes for %d, %v", name, len(p), n, err)
			}
		}
		for _, n := range []uint64{maxBytes + 1, math.MaxInt64, math.MaxUint64} {
			if p, err := g.bytes(t.Context(), n, nil); err == nil {
				t.Errorf("%s: %d bytes for %d", name, len(p), n)
			}
		}
	}
}

// TestEveryByteVaries draws until each of a few bytes has had each bit set and clear: with numbers that are
// random it fails once in 2^190 runs.
func TestEveryByteVaries(t *testing.T) {
	const size = 23 // two words and a rest
	for name, g := range generators() {
		ones, zeros := make([]byte, size), make([]byte, size)
		for range 200 {
			p, err := g.bytes(t.Context(), size, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, b := range p {
				ones[i] |= b
				zeros[i] |= ^b
			}
		}
		if all := bytes.Repeat([]byte{0xff}, size); !bytes.Equal(ones, all) || !bytes.Equal(zeros, all) {
			t.Errorf("%s: bits that never change: set %x, clear %x", name, ones, zeros)
		}
	}
}

func TestNumbersDiffer(t *testing.T) {
	for name, g := range generators() {
		a, err := g.u64(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b, err := g.u64(t.Context())
		if err != nil || a == b {
			t.Errorf("%s: %d and %d, %v", name, a, b, err)
		}
	}
	var seed insecureseed.Host = fast{}
	a, err := seed.InsecureSeed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := seed.InsecureSeed(t.Context()); err != nil || a == b || a.F0 == a.F1 {
		t.Errorf("seeds %v and %v, %v", a, b, err)
	}
}

func TestReusedBufferDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 100)
	for name, g := range generators() {
		got := testing.AllocsPerRun(100, func() {
			if _, err := g.bytes(context.Background(), 100, buf); err != nil {
				t.Fatal(err)
			}
		})
		if got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}
