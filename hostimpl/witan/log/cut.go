package log

import (
	"unicode/utf8"

	"github.com/witan-os/witan/internal/printable"
)

// This file bounds what the text of programs takes of the log.

// cutMark stands for what was cut off.
const cutMark = "…"

// appendText appends up to limit bytes of a text, which count before anything is escaped; see [printable.Append].
func appendText(line []byte, text string, limit int, keep string) []byte {
	text, cut := shorten(text, limit)
	line = printable.Append(line, text, keep)
	if cut {
		line = append(line, cutMark...)
	}
	return line
}

// shorten cuts text to limit bytes at most, not within a character.
func shorten(text string, limit int) (short string, cut bool) {
	if len(text) <= limit {
		return text, false
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit], true
}
