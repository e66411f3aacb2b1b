// Package transcode moves strings between Go and the memory of a component instance, in every encoding that
// canonical options can name.
//
// Go's strings are UTF-8 and so are those of most components, which is why runtime/instance copies such a
// string itself. This package is for all others. Much of it is about room: a string's size in another encoding
// is known only once it has been read, so the specification says what the receiving guest's realloc is
// asked for first, and when it is asked to shrink or grow that. A guest can watch this, therefore it is done
// step by step as the specification does it.
//
// Specification: CanonicalABI.md, sections "Loading" (load_string) and "Storing" (store_string).
package transcode

import "github.com/witan-os/witan/runtime/abi"

// Guest is a component instance whose memory holds strings. A rule that it breaks ends the call by Trap, which
// does not return.
type Guest interface {
	// Trap stops the guest with the given reason.
	Trap(format string, args ...any)
	// Reserve charges n bytes of Go memory to the call.
	Reserve(n uint64)
	// View returns size bytes of memory at an aligned address. It is stale after Realloc.
	View(ptr, size, align uint32) []byte
	// Realloc has the guest make a block of size bytes out of one of old bytes at ptr, and returns its
	// address after checking it. A new block comes of nothing: ptr and old are 0.
	Realloc(ptr, old, align, size uint32) uint32
}

// Text is a string and how it stood where it comes from. The latter does not change what a guest gets, but how
// much room it is asked for meanwhile.
type Text struct {
	String   string // valid UTF-8
	Encoding abi.Encoding
	Units    uint32 // its length there in code units, with [abi.UTF16Tag] where that is used
}

// Of is the text of a Go string, which has at most [abi.MaxString] bytes and is valid UTF-8.
func Of(s string) Text { return Text{s, abi.UTF8, uint32(len(s))} }

// form is how one string stands in memory. Of the encodings, [abi.Latin1OrUTF16] has two.
type form uint8

const (
	utf8Form form = iota
	utf16Form
	latin1Form
)

// split takes a length apart into the string's form and its code units.
func split(e abi.Encoding, units uint32) (form, uint32) {
	switch {
	case e == abi.UTF8:
		return utf8Form, units
	case e == abi.UTF16:
		return utf16Form, units
	case units&abi.UTF16Tag != 0:
		return utf16Form, units &^ abi.UTF16Tag
	default:
		return latin1Form, units
	}
}

// width is the size of a code unit in bytes.
func (f form) width() uint64 {
	if f == utf16Form {
		return 2
	}
	return 1
}
