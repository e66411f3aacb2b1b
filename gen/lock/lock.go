// Package lock keeps the numbers of system calls.
//
// A number, once given, belongs to its function forever: recorded calls, policies and audit logs refer to
// it. So the numbers are in a file of their own under version control. Entries are only ever added: the
// number of a function that has gone stays reserved.
package lock

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const header = `# The numbers of Witan's system calls. witgen adds to this file; a line must never be changed or removed.
`

// Lock gives functions their numbers.
type Lock struct {
	names  []string // names[i] has the number i+1: number 0 is no system call
	number map[string]uint16
}

// Parse reads a lock file: a line "NUMBER NAME" for each function, numbered from 1 without gaps. No data is
// a lock without entries. Errors give the line.
func Parse(data []byte) (*Lock, error) {
	l := &Lock{number: map[string]uint16{}}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		digits, name, _ := strings.Cut(line, " ")
		n, err := strconv.ParseUint(digits, 10, 16)
		switch {
		case err != nil || name == "":
			return nil, fmt.Errorf("line %d: %q is not a number and a name", i+1, line)
		case n != uint64(len(l.names)+1):
			return nil, fmt.Errorf("line %d: number %d follows %d", i+1, n, len(l.names))
		case l.number[name] != 0:
			return nil, fmt.Errorf("line %d: %s has number %d already", i+1, name, l.number[name])
		}
		l.add(name)
	}
	return l, nil
}

// Assign gives the next numbers to those names that have none, in sorted order.
func (l *Lock) Assign(names []string) error {
	for _, name := range slices.Sorted(slices.Values(names)) {
		if l.number[name] != 0 {
			continue
		}
		if len(l.names) == math.MaxUint16 {
			return fmt.Errorf("no number is left for %s", name)
		}
		l.add(name)
	}
	return nil
}

func (l *Lock) add(name string) {
	l.names = append(l.names, name)
	l.number[name] = uint16(len(l.names))
}

// Number is the number of a function, or 0 if it has none.
func (l *Lock) Number(name string) uint16 { return l.number[name] }

// Format is the lock file.
func (l *Lock) Format() []byte {
	var b bytes.Buffer
	b.WriteString(header)
	for i, name := range l.names {
		fmt.Fprintf(&b, "%d %s\n", i+1, name)
	}
	return b.Bytes()
}
