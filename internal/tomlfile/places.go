package tomlfile

import (
	"strings"

	"github.com/BurntSushi/toml"
)

// span is a range of bytes of the text.
type span struct{ start, end int }

// place is where a key and its value stand, with the places of what is inside of the value.
type place struct {
	key    span // empty for the items of an array
	value  span
	fields map[string]*place // of a table
	items  []*place          // of an array
	misfit bool              // the value is not of the type of its field, which has been reported
}

// field returns the place of a key of a table, which it makes if need be.
func (p *place) field(name string, key span) *place {
	f, ok := p.fields[name]
	if !ok {
		f = &place{key: key, value: key}
		if p.fields == nil {
			p.fields = map[string]*place{}
		}
		p.fields[name] = f
	}
	return f
}

// maxDepth bounds how many tables and arrays may be inside of each other, and how many names a key may have: the
// library takes time and memory for the square of that.
const maxDepth = 64

// scanner walks over a text. Where it is not TOML, what it finds means nothing, but it comes to an end.
type scanner struct {
	text  string
	at    int
	depth int
	deep  *span // where there are more than maxDepth levels; the scanner has gone to the end then
}

// byteOrderMark stands at the beginning of what some editors write, and is no part of the text.
const byteOrderMark = "\ufeff"

// places finds where everything in a TOML text stands, or else where it is too deep.
func places(text string) (root *place, deep *span) {
	s := &scanner{text: text, at: len(text) - len(strings.TrimPrefix(text, byteOrderMark))}
	return s.document(), s.deep
}

func (s *scanner) document() *place {
	root := &place{value: span{0, len(s.text)}}
	table := root
	for s.skipSpace(); s.at < len(s.text); s.skipSpace() {
		if s.peek() == '[' {
			table = s.header(root)
			continue
		}
		s.pair(table)
	}
	return root
}

// header reads [a.b] or [[a.b]] and returns the table whose fields follow.
func (s *scanner) header(root *place) *place {
	s.at++
	array := s.peek() == '['
	if array {
		s.at++
	}
	table, name := root, span{}
	for _, part := range s.key() {
		if n := len(table.items); n > 0 {
			table = table.items[n-1]
		}
		table, name = table.field(part.name, part.span), part.span
	}
	if array {
		item := &place{value: name} // of this header, the array's key is that of the first one
		table.items = append(table.items, item)
		table = item
	} else if n := len(table.items); n > 0 {
		table = table.items[n-1]
	}
	for s.peek() == ']' {
		s.at++
	}
	return table
}

// pair reads key = value.
func (s *scanner) pair(table *place) {
	start := s.at
	for _, part := range s.key() {
		table = table.field(part.name, part.span)
	}
	if s.peek() == '=' {
		s.at++
		s.skipBlank()
		s.value(table)
	}
	if s.at == start { // no TOML, but the end must be reached nevertheless
		s.at++
	}
}

// keyPart is one name of a dotted key.
type keyPart struct {
	name string
	span span
}

func (s *scanner) key() []keyPart {
	var parts []keyPart
	for {
		s.skipBlank()
		start := s.at
		var name string
		if c := s.peek(); c == '"' || c == '\'' {
			s.quoted()
			name = unquote(s.text[start:s.at])
		} else {
			for isBare(s.peek()) {
				s.at++
			}
			name = s.text[start:s.at]
		}
		parts = append(parts, keyPart{name, span{start, s.at}})
		if len(parts) > maxDepth {
			s.tooDeep(start)
			return nil
		}
		s.skipBlank()
		if s.peek() != '.' {
			return parts
		}
		s.at++
	}
}

// value reads a value of any type into p.
func (s *scanner) value(p *place) {
	start := s.at
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.list(']', func() {
			item := &place{}
			s.value(item)
			p.items = append(p.items, item)
		})
	case '{':
		s.list('}', func() { s.pair(p) })
	default:
		for s.at < len(s.text) && !strings.ContainsRune(",]}#\n\r", rune(s.text[s.at])) {
			s.at++
		}
		p.value = span{start, start + len(strings.TrimRight(s.text[start:s.at], " \t"))}
		return
	}
	p.value = span{start, s.at}
}

// list reads what stands between brackets, separated by commas.
func (s *scanner) list(closing byte, element func()) {
	if s.depth++; s.depth > maxDepth {
		s.tooDeep(s.at)
		return
	}
	defer func() { s.depth-- }()
	s.at++
	for s.skipSpace(); s.at < len(s.text); s.skipSpace() {
		switch s.peek() {
		case closing:
			s.at++
			return
		case ',':
			s.at++
		default:
			start := s.at
			element()
			if s.at == start {
				s.at++
			}
		}
	}
}

// tooDeep ends the scan.
func (s *scanner) tooDeep(at int) {
	if s.deep == nil {
		s.deep = &span{at, at + 1}
	}
	s.at = len(s.text)
}

// quoted skips a string of one of the four kinds.
func (s *scanner) quoted() {
	quote := s.text[s.at : s.at+1]
	if long := strings.Repeat(quote, 3); strings.HasPrefix(s.text[s.at:], long) {
		s.at += 3
		s.until(long, quote == `"`)
		for range 2 { // the text itself may end with one or two quotes
			if strings.HasPrefix(s.text[s.at:], quote) {
				s.at++
			}
		}
		return
	}
	s.at++
	s.until(quote, quote == `"`)
}

func (s *scanner) until(end string, escapes bool) {
	for s.at < len(s.text) {
		switch {
		case strings.HasPrefix(s.text[s.at:], end):
			s.at += len(end)
			return
		case escapes && s.text[s.at] == '\\':
			s.at++
		}
		s.at = min(s.at+1, len(s.text))
	}
}

// skipSpace skips white space, line ends and comments.
func (s *scanner) skipSpace() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		case '#':
			for s.at < len(s.text) && s.text[s.at] != '\n' {
				s.at++
			}
		default:
			return
		}
	}
}

func (s *scanner) skipBlank() {
	for s.peek() == ' ' || s.peek() == '\t' {
		s.at++
	}
}

// peek is the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// unquote returns the name that a quoted key stands for.
func unquote(text string) string {
	var v struct{ X string }
	if _, err := toml.Decode("X = "+text, &v); err != nil {
		return text
	}
	return v.X
}
