package fuse

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/transcode"
)

var encodings = []abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16}

// textTrial is a function with a string as its parameter, and where that has come.
type textTrial struct {
	*trial
	ptr, units uint32
}

// newTextTrials makes one trial for each pair of encodings, with and without a window.
func newTextTrials(t testing.TB, e *engine.Engine) (trials []*textTrial) {
	for _, where := range []placement{placements()[0], unshown} {
		for n := range len(encodings) * len(encodings) {
			l := &textTrial{}
			f := &abi.Func{Params: []abi.Param{{Name: "s", Type: text}}}
			l.trial = newTrialIn(e, f, where, func(e *Edge) {
				e.Caller.Encoding, e.Callee.Encoding = encodings[n/len(encodings)], encodings[n%len(encodings)]
				e.Enter = nil
			})
			l.serve = func(stack []uint64) { l.ptr, l.units = uint32(stack[0]), uint32(stack[1]) }
			t.Cleanup(l.end)
			trials = append(trials, l)
		}
	}
	return trials
}

// send has a string cross that stands in the caller's memory as given.
func (l *textTrial) send(p []byte, units uint32) error {
	for _, p := range []*party{&l.caller, &l.callee} {
		clear(p.View(0, p.memory.Size(), 1))
		*p = party{memory: p.memory, encoding: p.encoding, gate: p.gate}
		p.gate.Set(1)
	}
	at := l.caller.Alloc(uint32(len(p)), l.caller.encoding.Align())
	copy(l.caller.View(at, uint32(len(p)), 1), p)
	return l.call.CallWithStack(ctx, []uint64{uint64(at), uint64(units)})
}

// copybook is what a guest's memory should become: an allocator like that of [party] over bytes of Go.
type copybook struct {
	party
	bytes []byte
}

func (c *copybook) View(ptr, size, _ uint32) []byte { return c.bytes[ptr : ptr+size] }

func (c *copybook) Realloc(old, size, align, room uint32) uint32 {
	c.requests = append(c.requests, [4]uint32{old, size, align, room})
	if size != 0 {
		align = max(align, c.encoding.Align())
	}
	ptr := (c.top + align) &^ (align - 1)
	c.top = ptr + room
	c.bytes = append(c.bytes, make([]byte, int(c.top)-len(c.bytes))...)
	copy(c.bytes[ptr:c.top], c.bytes[old:old+size])
	return ptr
}

// FuzzText sends the same bytes as strings of all encodings: what arrives, what realloc is asked for and when a call
// traps is as runtime/transcode has it.
func FuzzText(f *testing.F) {
	long := strings.Repeat("the quick brown fox ", 8)
	for _, s := range []string{
		"", "a", "sixteen of ASCII", long, long[:63] + "é", "é" + long, long[:64] + "\xff" + long, "日本語 и 😀 " + long,
		"gr\xfcn", strings.Repeat("\xe9", 20), "\x3c\xd8\x70\xdf", "..\x3c\xd8", "\x00\xdc..", "\x3c\xd8..", "\xff\xdb\xff\xdf",
		"a\x00b\x00c\x00d\x00e\x00f\x00g\x00h\x00i\x00\xe9\x00", "a\x00b\x00c\x00d\x00e\x00f\x00g\x00h\x00\x03\x26i\x00",
		"\xc1\xbf", "\xdf\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\x7f\x00\x80\x00\xff\x07\x00\x08\xff\xd7\x00\xe0\xff\xff", "12345678é", "1234567é90abcdefgh", "12345678\xe9\x00abcdefg",
	} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	trials := newTextTrials(f, newEngine(f))
	f.Fuzz(func(t *testing.T, p []byte, tag bool) {
		for _, l := range trials {
			units := uint32(len(p))
			switch e := l.caller.encoding; {
			case e == abi.UTF16:
				units /= 2
			case e == abi.Latin1OrUTF16 && tag:
				units = units/2 | abi.UTF16Tag
			}
			l.check(t, p, units)
		}
	})
}

func (l *textTrial) check(t *testing.T, p []byte, units uint32) {
	t.Helper()
	var want transcode.Text
	from := &copybook{bytes: p}
	broken := try(func() { want = transcode.Load(from, l.caller.encoding, 0, units) })
	err := l.send(p, units)
	if (broken != nil) != (err != nil) {
		t.Fatalf("%q from %s to %s: %v, want %v", p, l.caller.encoding, l.callee.encoding, err, broken)
	}
	if err != nil {
		return
	}
	to := &copybook{party: party{encoding: l.callee.encoding}}
	ptr, n := transcode.Store(to, l.callee.encoding, want)
	if l.ptr != ptr || l.units != n {
		t.Fatalf("%q from %s to %s: %#x units at %d, want %#x at %d", p, l.caller.encoding, l.callee.encoding, l.units, l.ptr, n, ptr)
	}
	if !slices.Equal(l.callee.requests, to.requests) || l.callee.bad != nil {
		t.Fatalf("%q from %s to %s: realloc was asked for %v, not %v; %v", p, l.caller.encoding, l.callee.encoding, l.callee.requests, to.requests, l.callee.bad)
	}
	if got := l.callee.View(0, uint32(len(to.bytes)), 1); !bytes.Equal(got, to.bytes) {
		t.Fatalf("%q from %s to %s: the memory is\n%q\nand should be\n%q", p, l.caller.encoding, l.callee.encoding, got, to.bytes)
	}
}

func TestTextTrapsSayWhy(t *testing.T) {
	const tag = abi.UTF16Tag
	tests := []struct {
		name     string
		from     abi.Encoding
		ptr      uint64
		units    uint32
		contents string
		want     string
	}{
		{"too long", abi.UTF16, 0, 1 << 27, "", "parameter s: a string of 134217728 code units of 2 bytes is longer than 268435455 bytes"},
		{"far too long", abi.UTF16, 0, 1<<32 - 1, "", "a string of 4294967295 code units of 2 bytes is longer"},
		{"wide and too long", abi.Latin1OrUTF16, 0, tag | 1<<27, "", "a string of 134217728 code units of 2 bytes is longer"},
		{"narrow and too long", abi.Latin1OrUTF16, 0, 1 << 28, "", "a string of 268435456 code units of 1 bytes is longer"},
		{"astray", abi.UTF16, 1, 1, "", "parameter s: address 0x1 is not a multiple of 2"},
		{"narrow and astray", abi.Latin1OrUTF16, 1, 1, "", "parameter s: address 0x1 is not a multiple of 2"},
		{"outside", abi.UTF16, 1<<16 - 2, 2, "", "parameter s: 4 bytes at address 0xfffe are outside of the memory"},
		{"half a pair", abi.UTF16, 8, 1, "\x3c\xd8", "parameter s: the string of 2 bytes at 0x8 is not valid UTF-16"},
		{"narrow half a pair", abi.Latin1OrUTF16, 8, tag | 1, "\x3c\xd8", "the string of 2 bytes at 0x8 is not valid UTF-16"},
	}
	for _, l := range newTextTrials(t, newEngine(t)) {
		for _, tt := range tests {
			if l.caller.encoding != tt.from {
				continue
			}
			copy(l.caller.View(uint32(tt.ptr)&^1, uint32(len(tt.contents)), 1), tt.contents)
			err := l.call.CallWithStack(ctx, []uint64{tt.ptr, uint64(tt.units)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s to %s, %s: got %v, want %s", l.caller.encoding, l.callee.encoding, tt.name, err, tt.want)
			}
		}
	}
}
