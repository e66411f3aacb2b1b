package trace

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// This file reads the first characters of strings. What is no character comes out as the replacement character, or
// as bytes that are shown as such.

// whole returns up to most bytes of UTF-8 without cutting the last character.
func whole(view []byte, most int) string {
	for cut := most; cut < len(view) && most-cut < utf8.UTFMax && cut > 0; cut-- {
		if utf8.RuneStart(view[cut]) {
			return string(view[:cut])
		}
	}
	return string(view[:most])
}

func wideText(view []byte) string {
	units := make([]uint16, len(view)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(view[2*i:])
	}
	return string(utf16.Decode(units))
}

func latin1(view []byte) string {
	runes := make([]rune, len(view))
	for i, b := range view {
		runes[i] = rune(b)
	}
	return string(runes)
}
