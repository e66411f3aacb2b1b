package component_test

// When two components are equal: their definitions are the same, and so are their types as trees. Beyond that,
// what has an identity has to correspond one to one: resource types, types that imports and exports have given a
// name, and the names of primitive types. Other types may stand in one component once and in the other twice.

import (
	"fmt"
	"reflect"
	"slices"

	. "github.com/witan-os/witan/runtime/component"
)

// diffComponents says where two components differ, "" if they are equal.
func diffComponents(a, b *Component) (diff string) {
	c := &comparison{to: map[any]any{}, from: map[any]any{}, same: map[[2]Type]bool{}}
	defer func() {
		if r := recover(); r != nil {
			d, ok := r.(difference)
			if !ok {
				panic(r)
			}
			diff = string(d)
		}
	}()
	c.components(a, b)
	return ""
}

// difference is what a comparison panics with.
type difference string

type comparison struct {
	path     []string
	to, from map[any]any // what corresponds in the other component
	same     map[[2]Type]bool
}

func (c *comparison) fail(format string, args ...any) {
	s := ""
	for _, p := range c.path {
		s += p + ": "
	}
	panic(difference(s + fmt.Sprintf(format, args...)))
}

func (c *comparison) in(step string, f func()) {
	c.path = append(c.path, step)
	f()
	c.path = c.path[:len(c.path)-1]
}

// equal compares anything without types in it.
func (c *comparison) equal(what string, a, b any) {
	if !reflect.DeepEqual(a, b) {
		c.fail("%s: %v and %v", what, a, b)
	}
}

// each compares two lists entry by entry.
func each[T any](c *comparison, what string, a, b []T, f func(a, b T)) {
	c.equal("number of "+what, len(a), len(b))
	for i := range a {
		c.in(fmt.Sprintf("%s %d", what, i), func() { f(a[i], b[i]) })
	}
}

// pair notes that two things are the same, unless one is the same as something else. It is false if it was noted
// before.
func (c *comparison) pair(a, b any) bool {
	to, known := c.to[a]
	from, knownBack := c.from[b]
	if known != knownBack || known && (to != b || from != a) {
		c.fail("%v and %v are not the same one", a, b)
	}
	c.to[a], c.from[b] = b, a
	return !known
}

func (c *comparison) components(a, b *Component) {
	each(c, "definition", a.Defs, b.Defs, c.defs)
	c.in("type", func() { c.types(a.Type, b.Type) })
	each(c, "type", a.Types, b.Types, c.types)
	each(c, "func", a.Funcs, b.Funcs, func(a, b *FuncType) { c.types(a, b) })
	each(c, "instance", a.Instances, b.Instances, func(a, b *InstanceType) { c.types(a, b) })
	each(c, "component", a.Components, b.Components, func(a, b *ComponentType) { c.types(a, b) })
	each(c, "value", a.Values, b.Values, func(a, b ValueType) { c.types(a, b) })
	each(c, "core type", a.CoreTypes, b.CoreTypes, c.coreTypes)
	each(c, "resource", a.Resources, b.Resources, func(a, b *Resource) { c.types(a, b) })
}

func (c *comparison) defs(a, b Def) {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		c.fail("a %T and a %T", a, b)
	}
	switch a := a.(type) {
	case *Component:
		c.components(a, b.(*Component))
	case *CoreModule:
		c.equal("bytes", a.Bytes, b.(*CoreModule).Bytes)
		c.coreTypes(a.Type, b.(*CoreModule).Type)
	case *CoreTypeDef:
		each(c, "core type", a.Types, b.(*CoreTypeDef).Types, c.coreTypes)
	case *TypeDef:
		c.types(a.Type, b.(*TypeDef).Type)
	case *Instantiate:
		b := b.(*Instantiate)
		c.equal("component", a.Component, b.Component)
		c.equal("arguments", a.Args, b.Args)
		c.types(a.Type, b.Type)
	case *InlineExports:
		b := b.(*InlineExports)
		c.equal("exports", a.Exports, b.Exports)
		c.types(a.Type, b.Type)
	case *Lift:
		b := b.(*Lift)
		c.equal("func", a.CoreFunc, b.CoreFunc)
		c.equal("options", a.Options, b.Options)
		c.equal("type", a.TypeIndex, b.TypeIndex)
		c.types(a.Type, b.Type)
	case *Lower:
		b := b.(*Lower)
		c.equal("func", a.Func, b.Func)
		c.equal("options", a.Options, b.Options)
		c.types(a.Type, b.Type)
	case *Builtin:
		c.builtins(a, b.(*Builtin))
	case *Import:
		b := b.(*Import)
		c.equal("name", a.ExternName, b.ExternName)
		c.externTypes(a.Type, b.Type)
	case *Export:
		b := b.(*Export)
		c.equal("name", a.ExternName, b.ExternName)
		c.equal("sort", a.Sort, b.Sort)
		c.equal("index", a.Index, b.Index)
		c.equal("ascription", a.Ascribed, b.Ascribed)
		c.externTypes(a.Type, b.Type)
	default:
		c.equal("definition", withoutOffset(a), withoutOffset(b))
	}
}

// withoutOffset copies a definition that has no types in it.
func withoutOffset(d Def) any {
	v := reflect.New(reflect.TypeOf(d).Elem())
	v.Elem().Set(reflect.ValueOf(d).Elem())
	v.Elem().FieldByName("At").SetInt(0)
	return v.Elem().Interface()
}

func (c *comparison) builtins(a, b *Builtin) {
	x, y := *a, *b
	x.Type, x.Result, x.At = nil, nil, 0
	y.Type, y.Result, y.At = nil, nil, 0
	c.equal("built-in", x, y)
	c.types(a.Type, b.Type)
	c.optional(a.Result, b.Result)
}

func (c *comparison) externs(a, b Extern) {
	c.equal("name", a.ExternName, b.ExternName)
	c.in(a.Name, func() { c.externTypes(a.Type, b.Type) })
}

func (c *comparison) externTypes(a, b ExternType) {
	c.equal("sort", a.Sort, b.Sort)
	c.equal("whether the type is abstract", a.Abstract, b.Abstract)
	c.synonyms(a.Synonym, b.Synonym)
	c.synonyms(a.SynonymOf, b.SynonymOf)
	if c.equal("whether there is a module type", a.Module != nil, b.Module != nil); a.Module != nil {
		c.coreTypes(a.Module, b.Module)
	}
	c.types(a.Type, b.Type)
}

func (c *comparison) synonyms(a, b *Synonym) {
	if c.equal("whether it has a name", a != nil, b != nil); a != nil {
		c.pair(a, b)
	}
}

func (c *comparison) optional(a, b ValueType) {
	c.equal("whether there is a type", a != nil, b != nil)
	if a != nil {
		c.types(a, b)
	}
}

func (c *comparison) types(a, b Type) {
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		c.fail("a %T and a %T", a, b)
	}
	if p, ok := a.(Primitive); ok || a == nil {
		c.equal("type", p, orPrimitive(b))
		return
	}
	if c.same[[2]Type{a, b}] {
		return
	}
	c.same[[2]Type{a, b}] = true
	if _, ok := a.(*Resource); ok || Origin(a) != nil {
		c.pair(a, b)
	}
	c.in("origin", func() { c.types(Origin(a), Origin(b)) })
	each(c, "name", Synonyms(a), Synonyms(b), c.synonyms)
	c.shapes(a, b)
}

func orPrimitive(t Type) Primitive {
	p, _ := t.(Primitive)
	return p
}

func (c *comparison) shapes(a, b Type) {
	switch a := a.(type) {
	case *Record:
		c.fields(a.Fields, b.(*Record).Fields)
	case *Variant:
		each(c, "case", a.Cases, b.(*Variant).Cases, func(a, b Case) {
			c.equal("label", a.Label, b.Label)
			c.optional(a.Type, b.Type)
		})
	case *List:
		c.equal("length", a.Len, b.(*List).Len)
		c.types(a.Elem, b.(*List).Elem)
	case *Tuple:
		each(c, "part", a.Types, b.(*Tuple).Types, func(a, b ValueType) { c.types(a, b) })
	case *Flags:
		c.equal("labels", a.Labels, b.(*Flags).Labels)
	case *Enum:
		c.equal("labels", a.Labels, b.(*Enum).Labels)
	case *Option:
		c.types(a.Some, b.(*Option).Some)
	case *Result:
		c.optional(a.OK, b.(*Result).OK)
		c.optional(a.Err, b.(*Result).Err)
	case *Map:
		c.types(a.Key, b.(*Map).Key)
		c.types(a.Value, b.(*Map).Value)
	case *Own:
		c.types(a.Resource, b.(*Own).Resource)
	case *Borrow:
		c.types(a.Resource, b.(*Borrow).Resource)
	case *Stream:
		c.optional(a.Elem, b.(*Stream).Elem)
	case *Future:
		c.optional(a.Elem, b.(*Future).Elem)
	case *FuncType:
		b := b.(*FuncType)
		c.equal("async", a.Async, b.Async)
		c.fields(a.Params, b.Params)
		c.optional(a.Result, b.Result)
	case *Resource:
		c.resources(a, b.(*Resource))
	case *InstanceType:
		each(c, "export", a.Exports, b.(*InstanceType).Exports, c.externs)
	case *ComponentType:
		b := b.(*ComponentType)
		each(c, "import", a.Imports, b.Imports, c.externs)
		each(c, "export", a.Exports, b.Exports, c.externs)
	default:
		c.fail("types are not %T", a)
	}
}

func (c *comparison) resources(a, b *Resource) {
	c.pair(a.Identity(), b.Identity())
	for _, f := range []struct {
		what string
		a, b any
	}{
		{"name", a.Name, b.Name},
		{"index", a.Index, b.Index},
		{"whether it is local", a.Local, b.Local},
		{"representation", a.Rep, b.Rep},
		{"destructor", [2]any{a.Dtor, a.HasDtor}, [2]any{b.Dtor, b.HasDtor}},
	} {
		c.equal(f.what, f.a, f.b)
	}
}

func (c *comparison) fields(a, b []Field) {
	each(c, "field", a, b, func(a, b Field) {
		c.equal("label", a.Label, b.Label)
		c.types(a.Type, b.Type)
	})
}

func (c *comparison) coreTypes(a, b CoreType) {
	switch a := a.(type) {
	case *CoreModuleType:
		b, ok := b.(*CoreModuleType)
		if !ok || !slices.EqualFunc(a.Imports, b.Imports, equalCoreImports) || !slices.EqualFunc(a.Exports, b.Exports, equalCoreExterns) {
			c.fail("core module types differ")
		}
	default:
		c.equal("core type", a, b)
	}
}

func equalCoreImports(a, b CoreImport) bool {
	return a.Module == b.Module && equalCoreExterns(a.CoreExtern, b.CoreExtern)
}

func equalCoreExterns(a, b CoreExtern) bool { return reflect.DeepEqual(a, b) }
