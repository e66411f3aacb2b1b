package diag

import (
	"sort"
	"strings"
	"sync"
)

// Source is a text with the name that messages call it by.
type Source struct {
	name, text string
	starts     func() []int // offset of each line; only messages need it
}

// NewSource returns the source with this name, which usually is the path of a file, and this text.
func NewSource(name, text string) *Source {
	return &Source{name: name, text: text, starts: sync.OnceValue(func() []int { return lineStarts(text) })}
}

func lineStarts(text string) []int {
	starts := make([]int, 1, 1+strings.Count(text, "\n"))
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// Name is the name that messages call the source by.
func (s *Source) Name() string { return s.name }

// Text is the whole text.
func (s *Source) Text() string { return s.text }

// Position is a place in a text as people count: the first line is 1, and the first byte of a line is in
// column 1.
type Position struct {
	Line, Column int
}

// Position returns the place of a byte. An offset at or behind the end is the place behind the last byte.
func (s *Source) Position(offset int) Position {
	offset = max(0, min(offset, len(s.text)))
	starts := s.starts()
	line := sort.SearchInts(starts, offset+1) // the first line that begins behind offset
	return Position{Line: line, Column: offset - starts[line-1] + 1}
}

// line returns the text of a line that exists, without its end.
func (s *Source) line(number int) string {
	text := s.text[s.starts()[number-1]:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, "\r")
}
