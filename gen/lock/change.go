package lock

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// This file compares a lock with the WIT, and changes it.

// Check compares the lock with the functions that the WIT has now. Those without a number are not an error: see
// [Lock.Add]. The error is a [diag.List] that names the entries and says what to do. was, which may be nil, is
// the table that was last generated: it knows the types that functions had.
func (l *Lock) Check(calls []*Call, was *Table) error {
	p := &parser{source: l.source}
	byName := map[string]*Call{}
	for _, c := range calls {
		byName[c.Name()] = c
	}
	for _, e := range l.entries[:l.read] {
		if e.Retired {
			continue
		}
		switch c := byName[e.Name]; {
		case c == nil:
			p.fail(RuleGone, e.at.name, retireHint(e.Name), "%s, number %d, is not in the WIT any more", e.Name, e.Number)
		case c.Hash() != e.Hash:
			p.fail(RuleType, e.at.name, retireHint(e.Name), "%s has another type than number %d was given for%s: it is %s%s",
				e.Name, e.Number, before(was, e), c.Type, declared(c))
		default:
			p.checkSince(e, c)
		}
	}
	return p.errs.Err()
}

func retireHint(name string) string {
	return "undo the change, or retire the number, which is then given to nothing else: witgen generate --retire '" + name + "'"
}

// before says which type an entry had.
func before(was *Table, e *Entry) string {
	if r := was.row(e.Number); r != nil && r.Type != "" && r.Hash == e.Hash.String() {
		return ", " + r.Type
	}
	return ""
}

// declared says where a function stands in the WIT.
func declared(c *Call) string {
	if c.Source == nil {
		return ""
	}
	at := c.Source.Position(c.Start)
	return fmt.Sprintf(" (%s:%d:%d)", c.Source.Name(), at.Line, at.Column)
}

// checkSince compares versions. Where the WIT has no gate, the lock alone knows the version, which was the
// package's when the function got its number.
func (p *parser) checkSince(e *Entry, c *Call) {
	switch {
	case c.Gated && c.Since != e.Since:
		p.fail(RuleSince, e.at.since, "write "+c.Since+" here, or repair the gate",
			"the WIT says that %s is there since %s%s", e.Name, c.Since, declared(c))
	case !c.Gated && model.Track(e.Since) != c.Track:
		p.fail(RuleSince, e.at.since, "write the version of the package that brought the function",
			"version %s is not on the track of %s", e.Since, e.Name)
	}
}

// Retire retires functions that have changed or gone: each name is that of a function as the lock has it, or of
// an interface, such as "wasi:io/poll@0.2", for all such functions of it. The error is a [diag.List].
func (l *Lock) Retire(names []string, calls []*Call) error {
	hashes := map[string]Hash{}
	for _, c := range calls {
		hashes[c.Name()] = c.Hash()
	}
	p := &parser{source: l.source}
	for _, name := range names {
		known, done := false, false
		for _, e := range l.entries {
			iface, _, _ := strings.Cut(e.Name, "#")
			if e.Retired || e.Name != name && iface != name {
				continue
			}
			known = true
			if h, ok := hashes[e.Name]; !ok || h != e.Hash {
				l.retire(e)
				done = true
			}
		}
		switch {
		case !known:
			p.fail(RuleNotThere, span{}, "names stand in the last column", "no function %s has a number", name)
		case !done:
			p.fail(RuleNotThere, span{}, "first change or remove the function in the WIT", "%s is in the WIT as it was: there is nothing to retire", name)
		}
	}
	return p.errs.Err()
}

func (l *Lock) retire(e *Entry) {
	e.Retired = true
	delete(l.live, e.Name)
	l.marks = append(l.marks, e.at.name.end)
}

// Add gives numbers to those functions that have none, sorted by name: the entries are new lines of the file. Their
// policy is a proposal.
func (l *Lock) Add(calls []*Call) error {
	calls = slices.SortedFunc(slices.Values(calls), func(a, b *Call) int { return strings.Compare(a.Name(), b.Name()) })
	for _, c := range calls {
		if l.live[c.Name()] != nil {
			continue
		}
		if len(l.entries) == MaxNumber {
			return fmt.Errorf("%s: no number is left for %s", l.source.Name(), c.Name())
		}
		e := &Entry{
			Number: uint16(len(l.entries) + 1), Kind: c.Kind, Since: c.Since, Hash: c.Hash(),
			Blocking: c.blocks(), Right: c.right(), Name: c.Name(),
		}
		l.entries = append(l.entries, e)
		l.live[e.Name] = e
	}
	return nil
}

// parts are the interface, track and function that a name is made of.
func (e *Entry) parts() (iface, track, function string) {
	iface, function, _ = strings.Cut(e.Name, "#")
	iface, track, _ = strings.Cut(iface, "@")
	return iface, track, function
}

// packageOf is the package of an interface.
func packageOf(iface string) string {
	pkg, _, _ := strings.Cut(iface, "/")
	return pkg
}
