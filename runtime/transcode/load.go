package transcode

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// Load copies the string of units code units at ptr out of the guest's memory. What it takes in Go is charged
// to the call before it is allocated. A string that is too long, misaligned, out of bounds or not valid in its
// encoding traps.
func Load(g Guest, e abi.Encoding, ptr, units uint32) Text {
	f, n := split(e, units)
	size := uint64(n) * f.width()
	if size > abi.MaxString {
		g.Trap("a string of %d bytes is longer than %d", size, abi.MaxString)
	}
	view := g.View(ptr, uint32(size), e.Align())
	var s string
	switch f {
	case utf16Form:
		s = loadUTF16(g, ptr, view)
	case latin1Form:
		s = loadLatin1(g, view)
	default:
		s = loadUTF8(g, ptr, view)
	}
	return Text{s, e, units}
}

func loadUTF8(g Guest, ptr uint32, view []byte) string {
	if !utf8.Valid(view) {
		g.Trap("the string of %d bytes at %#x is not valid UTF-8", len(view), ptr)
	}
	g.Reserve(uint64(len(view)))
	return string(view)
}

func loadUTF16(g Guest, ptr uint32, view []byte) string {
	size := uint64(0)
	for at := 0; at < len(view); {
		r, n := runeAt(view[at:])
		if n == 0 {
			g.Trap("the string of %d bytes at %#x is not valid UTF-16", len(view), ptr)
		}
		size += uint64(utf8.RuneLen(r))
		at += n
	}
	g.Reserve(size)
	var b strings.Builder
	b.Grow(int(size))
	for at := 0; at < len(view); {
		r, n := runeAt(view[at:])
		b.WriteRune(r)
		at += n
	}
	return b.String()
}

// runeAt decodes the first character of UTF-16 text and returns how many bytes it takes: 0 when it starts with
// half a surrogate pair.
func runeAt(p []byte) (r rune, n int) {
	r = rune(binary.LittleEndian.Uint16(p))
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if len(p) < 4 {
		return 0, 0
	}
	if r = utf16.DecodeRune(r, rune(binary.LittleEndian.Uint16(p[2:]))); r == utf8.RuneError {
		return 0, 0
	}
	return r, 4
}

func loadLatin1(g Guest, view []byte) string {
	size := uint64(len(view))
	for _, c := range view {
		size += uint64(c >> 7) // those from 0x80 on take two bytes in UTF-8
	}
	g.Reserve(size)
	var b strings.Builder
	b.Grow(int(size))
	for _, c := range view {
		b.WriteRune(rune(c))
	}
	return b.String()
}
