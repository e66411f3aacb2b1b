package wasi01

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestMemoryIsTheProgramsOwn fills the program's memory, which can't grow, and has the adapter do all kinds of things. What
// no call's arguments point to is as it was.
func TestMemoryIsTheProgramsOwn(t *testing.T) {
	_, process := tree(t, map[string]string{"file": strings.Repeat("text", 1000), "other": ""})
	process.Env = []string{"NAME=value"}
	process.Args = []string{"an argument"}
	process.Stdin = strings.NewReader("input")
	const low, high = 0x1000, 0xc000 // in between is what calls write to
	out := low
	next := func(size int) int { out += size; return out - size }
	iovecs := u32s(0x2000, 100, 0x3000, 5000)
	clock := subscription{tag: 0, what: 1, timeout: 1}.bytes()
	s := script{
		data: map[int]string{
			0: iovecs, 0x20: "file", 0x24: "new", 0x40: clock,
			0x70:            strings.Repeat("\xaa", low-0x70),
			high:            strings.Repeat("\xaa", scriptErrnos-high),
			scriptErrnos:    strings.Repeat("\xaa", scriptIovec-scriptErrnos),
			scriptIovec:     u32s(0, behind),
			scriptIovec + 8: strings.Repeat("\xaa", behind-scriptIovec-8),
		},
		calls: []call{
			do("args_sizes_get", next(4), next(4)),
			do("args_get", 0x1100, 0x1200),
			do("environ_get", 0x1300, 0x1400),
			do("path_open", 3, 0, 0x20, 4, 0, reading|writing, 0, 0, next(4)),
			do("path_open", 3, 0, 0x24, 3, create, writing, 0, appending, next(4)),
			do("fd_read", 4, 0, 2, next(4)),
			do("fd_write", 5, 0, 2, next(4)),
			do("fd_read", 0, 0, 2, next(4)),
			do("fd_readdir", 3, 0x6000, 100, 0, next(4)),
			do("fd_readdir", 3, 0x6100, 30, 2, next(4)),
			do("fd_filestat_get", 4, 0x6200),
			do("path_filestat_get", 3, 0, 0x20, 4, 0x6240),
			do("poll_oneoff", 0x40, 0x6300, 1, next(4)),
			do("random_get", 0x7000, 0x4000),
			do("path_unlink_file", 3, 0x20, 4),
			do("fd_close", 5),
		},
	}
	o := s.run(t, process)
	o.checkFilled(t, 0x70, low)
	o.checkFilled(t, high, scriptErrnos)
	o.checkFilled(t, scriptErrnos+4*len(s.calls), scriptIovec)
	o.checkFilled(t, scriptIovec+8, behind)
}

// checkFilled expects a range to have what the test filled it with.
func (o *scriptOutcome) checkFilled(t *testing.T, from, to int) {
	t.Helper()
	for at := from; at < to; at++ {
		if o.memory[at] != 0xaa {
			t.Fatalf("the byte at %#x is %#x", at, o.memory[at])
		}
	}
}

// TestUTF8 compares what the adapter takes for a path with what Go takes for UTF-8.
func TestUTF8(t *testing.T) {
	_, process := tree(t, nil)
	p := newPaths()
	var calls []call
	for _, text := range []string{
		"a", "ä", "€", "𝄞", "aä€𝄞a", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff",
		"\x80", "a\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2a", "\xc2\xc2", "\xdf\xff", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xe1\x80", "\xe1\x80a", "\xed\xa0\x80", "\xed\xbf\xbf", "\xef\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf1\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "€\xe2\x82", "\xe2\x28\xa1",
	} {
		want := noent
		if !utf8.ValidString(text) {
			want = ilseq
		}
		calls = append(calls, p.on("path_unlink_file", text).fails(want))
	}
	script{p.data, calls}.run(t, process)
}
