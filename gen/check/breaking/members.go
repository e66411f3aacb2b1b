package breaking

import (
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// This file compares lists whose entries have a name, an order and perhaps a type: parameters, fields, cases
// and flags.

// member is such an entry.
type member struct {
	name  string
	typ   *model.Type // nil without
	text  string      // WIT text
	place model.Place
}

// terms are what changes of one sort of member are called.
type terms struct {
	noun                                        string
	added, removed, renamed, changed, reordered Rule
}

var (
	paramTerms = terms{"parameter", ParamAdded, ParamRemoved, ParamRenamed, ParamType, ParamsReordered}
	fieldTerms = terms{"field", FieldAdded, FieldRemoved, FieldRenamed, FieldType, FieldsReordered}
	caseTerms  = terms{"case", CaseAdded, CaseRemoved, CaseRenamed, CasePayload, CasesReordered}
	flagTerms  = terms{"flag", FlagAdded, FlagRemoved, FlagRenamed, "", FlagsReordered}
)

func params(f *model.Func) []member {
	list := f.Params
	if f.Kind == model.Method {
		list = list[1:]
	}
	var out []member
	for _, p := range list {
		out = append(out, member{p.Name, p.Type, p.Name + ": " + p.Type.String(), p.Place})
	}
	return out
}

func fields(t *model.Type) []member {
	var out []member
	for _, f := range t.Fields {
		out = append(out, member{f.Name, f.Type, f.Name + ": " + f.Type.String(), f.Place})
	}
	return out
}

func cases(t *model.Type) []member {
	var out []member
	for _, k := range t.Cases {
		out = append(out, member{k.Name, k.Type, caseText(k), k.Place})
	}
	return out
}

func labels(t *model.Type) []member {
	var out []member
	for _, l := range t.Labels {
		out = append(out, member{name: l.Name, text: l.Name, place: l.Place})
	}
	return out
}

// list is a comparison of two lists of members.
type list struct {
	*comparison
	pair
	terms
	severity Severity
	old, new []member
	to       []int // for each old member its index in new, -1 if it is removed
	taken    []bool
	// was and is are the texts of the whole, for which the members are too little to go by; may be empty.
	was, is string
	place   model.Place // of the whole, in the new tree
	note    string      // about the whole, for members that are added or removed
}

func (c *comparison) members(p pair, t terms, s Severity, old, new []member) *list {
	return &list{comparison: c, pair: p, terms: t, severity: s, old: old, new: new}
}

func (l *list) compare() {
	l.match()
	for i, j := range l.to {
		l.one(i, j)
	}
	l.order()
	for j, n := range l.new {
		if !l.taken[j] {
			l.change(Change{Rule: l.added, Is: n.text, Place: n.place}, n, "%s `%s` is added%s", l.noun, n.name, l.note)
		}
	}
}

// one reports what has become of the old member i, which is the new member j.
func (l *list) one(i, j int) {
	o := l.old[i]
	if j < 0 {
		l.change(Change{Rule: l.removed, Was: o.text, Place: o.place, Old: true}, o, "%s `%s` is removed%s", l.noun, o.name, l.note)
		return
	}
	n := l.new[j]
	if o.name != n.name {
		l.change(Change{Rule: l.renamed, Was: o.text, Is: n.text, Place: n.place}, n, "%s `%s` is renamed to `%s`", l.noun, o.name, n.name)
	}
	if !l.same(o.typ, n.typ) {
		l.change(Change{Rule: l.changed, Was: o.text, Is: n.text, Place: n.place, Hint: typeHint(l.changed, o.typ, n.typ)}, n,
			"%s `%s` %s", l.noun, n.name, typeChange(o.typ, n.typ))
	}
}

// typeChange says that one type, or none, became another.
func typeChange(old, new *model.Type) string {
	switch {
	case old == nil:
		return "has a value now, of type " + new.String()
	case new == nil:
		return "has no value any more, which was of type " + old.String()
	case old.String() == new.String():
		return "is of another type of the name " + new.String()
	}
	return "is of type " + new.String() + ", which was " + old.String()
}

// change reports a change of a member. The texts of the whole replace those of the member if there are any.
func (l *list) change(ch Change, m member, format string, args ...any) {
	ch.Severity = l.severity
	if l.was != "" {
		ch.Was, ch.Is = l.was, l.is
	}
	l.report(l.in(m.name, m.name), ch, format, args...)
}

// order reports that those members that are still there have another order.
func (l *list) order() {
	kept := slices.DeleteFunc(slices.Clone(l.to), func(j int) bool { return j < 0 })
	if slices.IsSorted(kept) {
		return
	}
	ch := Change{Rule: l.reordered, Severity: l.severity, Was: l.was, Is: l.is, Place: l.place}
	if l.was == "" {
		ch.Was, ch.Is = names(l.old), names(l.new)
	}
	l.report(l.pair, ch, "the order of its %ss is another one", l.noun)
}

func names(list []member) string {
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = m.name
	}
	return strings.Join(out, ", ")
}

// match finds the old members in the new list: by name and, of those that are left, the ones that have the same
// type and stand at the same distance behind a member that has been found, which are taken for renamed.
func (l *list) match() {
	l.to, l.taken = make([]int, len(l.old)), make([]bool, len(l.new))
	at := make(map[string]int, len(l.new))
	for j, n := range l.new {
		at[n.name] = j
	}
	for i, o := range l.old {
		l.to[i] = -1
		if j, ok := at[o.name]; ok {
			l.to[i], l.taken[j] = j, true
		}
	}
	next := 0 // where the one behind the member that was found last would be
	for i, o := range l.old {
		j := l.to[i]
		if j < 0 {
			if next < len(l.new) && !l.taken[next] && l.same(o.typ, l.new[next].typ) {
				l.to[i], l.taken[next] = next, true
			}
			next++
			continue
		}
		next = j + 1
	}
}
