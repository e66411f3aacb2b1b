package component

import (
	"fmt"
	"strings"
)

// matcher compares what is given with what is wanted. Types are compared as trees. A resource type that
// the wanted type leaves open is bound to the one that is given in its place, and from then on stands
// for that one.
type matcher struct {
	d     *decoder
	at    int
	path  []string
	bound map[*Resource]*Resource
	outer *matcher
	// nodes gives for each wanted type with a name the type that is given under that name.
	nodes    map[Type]Type
	synonyms map[*Synonym]*Synonym // and for its names, if it is primitive
}

// match checks that actual can stand where wanted is asked for.
func (d *decoder) match(at int, wanted, actual ExternType, what string) {
	m := d.matcher(at)
	m.path = append(m.path, what)
	m.extern(wanted, actual)
}

func (d *decoder) matcher(at int) *matcher {
	return &matcher{
		d: d, at: at, bound: map[*Resource]*Resource{}, nodes: map[Type]Type{}, synonyms: map[*Synonym]*Synonym{},
	}
}

// matchValue checks that two value types are equal.
func (d *decoder) matchValue(at int, wanted, actual ValueType, what string) {
	d.match(at, ExternType{Sort: SortValue, Type: wanted}, ExternType{Sort: SortValue, Type: actual}, what)
}

func (m *matcher) fail(format string, args ...any) {
	m.d.fail(m.at, "%s: %s", strings.Join(m.path, ", "), fmt.Sprintf(format, args...))
}

// in adds a step to the path that errors tell while f runs.
func (m *matcher) in(step string, f func()) {
	m.path = append(m.path, step)
	f()
	m.path = m.path[:len(m.path)-1]
}

func (m *matcher) step() { m.d.spend(m.at, 1) }

// resolve gives the resource type that a bound one stands for, as the node that was bound.
func (m *matcher) resolve(r *Resource) *Resource {
	for in := m; in != nil; {
		to, ok := in.bound[r.Identity()]
		if !ok {
			in = in.outer
			continue
		}
		r, in = to, m
	}
	return r
}

func (m *matcher) bind(r, to *Resource) {
	if to = m.resolve(to); to.Identity() != r.Identity() {
		m.bound[r.Identity()] = to
	}
}

func (m *matcher) extern(wanted, actual ExternType) {
	m.step()
	if wanted.Sort != actual.Sort {
		m.fail("%s is wanted, but %s is given", wanted.Sort.one(), actual.Sort.one())
	}
	switch wanted.Sort {
	case SortFunc:
		m.function(wanted.Type.(*FuncType), actual.Type.(*FuncType))
	case SortInstance:
		m.exports(wanted.Type.(*InstanceType).Exports, actual.Type.(*InstanceType).Export)
	case SortComponent:
		m.component(wanted.Type.(*ComponentType), actual.Type.(*ComponentType))
	case SortType:
		m.typeExtern(wanted, actual)
	case SortValue:
		m.equal(wanted.Type, actual.Type)
	case SortCoreModule:
		m.module(wanted.Module, actual.Module)
	}
}

func (m *matcher) typeExtern(wanted, actual ExternType) {
	r, isResource := actual.Type.(*Resource)
	switch {
	case !wanted.Abstract:
		m.equal(wanted.Type, actual.Type)
		if wanted.Synonym == nil {
			m.nodes[wanted.Type] = actual.Type
		} else {
			m.synonyms[wanted.Synonym] = actual.Synonym
		}
	case !isResource:
		m.fail("a resource type is wanted, but %s is given", describe(actual.Type))
	case wanted.Type != nil:
		m.bind(wanted.Type.(*Resource), r)
	}
}

// exports looks up each wanted export among the given ones; more may be given.
func (m *matcher) exports(wanted []Extern, find func(string) (ExternType, bool)) {
	for i := range wanted {
		w := &wanted[i]
		m.in(fmt.Sprintf("export %q", clip(w.Name)), func() {
			actual, ok := find(w.Name)
			if !ok {
				m.fail("it is wanted, but not given")
			}
			m.extern(w.Type, actual)
		})
	}
}

// component compares component types: the given one may export more and import less. What it does
// import it must be able to take from what the wanted one imports.
func (m *matcher) component(wanted, actual *ComponentType) {
	inner := m.d.matcher(m.at)
	inner.path, inner.outer = m.path, m
	for i := range actual.Imports {
		a := &actual.Imports[i]
		inner.in(fmt.Sprintf("import %q", clip(a.Name)), func() {
			w, ok := wanted.Import(a.Name)
			if !ok {
				inner.fail("the component needs it, but will not get it")
			}
			inner.extern(a.Type, w)
		})
	}
	inner.exports(wanted.Exports, actual.Export)
}

func (m *matcher) function(wanted, actual *FuncType) {
	if wanted == actual && !wanted.f.resources {
		return
	}
	m.step()
	if wanted.Async != actual.Async {
		m.fail("one function is async and the other is not")
	}
	m.count("parameter", len(wanted.Params), len(actual.Params))
	m.fields("parameter", wanted.Params, actual.Params)
	m.in("result", func() { m.optional(wanted.Result, actual.Result) })
}

func (m *matcher) fields(noun string, wanted, actual []Field) {
	for i, w := range wanted {
		m.label(noun, w.Label, actual[i].Label)
		m.in(noun+" "+w.Label, func() { m.equal(w.Type, actual[i].Type) })
	}
}

func (m *matcher) label(noun, wanted, actual string) {
	if wanted != actual {
		m.fail("a %s named %q is wanted, but %q is given", noun, clip(wanted), clip(actual))
	}
}

func (m *matcher) labels(noun string, wanted, actual []string) {
	m.count(noun, len(wanted), len(actual))
	for i, w := range wanted {
		m.step()
		m.label(noun, w, actual[i])
	}
}

func (m *matcher) count(noun string, wanted, actual int) {
	if wanted != actual {
		m.fail("%s wanted, %d given", quantity(wanted, noun), actual)
	}
}

// optional compares types that may both be absent.
func (m *matcher) optional(wanted, actual ValueType) {
	switch {
	case wanted == nil && actual == nil:
	case wanted == nil:
		m.fail("no type is wanted, but one is given")
	case actual == nil:
		m.fail("a type is wanted, but none is given")
	default:
		m.equal(wanted, actual)
	}
}

// equal compares types of any kind; for value types subtyping is equality.
func (m *matcher) equal(wanted, actual Type) {
	m.step()
	if wanted == actual && !wanted.facts().resources {
		return
	}
	same := true
	switch w := wanted.(type) {
	case Primitive:
		same = actual == w
	case *Resource:
		a, ok := actual.(*Resource)
		if ok && m.resolve(w).Identity() != m.resolve(a).Identity() {
			m.fail("two resource types are not the same one")
		}
		same = ok
	case *FuncType:
		a, ok := actual.(*FuncType)
		if same = ok; ok {
			m.function(w, a)
		}
	case *InstanceType:
		a, ok := actual.(*InstanceType)
		if same = ok; ok {
			m.exports(w.Exports, a.Export)
		}
	case *ComponentType:
		a, ok := actual.(*ComponentType)
		if same = ok; ok {
			m.component(w, a)
		}
	default:
		same = m.composite(wanted, actual)
	}
	if !same {
		m.fail("%s is wanted, but %s is given", describe(wanted), describe(actual))
	}
}

// composite compares value types with parts. It is false if they are of different kinds.
func (m *matcher) composite(wanted, actual Type) bool {
	switch w := wanted.(type) {
	case *Record:
		a, ok := actual.(*Record)
		if ok {
			m.count("field", len(w.Fields), len(a.Fields))
			m.fields("field", w.Fields, a.Fields)
		}
		return ok
	case *Variant:
		a, ok := actual.(*Variant)
		if ok {
			m.cases(w, a)
		}
		return ok
	case *Tuple:
		a, ok := actual.(*Tuple)
		if ok {
			m.count("tuple part", len(w.Types), len(a.Types))
			for i, t := range w.Types {
				m.equal(t, a.Types[i])
			}
		}
		return ok
	case *Flags:
		a, ok := actual.(*Flags)
		if ok {
			m.labels("flag", w.Labels, a.Labels)
		}
		return ok
	case *Enum:
		a, ok := actual.(*Enum)
		if ok {
			m.labels("enum label", w.Labels, a.Labels)
		}
		return ok
	default:
		return m.wrapper(wanted, actual)
	}
}

func (m *matcher) cases(wanted, actual *Variant) {
	m.count("case", len(wanted.Cases), len(actual.Cases))
	for i, w := range wanted.Cases {
		m.label("case", w.Label, actual.Cases[i].Label)
		m.in("case "+w.Label, func() { m.optional(w.Type, actual.Cases[i].Type) })
	}
}

// wrapper compares value types of one or two parts.
func (m *matcher) wrapper(wanted, actual Type) bool {
	switch w := wanted.(type) {
	case *List:
		a, ok := actual.(*List)
		if ok {
			if w.Len != a.Len {
				m.fail("two lists do not have the same fixed length")
			}
			m.equal(w.Elem, a.Elem)
		}
		return ok
	case *Option:
		a, ok := actual.(*Option)
		if ok {
			m.equal(w.Some, a.Some)
		}
		return ok
	case *Result:
		a, ok := actual.(*Result)
		if ok {
			m.in("ok", func() { m.optional(w.OK, a.OK) })
			m.in("error", func() { m.optional(w.Err, a.Err) })
		}
		return ok
	case *Map:
		a, ok := actual.(*Map)
		if ok {
			m.equal(w.Key, a.Key)
			m.equal(w.Value, a.Value)
		}
		return ok
	case *Own:
		a, ok := actual.(*Own)
		if ok {
			m.equal(w.Resource, a.Resource)
		}
		return ok
	case *Borrow:
		a, ok := actual.(*Borrow)
		if ok {
			m.equal(w.Resource, a.Resource)
		}
		return ok
	case *Stream:
		a, ok := actual.(*Stream)
		if ok {
			m.optional(w.Elem, a.Elem)
		}
		return ok
	case *Future:
		a, ok := actual.(*Future)
		if ok {
			m.optional(w.Elem, a.Elem)
		}
		return ok
	default:
		return false
	}
}
