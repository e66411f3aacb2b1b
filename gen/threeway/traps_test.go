package threeway

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/witan-os/witan/runtime/glue"
)

// trapKinds tell traps apart by what they say. Executors word the same rule in their own way.
var trapKinds = [...]struct {
	kind string
	says *regexp.Regexp
}{
	{"alignment", regexp.MustCompile(`^address 0x[0-9a-f]+ is not a multiple of`)},
	{"bounds", regexp.MustCompile(`outside of the memory`)},
	{"list too large", regexp.MustCompile(`^a (list|map) of .* is larger than`)},
	{"string too long", regexp.MustCompile(`^a string of .* is longer than`)},
	{"text", regexp.MustCompile(`is not valid UTF-(8|16)$`)},
	{"char", regexp.MustCompile(`is not a Unicode scalar value$`)},
	{"discriminant", regexp.MustCompile(`has no case \d+$|^\d+ is no case of`)},
	{"no handle", regexp.MustCompile(`^\d+ is not a handle of this instance$`)},
	{"handle of another type", regexp.MustCompile(`^handle \d+ is a .*, not a`)},
	{"handle on loan", regexp.MustCompile(`^handle \d+ is on loan`)},
	{"borrow kept", regexp.MustCompile(`^the callee kept \d+ borrowed handles$`)},
	{keyTwice, regexp.MustCompile(`^a map of \d+ pairs with resources has \d+ different keys$`)},
	{exhausted, regexp.MustCompile(`more than \d+ bytes of host memory$|^unreachable$|^the instance holds \d+ resource handles`)},
}

// sitePlace is where an adapter finds a rule broken. The executors in Go do not say.
var sitePlace = regexp.MustCompile(`^(parameter|result)[^:]*: `)

// exhausted is the kind of a trap for lack of memory. Executors differ in what they need.
const exhausted = "exhausted"

// keyTwice is the kind of a trap for a key of a map that is there more than once. Only generated code has it, where the
// value that counts no more would take resources with it.
const keyTwice = "key twice"

// trap is how a call ended early.
type trap struct {
	kind     string
	function string // at whose boundary the rule was broken
	err      error
}

// trapOf classifies the error of a call; nil stays nil.
func trapOf(err error) *trap {
	if err == nil {
		return nil
	}
	var at *glue.Trap
	for cause := err; errors.As(cause, &at); {
		cause = at.Cause
	}
	if at == nil {
		return &trap{kind: "no trap", err: err}
	}
	reason := sitePlace.ReplaceAllString(at.Reason, "")
	for _, k := range trapKinds {
		if k.says.MatchString(reason) {
			function, _, _ := strings.Cut(at.Function, " ")
			return &trap{k.kind, function, err}
		}
	}
	return &trap{kind: "unknown: " + reason, err: err}
}

func (t *trap) String() string {
	if t == nil {
		return "no trap"
	}
	return fmt.Sprintf("%s at %s (%v)", t.kind, t.function, t.err)
}
