package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxMessage = 400 // characters of a message or hint
	maxLine    = 120 // characters of a source line
	maxLead    = 60  // of those, characters before the marked ones
	tabWidth   = 4
)

// Options are how [WriteText] writes.
type Options struct {
	Color bool // mark with colours, for terminals; whoever sets it looks at NO_COLOR
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

func (o Options) paint(color, text string) string {
	if !o.Color {
		return text
	}
	return color + text + reset
}

// WriteText writes the diagnostics for people: each with its place, message and rule, the line of the
// source with the range marked, and the hint if it has one. An empty line stands between two of them.
//
//	api.wit:4:12: expected `;`, found `}` [expected]
//	   4 |   x: func()
//	     |            ^
//	     = hint: a function ends with `;`
func WriteText(w io.Writer, l List, o Options) error {
	out := bufio.NewWriter(w)
	for i := range l.Items {
		if i > 0 {
			fmt.Fprintln(out)
		}
		l.Items[i].writeText(out, o)
	}
	if l.More {
		fmt.Fprintf(out, "\nonly the first %d are shown, there are more\n", len(l.Items))
	}
	return out.Flush()
}

func (d *Diagnostic) writeText(out *bufio.Writer, o Options) {
	p := d.Source.Position(d.Start)
	place := fmt.Sprintf("%s:%d:%d:", clean(d.Source.Name(), maxMessage), p.Line, p.Column)
	fmt.Fprintf(out, "%s %s [%s]\n", o.paint(bold, place), clean(d.Message, maxMessage), d.Rule)

	line := d.Source.line(p.Line)
	from := min(p.Column-1, len(line))
	to := max(from, min(from+d.End-d.Start, len(line)))
	x := excerpt(line, from, to)
	fmt.Fprintf(out, "%4d | %s\n", p.Line, x.text)
	marks := "^" + strings.Repeat("~", max(0, x.marked-1))
	fmt.Fprintf(out, "     | %s%s\n", strings.Repeat(" ", x.lead), o.paint(red, marks))
	if d.Hint != "" {
		fmt.Fprintf(out, "     = %s %s\n", o.paint(cyan, "hint:"), clean(d.Hint, maxMessage))
	}
}

// shown is a part of a line, with the columns that a range has in it.
type shown struct {
	text         string
	lead, marked int // characters before the range, and of it
}

// excerpt makes a line fit to be shown: it cuts what is far from the range from one byte to another.
func excerpt(line string, from, to int) shown {
	before, cut := lastRunes(line[:from], maxLead)
	lead := clean(before, maxLine)
	if cut {
		lead = "…" + lead
	}
	room := maxLine - utf8.RuneCountInString(lead)
	marked := clean(line[from:to], room)
	room -= utf8.RuneCountInString(marked)
	text := lead + marked
	if room > 0 { // otherwise the dots stand there already
		text += clean(line[to:], room)
	}
	return shown{
		text:   strings.TrimRight(text, " "),
		lead:   utf8.RuneCountInString(lead),
		marked: utf8.RuneCountInString(marked),
	}
}

// lastRunes returns the end of s, at most n characters, and whether that is not all.
func lastRunes(s string, n int) (string, bool) {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return s[i:], i > 0
}

// clean returns at most limit characters of s as a terminal can show them: tabs as spaces, and the
// replacement character for what is not printable. Dots stand where it is cut.
func clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		piece := string(r)
		switch {
		case r == '\t':
			piece = strings.Repeat(" ", tabWidth)
		case !unicode.IsPrint(r):
			piece = "\uFFFD"
		}
		size := utf8.RuneCountInString(piece)
		if n+size > limit {
			b.WriteString("…")
			break
		}
		b.WriteString(piece)
		n += size
	}
	return b.String()
}
