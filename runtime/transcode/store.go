package transcode

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
)

// Store copies a text into memory that the guest allocates, in encoding e, and returns its address and its
// length in code units, with [abi.UTF16Tag] where that is used.
func Store(g Guest, e abi.Encoding, t Text) (ptr, units uint32) {
	switch e {
	case abi.UTF8:
		return storeUTF8(g, t)
	case abi.UTF16:
		return storeUTF16(g, t)
	default:
		return storeLatin1OrUTF16(g, t)
	}
}

// storeUTF8 hopes for ASCII, of which every encoding has as many units.
func storeUTF8(g Guest, t Text) (ptr, units uint32) {
	f, n := split(t.Encoding, t.Units)
	ptr = g.Realloc(0, 0, 1, n)
	view := g.View(ptr, n, 1)
	if f == utf8Form {
		copy(view, t.String)
		return ptr, n
	}
	ascii := asciiPrefix(t.String)
	copy(view, t.String[:ascii])
	if ascii == len(t.String) {
		return ptr, n
	}
	worst := 2 * n
	if f == utf16Form {
		worst = 3 * n
	}
	ptr = g.Realloc(ptr, n, 1, worst)
	copy(g.View(ptr, worst, 1)[ascii:], t.String[ascii:])
	return shrink(g, ptr, worst, 1, uint32(len(t.String)))
}

// shrink gives back what is too much of a block of room bytes. It returns where the block is then, and size.
func shrink(g Guest, ptr, room, align, size uint32) (moved, n uint32) {
	if size < room {
		ptr = g.Realloc(ptr, room, align, size)
	}
	return ptr, size
}

// storeUTF16 knows how much room it needs, unless it would have to read UTF-8 for that.
func storeUTF16(g Guest, t Text) (ptr, units uint32) {
	size := 2 * utf16Len(t.String)
	room := size
	if t.Encoding == abi.UTF8 {
		room = 2 * t.Units
	}
	ptr = g.Realloc(0, 0, 2, room)
	putUTF16(g.View(ptr, room, 2), t.String)
	ptr, size = shrink(g, ptr, room, 2, size)
	return ptr, size / 2
}

func storeLatin1OrUTF16(g Guest, t Text) (ptr, units uint32) {
	f, n := split(t.Encoding, t.Units)
	switch {
	case t.Encoding != abi.Latin1OrUTF16:
		return storeNarrow(g, t.String, n)
	case f == utf16Form:
		return storeWide(g, t.String, n)
	}
	ptr = g.Realloc(0, 0, 2, n)
	putLatin1(g.View(ptr, n, 2), t.String)
	return ptr, n
}

// storeNarrow hopes for Latin-1 and widens what it has written when there is another character. n are the
// code units of s where it comes from.
func storeNarrow(g Guest, s string, n uint32) (ptr, units uint32) {
	ptr = g.Realloc(0, 0, 2, n)
	narrow, at := putLatin1(g.View(ptr, n, 2), s)
	if at == len(s) {
		return shrink(g, ptr, n, 2, narrow)
	}
	room := 2 * n
	ptr = g.Realloc(ptr, n, 2, room)
	view := g.View(ptr, room, 2)
	for i := int(narrow) - 1; i >= 0; i-- {
		view[2*i], view[2*i+1] = view[i], 0
	}
	rest := putUTF16(view[2*narrow:], s[at:])
	ptr, size := shrink(g, ptr, room, 2, 2*narrow+rest)
	return ptr, size/2 | abi.UTF16Tag
}

// storeWide is for text that was not Latin-1 where it comes from, and so hardly will be here. n are its code
// units in UTF-16.
func storeWide(g Guest, s string, n uint32) (ptr, units uint32) {
	size := 2 * n
	ptr = g.Realloc(0, 0, 2, size)
	view := g.View(ptr, size, 2)
	putUTF16(view, s)
	if !isLatin1(s) {
		return ptr, n | abi.UTF16Tag
	}
	for i := range n {
		view[i] = view[2*i]
	}
	return g.Realloc(ptr, size, 1, n), n
}

func asciiPrefix(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}

const maxLatin1 = 0xff

func isLatin1(s string) bool {
	for _, r := range s {
		if r > maxLatin1 {
			return false
		}
	}
	return true
}

// putLatin1 writes s up to the first character that Latin-1 does not have. It returns how many characters
// it has written and where in s it stopped.
func putLatin1(p []byte, s string) (n uint32, at int) {
	for at, r := range s {
		if r > maxLatin1 {
			return n, at
		}
		p[n] = byte(r)
		n++
	}
	return n, len(s)
}

// utf16Len is how many code units s has in UTF-16.
func utf16Len(s string) (n uint32) {
	for _, r := range s {
		n += uint32(utf16.RuneLen(r))
	}
	return n
}

// putUTF16 writes s and returns how many bytes it took.
func putUTF16(p []byte, s string) (n uint32) {
	for _, r := range s {
		if utf16.RuneLen(r) == 1 {
			binary.LittleEndian.PutUint16(p[n:], uint16(r))
			n += 2
			continue
		}
		high, low := utf16.EncodeRune(r)
		binary.LittleEndian.PutUint16(p[n:], uint16(high))
		binary.LittleEndian.PutUint16(p[n+2:], uint16(low))
		n += 4
	}
	return n
}
