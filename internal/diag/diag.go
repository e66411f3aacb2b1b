package diag

import (
	"fmt"
	"slices"
)

// Rule names what a text breaks, in lower case with hyphens. It stays the same when the wording of a
// message changes, so that programs can go by it.
type Rule string

// Diagnostic says what is wrong with a range of a source.
type Diagnostic struct {
	Source     *Source
	Start, End int // the bytes from Start to before End; the same if something is missing there
	Rule       Rule
	Message    string // one sentence without a full stop
	Hint       string // what to do about it, or empty
}

// Error is the place and the message, on one line.
func (d Diagnostic) Error() string {
	p := d.Source.Position(d.Start)
	return fmt.Sprintf("%s:%d:%d: %s", d.Source.Name(), p.Line, p.Column, clean(d.Message, maxMessage))
}

// Limit is how many diagnostics a list takes. Who has more than these to repair wants to
// see the rest later, and a text that is not what it should be at all breaks rules without end.
const Limit = 20

// List is what there is to say, at most [Limit] diagnostics. Its zero value is empty.
type List struct {
	Items []Diagnostic
	More  bool // some were left out
}

// Add appends a diagnostic, unless the list is full. It reports whether there is room for another.
func (l *List) Add(d Diagnostic) bool {
	if len(l.Items) >= Limit {
		l.More = true
		return false
	}
	l.Items = append(l.Items, d)
	return true
}

// Append adds the diagnostics of another list.
func (l *List) Append(other List) {
	for _, d := range other.Items {
		l.Add(d)
	}
	l.More = l.More || other.More
}

// Sort orders diagnostics of one source by their place. Those of one place keep their order.
func (l *List) Sort() {
	slices.SortStableFunc(l.Items, func(a, b Diagnostic) int { return a.Start - b.Start })
}

// Err returns the list as an error, or nil if it is empty.
func (l List) Err() error {
	if len(l.Items) == 0 {
		return nil
	}
	return l
}

// Error is the first diagnostic and how many there are besides.
func (l List) Error() string {
	switch n := len(l.Items); {
	case n == 0:
		return "no diagnostics"
	case l.More:
		return fmt.Sprintf("%v (and more than %d others)", l.Items[0].Error(), n-1)
	case n == 1:
		return l.Items[0].Error()
	default:
		return fmt.Sprintf("%v (and %d more)", l.Items[0].Error(), n-1)
	}
}
