package lock

import (
	"fmt"

	"github.com/witan-os/witan/internal/diag"
)

// This file checks that every number stands where it belongs: in the file itself numbers have no gap, and the
// table that was last generated from it knows which function each was given to.

// Read reads a lock file and compares it with the table that was last generated from it, which is nil if there
// is none. A file without text is a new lock. The error is a [diag.List].
func Read(file *diag.Source, was *Table) (*Lock, error) {
	p := &parser{source: file}
	n := &numbering{parser: p, entries: p.parse(), was: was}
	if p.errs.Err() == nil {
		n.check()
	}
	if p.errs.Err() != nil {
		p.errs.Sort()
		return nil, p.errs
	}
	l := &Lock{source: file, entries: n.entries, read: len(n.entries), live: map[string]*Entry{}}
	for _, e := range l.entries {
		if !e.Retired {
			l.live[e.Name] = e
		}
	}
	return l, nil
}

// numbering is a lock's entries while their numbers are in doubt.
type numbering struct {
	*parser
	entries  []*Entry // in the order of the file
	was      *Table
	byNumber map[uint16]*Entry
	byName   map[string][]*Entry
	moved    map[*Entry]bool // those with another number than the table has for them
}

func (n *numbering) check() {
	n.byNumber, n.byName, n.moved = map[uint16]*Entry{}, map[string][]*Entry{}, map[*Entry]bool{}
	live := map[string]*Entry{}
	for _, e := range n.entries {
		n.byName[e.Name] = append(n.byName[e.Name], e)
		if other := n.byNumber[e.Number]; other != nil {
			n.fail(RuleNumber, e.at.number, "give back the number that the line had; new functions get theirs from witgen generate",
				"number %d of %s is that of %s already", e.Number, e.Name, other.Name)
			continue
		}
		n.byNumber[e.Number] = e
		if other := live[e.Name]; other != nil && !e.Retired {
			n.fail(RuleNumber, e.at.name, "remove the line, or retire the other one", "%s has number %d already", e.Name, other.Number)
		} else if !e.Retired {
			live[e.Name] = e
		}
	}
	if n.was != nil {
		for i := range n.was.Calls {
			n.compare(&n.was.Calls[i])
		}
	}
	n.checkOrder()
}

// checkOrder finds numbers that are missing before others, and lines that have been moved.
func (n *numbering) checkOrder() {
	var previous uint16
	for _, e := range n.entries {
		if n.byNumber[e.Number] != e || n.moved[e] {
			continue // that is said already
		}
		if e.Number < previous {
			n.fail(RuleNumber, e.at.number, "put the line back to its place", "number %d, %s, stands behind number %d", e.Number, e.Name, previous)
			continue
		}
		for missing := previous + 1; missing < e.Number; missing++ {
			if n.byNumber[missing] == nil && n.was.row(missing) == nil {
				n.fail(RuleNumber, e.at.number, "restore the missing line from version control: numbers have no gap, and what is gone is retired",
					"number %d is missing before that of %s", missing, e.Name)
				break // the first says it for those behind it
			}
		}
		previous = e.Number
	}
}

// compare compares the lock with a row of the table.
func (n *numbering) compare(row *Row) {
	e := n.byNumber[row.Number]
	other := n.elsewhere(row)
	switch {
	case e != nil && e.Name == row.Name:
		n.compareEntry(e, row)
	case other != nil:
		n.moved[other] = true
		n.fail(RuleNumber, other.at.number, fmt.Sprintf("give it number %d again", row.Number),
			"%s has number %d here, but was given %d", row.Name, other.Number, row.Number)
	case e != nil:
		n.fail(RuleNumber, e.at.name, "put its line back: "+row.entry().Line(),
			"number %d is that of %s, not of %s", row.Number, row.Name, e.Name)
	default:
		n.fail(RuleNumber, n.before(row.Number), "put its line back: "+row.entry().Line(),
			"number %d is missing: it is that of %s", row.Number, row.Name)
	}
}

func (n *numbering) compareEntry(e *Entry, row *Row) {
	switch {
	case row.Retired && !e.Retired:
		n.fail(RuleRetired, e.at.name, "write "+retired+" behind it; if the function is back, witgen generate gives it a new number",
			"number %d, %s, is retired and can't be used again", e.Number, e.Name)
	case e.Hash.String() != row.Hash:
		n.fail(RuleType, e.at.hash, "write "+row.Hash+" again; for another type the function needs another number: witgen generate --retire '"+e.Name+"'",
			"number %d was given to %s with another type", e.Number, e.Name)
	}
}

// elsewhere finds the function of a row under another number, which the table does not know for it.
func (n *numbering) elsewhere(row *Row) *Entry {
	for _, e := range n.byName[row.Name] {
		if e.Hash.String() == row.Hash && e.Retired == row.Retired {
			if r := n.was.row(e.Number); r == nil || r.Name != row.Name {
				return e
			}
		}
	}
	return nil
}

// before is where the line of a missing number should be: the place of the next one, or the end of the file.
func (n *numbering) before(number uint16) span {
	for _, e := range n.entries {
		if e.Number > number {
			return e.at.number
		}
	}
	end := len(n.source.Text())
	return span{end, end}
}
