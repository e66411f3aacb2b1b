package breaking

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// TextOptions are how [WriteText] writes.
type TextOptions struct {
	Color bool // mark with colours, for terminals; whoever sets it looks at NO_COLOR
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"

	maxLine = 400 // characters of a text that are shown
)

func (o TextOptions) paint(color, text string) string {
	if !o.Color {
		return text
	}
	return color + text + reset
}

// headings say what a severity means.
var headings = map[Severity]string{
	ABI:      "components that were built with the old WIT do not link, or misbehave",
	Source:   "components go on, and source has to change",
	Additive: "nothing that was promised breaks",
}

// WriteText writes changes for people, the worst first:
//
//	abi: 1 change (components that were built with the old WIT do not link, or misbehave)
//
//	clock.wit:4:16: parameter `at` is renamed to `when` [parameter-renamed]
//	    of demo:clocks/clock@1.0.0#wait.when
//	    - wait: func(at: u64)
//	    + wait: func(when: u64)
//	    hint: …
func WriteText(w io.Writer, changes []Change, o TextOptions) error {
	out := bufio.NewWriter(w)
	first := true
	for s := ABI; s >= Additive; s-- {
		group := ofSeverity(changes, s)
		if len(group) == 0 {
			continue
		}
		if !first {
			fmt.Fprintln(out)
		}
		first = false
		noun := "changes"
		if len(group) == 1 {
			noun = "change"
		}
		fmt.Fprintf(out, "%s: %d %s (%s)\n", o.paint(bold, s.String()), len(group), noun, headings[s])
		for _, ch := range group {
			fmt.Fprintln(out)
			ch.writeText(out, o)
		}
	}
	return out.Flush()
}

func ofSeverity(changes []Change, s Severity) []*Change {
	var out []*Change
	for i := range changes {
		if changes[i].Severity == s {
			out = append(out, &changes[i])
		}
	}
	return out
}

func (ch *Change) writeText(out io.Writer, o TextOptions) {
	if ch.Place.Source != nil {
		p := ch.Place.Source.Position(ch.Place.Start)
		fmt.Fprint(out, o.paint(bold, fmt.Sprintf("%s:%d:%d:", printable(ch.Place.Source.Name()), p.Line, p.Column)), " ")
	}
	fmt.Fprintf(out, "%s [%s]\n    of %s\n", printable(ch.Message), ch.Rule, printable(ch.Subject))
	if ch.Was != "" {
		fmt.Fprintf(out, "    %s\n", o.paint(red, "- "+printable(ch.Was)))
	}
	if ch.Is != "" {
		fmt.Fprintf(out, "    %s\n", o.paint(green, "+ "+printable(ch.Is)))
	}
	if ch.Feature != "" {
		fmt.Fprintf(out, "    %s it was behind the gate of feature %s: nothing was promised\n", o.paint(cyan, "note:"), printable(ch.Feature))
	}
	if ch.Hint != "" {
		fmt.Fprintf(out, "    %s %s\n", o.paint(cyan, "hint:"), ch.Hint)
	}
}

// printable makes text that may come from a hostile file fit for a terminal, on one line of bearable length.
func printable(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == maxLine {
			return b.String() + "…"
		}
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
