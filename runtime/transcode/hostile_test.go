package transcode_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/transcode"
)

var encodings = []abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16}

// TestLyingRealloc stores strings for guests whose realloc answers as it likes from some call on: the string
// is stored where it says, or the call traps; a Go panic is neither.
func TestLyingRealloc(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := transcode.Of(rapid.String().Filter(isText).Draw(t, "text"))
		lies := rapid.SliceOfN(rapid.OneOf(rapid.Uint32Range(0, 64), rapid.Uint32()), 1, 3).Draw(t, "lies")
		from := rapid.IntRange(0, 2).Draw(t, "honest calls")
		for _, source := range encodings {
			// What one guest has is what the next gets.
			here := newGuest(nil)
			ptr, units := transcode.Store(here, source, first)
			text := transcode.Load(here, source, ptr, units)
			for _, e := range encodings {
				g := newGuest(make([]byte, 32))
				g.answer = func(n int, ptr uint32) uint32 {
					if n < from {
						return ptr
					}
					return lies[(n-from)%len(lies)]
				}
				trapped(func() { transcode.Store(g, e, text) })
			}
		}
	})
}

func isText(s string) bool { return strings.ToValidUTF8(s, "") == s }

// TestLoadIsPaidFor checks that what a string takes in Go is charged to the call, neither more nor less, and
// before it is there.
func TestLoadIsPaidFor(t *testing.T) {
	for _, tt := range []struct {
		encoding abi.Encoding
		memory   string
		units    uint32
		want     uint64
	}{
		{abi.UTF8, "h\u00e9", 3, 3},
		{abi.UTF16, "h\x00\xe9\x00", 2, 3},
		{abi.UTF16, "\x03\x26", 1, 3},
		{abi.UTF16, "\x3c\xd8\x70\xdf", 2, 4},
		{abi.Latin1OrUTF16, "h\xe9", 2, 3},
		{abi.Latin1OrUTF16, "\x03\x26", 1 | abi.UTF16Tag, 3},
		{abi.UTF16, "\x3c\xd8\x3c\xd8", 2, 0},
	} {
		g := newGuest([]byte(tt.memory))
		trapped(func() { transcode.Load(g, tt.encoding, 0, tt.units) })
		if g.charged != tt.want {
			t.Errorf("%q in %s: %d bytes charged, want %d", tt.memory, tt.encoding, g.charged, tt.want)
		}
	}
}

func TestReasons(t *testing.T) {
	for _, tt := range []struct {
		encoding   abi.Encoding
		memory     string
		ptr, units uint32
		want       trap
	}{
		{abi.UTF8, "\xc3\x28", 0, 2, "the string of 2 bytes at 0x0 is not valid UTF-8"},
		{abi.UTF16, "..\x3c\xd8", 2, 1, "the string of 2 bytes at 0x2 is not valid UTF-16"},
		{abi.UTF16, "....", 1, 1, "address 0x1 is not a multiple of 2"},
		{abi.Latin1OrUTF16, "....", 1, 1, "address 0x1 is not a multiple of 2"},
		{abi.UTF16, "....", 2, 2, "4 bytes at 0x2 are out of bounds"},
		{abi.UTF8, "", 0, 1 << 28, "a string of 268435456 bytes is longer than 268435455"},
		{abi.UTF16, "", 0, 1 << 27, "a string of 268435456 bytes is longer than 268435455"},
		{abi.UTF16, "", 0, 1 << 31, "a string of 4294967296 bytes is longer than 268435455"},
		{abi.Latin1OrUTF16, "", 0, 1<<27 | abi.UTF16Tag, "a string of 268435456 bytes is longer than 268435455"},
		{abi.Latin1OrUTF16, "", 0, 1<<27 - 1 | abi.UTF16Tag, "268435454 bytes at 0x0 are out of bounds"},
	} {
		got := trapped(func() { transcode.Load(newGuest([]byte(tt.memory)), tt.encoding, tt.ptr, tt.units) })
		if got != tt.want {
			t.Errorf("%#x units of %s at %d: trap %q, want %q", tt.units, tt.encoding, tt.ptr, got, tt.want)
		}
	}
}
