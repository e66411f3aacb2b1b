package syntax

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/diag"
)

// The style of [Format].
const (
	indentation = "    "
	lineWidth   = 120 // characters up to which a list stays on one line
)

// Format lays a WIT file out. It changes white space and nothing else: tokens and comments remain as they
// are, in their order. A file that does not parse is left alone, and the list says why. Formatting what has
// been formatted changes nothing.
//
// The style:
//
//   - Four spaces for each level; lines end with a line feed; the last one ends, too.
//   - Each item, attribute, field, case and flag is on a line of its own, and a block without any is {}.
//   - Parameters, and the names in braces of use and include, are on one line, or each is on a line of its
//     own: if they don't fit into 120 columns, if the first was on a line of its own, or if there is a
//     comma behind the last or a comment between them.
//   - An empty line is before each interface, world and nested package. Elsewhere single empty lines remain
//     where they are; there are none at the beginning and the end of a block.
//   - A comment stays on the line behind what it is behind, or on lines of its own, at the level of what
//     follows. A block comment is not behind an opening bracket.
func Format(s *diag.Source) (string, diag.List) {
	p := newParser(s)
	p.keep = true
	f := p.file()
	if p.errors.Err() != nil {
		return "", p.errors
	}
	l := newLayout(s.Text(), append(p.consumed, p.tok), f.Comments)
	l.out.Grow(len(s.Text()))
	for i := range l.tokens {
		l.place(i)
	}
	return l.out.String(), diag.List{}
}

// layout writes tokens and comments with the right space between them.
type layout struct {
	text     string
	tokens   []token
	comments []Comment
	measure  measure

	out       strings.Builder
	lineBegin int     // where in out the current line begins
	frames    []frame // the brackets that are open
	indent    int     // how many of them are broken
	end       int32   // end in the text of what was written last
	nextNote  int     // the first comment that has not been written
	inLine    bool    // what was written last is a line comment, which ends the line
	leading   bool    // there is no token on the current line yet
}

// frame is an open bracket.
type frame struct {
	broken bool // what is in it stands on lines of its own
}

func newLayout(text string, tokens []token, comments []Comment) *layout {
	l := &layout{text: text, tokens: tokens, comments: comments, leading: true}
	if strings.HasPrefix(text, byteOrderMark) {
		l.end = int32(len(byteOrderMark))
	}
	l.measure = measureTokens(text, tokens)
	return l
}

// place writes a token with the comments before it.
func (l *layout) place(i int) {
	t := l.tokens[i]
	notes := l.notesBefore(t.Start)
	breaks := l.breaksBefore(i, len(notes) > 0)
	emptyLine := t.role == itemStart
	for _, c := range notes {
		l.note(c, breaks, &emptyLine)
	}
	if t.closes() {
		l.close()
	}
	if t.kind == eof {
		if l.out.Len() > 0 {
			l.out.WriteByte('\n')
		}
		return
	}
	l.separate(i, breaks, len(notes) > 0, emptyLine)
	l.write(l.text[t.Start:t.End])
	l.end = t.End
	l.leading = false
	if t.opens() {
		l.open(i)
	}
}

// notesBefore takes the comments that begin before an offset.
func (l *layout) notesBefore(offset int32) []Comment {
	from := l.nextNote
	for l.nextNote < len(l.comments) && l.comments[l.nextNote].Start < offset {
		l.nextNote++
	}
	return l.comments[from:l.nextNote]
}

// breaksBefore tells whether the style ends the line before a token.
func (l *layout) breaksBefore(i int, notes bool) bool {
	t := l.tokens[i]
	if i == 0 || t.kind == eof {
		return true
	}
	before := l.tokens[i-1]
	switch before.role {
	case blockOpen:
		return t.role != blockClose || notes
	case endsLine, blockClose, lastClose:
		return true
	}
	broken := len(l.frames) > 0 && l.frames[len(l.frames)-1].broken
	return broken && (before.kind == comma || before.role == listOpen || before.role == bodyOpen || t.closes())
}

// returns matches the ends of lines in a block comment.
var returns = regexp.MustCompile(`\r*\n`)

// note writes a comment. Where the style ends the line, the comment stays on the line on which it is, and
// otherwise where it is between the tokens.
func (l *layout) note(c Comment, breaks bool, emptyLine *bool) {
	lines := strings.Count(l.text[l.end:c.Start], "\n")
	switch {
	case l.out.Len() == 0:
		*emptyLine = false
	case l.inLine && !breaks:
		l.newLine(l.indent + 1)
	case breaks && (lines > 0 || l.justOpened() && !strings.HasPrefix(c.Text, "//")):
		l.breakLine(lines > 1 || *emptyLine)
		*emptyLine = false
	default:
		l.out.WriteByte(' ')
	}
	text := c.Text
	if strings.Contains(text, "\r\n") {
		text = returns.ReplaceAllLiteralString(text, "\n")
	}
	l.write(text)
	l.inLine = strings.HasPrefix(c.Text, "//")
	l.end = c.End
}

// separate writes the space before a token.
func (l *layout) separate(i int, breaks, notes, emptyLine bool) {
	t := l.tokens[i]
	lines := strings.Count(l.text[l.end:t.Start], "\n")
	wasInLine := l.inLine
	l.inLine = false
	switch {
	case l.out.Len() == 0:
	case breaks && notes && lines == 0 && l.leading && !t.closes():
		l.out.WriteByte(' ') // behind a block comment at the beginning of the line
	case breaks:
		l.breakLine(emptyLine || lines > 1 && !t.closes())
	case wasInLine:
		l.newLine(l.indent + 1)
	case notes && needsSpaceBefore(t), !notes && spaceBetween(l.tokens[i-1], t):
		l.out.WriteByte(' ')
	}
}

// breakLine ends a line, and leaves an empty one if asked to, unless a bracket was opened just before.
func (l *layout) breakLine(empty bool) {
	if empty && !l.justOpened() {
		l.out.WriteByte('\n')
	}
	l.newLine(l.indent)
}

// justOpened reports whether the last thing written is an opening bracket.
func (l *layout) justOpened() bool {
	out := l.out.String()
	return !l.leading && !l.inLine && (strings.HasSuffix(out, "{") || strings.HasSuffix(out, "("))
}

func (l *layout) newLine(indent int) {
	l.out.WriteByte('\n')
	l.lineBegin = l.out.Len()
	l.leading = true
	for range indent {
		l.out.WriteString(indentation)
	}
}

func (l *layout) write(s string) {
	l.out.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 { // of a block comment
		l.lineBegin = l.out.Len() - len(s) + i + 1
	}
}

func (l *layout) open(i int) {
	f := frame{broken: l.tokens[i].role == blockOpen || l.breaksList(i)}
	l.frames = append(l.frames, f)
	if f.broken {
		l.indent++
	}
}

func (l *layout) close() {
	last := len(l.frames) - 1
	if l.frames[last].broken {
		l.indent--
	}
	l.frames = l.frames[:last]
}

// breaksList tells whether the list that begins with a token needs a line for each member.
func (l *layout) breaksList(i int) bool {
	t := l.tokens[i]
	end := l.measure.closing[i]
	if t.role != listOpen && t.role != bodyOpen {
		return false
	}
	if l.hasNotes(t.End, l.tokens[end].Start) {
		return true
	}
	if end == i+1 {
		return false
	}
	if l.tokens[end-1].kind == comma || strings.Contains(l.text[t.End:l.tokens[i+1].Start], "\n") {
		return true
	}
	column := utf8.RuneCountInString(l.out.String()[l.lineBegin:])
	return column+l.measure.width(i+1, l.measure.lineEnd[end]) > lineWidth
}

// hasNotes reports whether there is a comment in a part of the text.
func (l *layout) hasNotes(from, to int32) bool {
	i := sort.Search(len(l.comments), func(i int) bool { return l.comments[i].Start >= from })
	return i < len(l.comments) && l.comments[i].Start < to
}
