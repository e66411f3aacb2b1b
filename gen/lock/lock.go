package lock

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/internal/diag"
)

// This file is the lock as data, and its text.

// FileName is the name of a lock file beside the WIT.
const FileName = "syscalls.lock"

// Format is the first line of a lock file behind its comments.
const Format = "format witan-syscalls/2"

const header = `# The numbers of system calls. witgen generate adds lines here; none is ever moved or removed.
#
#   no        from 1, without a gap; it belongs to its function forever
#   kind      function, method, static, constructor, or drop: the end of a resource's handle
#   since     the version of the WIT package that brought it; - if the package has no version
#   type      a hash of the function's name and type
#   call      prompt, or blocking: it may wait for time, for a device or for another program
#   right     what a caller needs: a grant of the function's interface or package; only the handle that it
#             calls with; or none
#   function  behind the @ the semver track; "retired" behind it if the function is gone
#
# The columns call and right are policy: they are proposed once and then yours to edit. All else is checked. To
# change a function's type or to remove a function, retire its number: witgen generate --retire NAME.
#
` + Format + `

#no  kind        since   type             call     right     function
`

// Right is what a caller of a system call needs.
type Right string

// The rights, of which each asks for less than the one before.
const (
	RightPackage   Right = "package"   // a grant of the function's package
	RightInterface Right = "interface" // a grant of its interface, or of the package
	RightHandle    Right = "handle"    // nothing but the handle that it is called with
	RightNone      Right = "none"
)

// Whether calls wait.
const (
	prompt   = "prompt"
	blocking = "blocking"
)

// retired stands behind the name of a function that is gone.
const retired = "retired"

// MaxNumber is the last number. Number 0 is no system call.
const MaxNumber = 1<<16 - 1

// Entry is a line of the lock.
type Entry struct {
	Number   uint16
	Kind     Kind
	Since    string // "" if the package has no version
	Hash     Hash
	Blocking bool
	Right    Right
	Name     string
	Retired  bool

	at place
}

// place is where the parts of an entry are in the file. It is the zero value for what is new.
type place struct{ number, since, hash, name span }

type span struct{ start, end int }

// Line is the entry as the file has it, without an end of line.
func (e *Entry) Line() string {
	since, call := e.Since, prompt
	if since == "" {
		since = "-"
	}
	if e.Blocking {
		call = blocking
	}
	line := fmt.Sprintf("%-4d %-11s %-7s %s %-8s %-9s %s", e.Number, e.Kind, since, e.Hash, call, e.Right, e.Name)
	if e.Retired {
		line += " " + retired
	}
	return line
}

// Lock gives functions their numbers.
type Lock struct {
	source  *diag.Source
	entries []*Entry          // entries[i] has the number i+1
	live    map[string]*Entry // by name: of those that are not retired
	read    int               // how many entries the file has
	marks   []int             // where the file gets the word that retires an entry
}

// Entries are all system calls that have ever had a number: the first has number 1.
func (l *Lock) Entries() []*Entry { return l.entries }

// Text is the file as it should be. What people have written in it stays, and new lines end as its first one does.
func (l *Lock) Text() string {
	text := l.source.Text()
	if text == "" {
		text = header
	}
	var b strings.Builder
	from := 0
	slices.Sort(l.marks)
	for _, at := range l.marks {
		b.WriteString(text[from:at] + " " + retired)
		from = at
	}
	b.WriteString(text[from:])
	eol := "\n"
	if first, _, ok := strings.Cut(text, eol); ok && strings.HasSuffix(first, "\r") {
		eol = "\r\n"
	}
	if !strings.HasSuffix(text, "\n") {
		b.WriteString(eol)
	}
	for _, e := range l.entries[l.read:] {
		b.WriteString(e.Line() + eol)
	}
	return b.String()
}
