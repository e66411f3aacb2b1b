package secondopinion_test

import (
	"maps"
	"regexp"
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// What the library can't read.
const (
	mapTypes    = "maps"
	fixedLists  = "lists of fixed length"
	fallible    = "constructors that may fail"
	implements  = "interfaces under other names"
	externalIDs = "external IDs"
	digits      = "words that begin with a digit"
)

// digitWord is a word of an identifier, but for the first, that begins with a digit.
var digitWord = regexp.MustCompile(`-[0-9]`)

// survey finds what a tree has that the library lacks.
type survey map[string]bool

// lacks returns what a tree has that the library lacks, in order.
func lacks(tree *model.Tree) []string {
	s := survey{}
	for _, p := range tree.Packages {
		s.name(p.Namespace)
		s.name(p.Name)
		for _, i := range p.Interfaces {
			s.iface(i)
		}
		for _, w := range p.Worlds {
			s.scope(&w.Scope)
			s.items(w, w.Imports)
			s.items(w, w.Exports)
		}
	}
	return slices.Sorted(maps.Keys(s))
}

// is notes a thing that the tree has.
func (s survey) is(has bool, what string) {
	if has {
		s[what] = true
	}
}

func (s survey) name(name string)     { s.is(digitWord.MatchString(name), digits) }
func (s survey) externalID(id string) { s.is(id != "", externalIDs) }

func (s survey) iface(i *model.Interface) {
	s.scope(&i.Scope)
	for _, f := range i.Funcs {
		s.fn(f)
	}
}

func (s survey) scope(scope *model.Scope) {
	s.name(scope.Name)
	for _, d := range scope.Types {
		s.name(d.Name)
		s.externalID(d.ExternalID)
		if d.Target() == nil && d.Type != nil {
			s.shape(d.Type)
		}
	}
}

func (s survey) items(w *model.World, items []*model.Item) {
	for _, i := range items {
		s.name(i.Name)
		s.externalID(i.ExternalID)
		s.is(i.Implements(), implements)
		switch {
		case i.Func != nil:
			s.fn(i.Func)
		case i.Interface != nil && i.Interface.World == w:
			s.iface(i.Interface)
		}
	}
}

func (s survey) fn(f *model.Func) {
	s.name(f.Base)
	s.externalID(f.ExternalID)
	s.is(f.Kind == model.Constructor && f.Result.Kind == abi.Result, fallible)
	for _, p := range f.Params {
		s.name(p.Name)
		s.typ(p.Type)
	}
	s.typ(f.Result)
}

// typ looks at a type where it is used. Named ones are looked at where they are declared.
func (s survey) typ(t *model.Type) {
	if t != nil && t.Def == nil && t.Alias == nil {
		s.shape(t)
	}
}

func (s survey) shape(t *model.Type) {
	s.is(t.Kind == abi.Map, mapTypes)
	s.is(t.Kind == abi.FixedList, fixedLists)
	s.typ(t.Key)
	s.typ(t.Elem)
	for _, f := range t.Fields {
		s.name(f.Name)
		s.typ(f.Type)
	}
	for _, c := range t.Cases {
		s.name(c.Name)
		s.typ(c.Type)
	}
	for _, l := range t.Labels {
		s.name(l.Name)
	}
}
