package componentize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// Problem is one thing that does not fit.
type Problem struct {
	// Place is where WIT says what is not so, the zero value if no text is at hand.
	Place   model.Place
	Message string // one sentence without a full stop
}

func (p Problem) String() string {
	if p.Place.Source == nil {
		return p.Message
	}
	at := p.Place.Source.Position(p.Place.Start)
	return fmt.Sprintf("%s:%d:%d: %s", p.Place.Source.Name(), at.Line, at.Column, p.Message)
}

// Error is all that keeps a module and a world from being a component.
type Error struct {
	Problems []Problem // at most [MaxProblems]
	More     bool      // some were left out
}

// MaxProblems is how many problems an [Error] lists. Who gives the wrong world has all of them at once.
const MaxProblems = 50

// Error lists the problems, each on a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	if e.More {
		lines = append(lines, "and more of that kind")
	}
	return strings.Join(lines, "\n")
}

func (e *Error) add(at model.Place, format string, args ...any) {
	p := Problem{at, fmt.Sprintf(format, args...)}
	switch {
	case slices.Contains(e.Problems, p): // a function that is imported twice is wrong once
	case len(e.Problems) == MaxProblems:
		e.More = true
	default:
		e.Problems = append(e.Problems, p)
	}
}

// err is the error, nil without problems.
func (e *Error) err() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// quoted is a name for a message. Names come from files and can be of any length.
func quoted(s string) string {
	const longest = 100
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// suggest asks for the name that was probably meant, if one of those that are known is near. To look for it takes
// time, which is saved when nobody is going to see it.
func (e *Error) suggest(name string, known []string) string {
	if e.More {
		return ""
	}
	const most = 2000
	if near := diag.Nearest(name, known[:min(len(known), most)]); near != "" && near != name {
		return "; did you mean " + quoted(near) + "?"
	}
	return ""
}
