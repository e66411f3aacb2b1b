package component

import (
	"fmt"
	"reflect"
	"strings"
)

// Encode writes a component in the binary format. It is the inverse of [Decode]: what it writes decodes to an
// equal component, and one that was decoded from that is written in the same bytes. Definitions keep their order
// and index spaces, core modules and custom sections their bytes; what lies between, such as the declarations in
// the types of instances, is written anew.
//
// A component can also be built by hand: definitions, with types as trees. A type in such a tree is referred to by
// its pointer, so a definition before must define each part that is no [Primitive] type. The types of instances and
// components bring along what they are made of, save for resource types, which they have to export or import.
//
// The error tells the definition that cannot be written. Whether one that can be is right is for [Decode] to say.
func Encode(c *Component) (data []byte, err error) {
	e := &encoder{}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case encodeFailure:
			data, err = nil, e.failure(r)
		default:
			panic(r)
		}
	}()
	return e.component(c), nil
}

// encoder holds the state of writing one file. What cannot be written panics with an encodeFailure, for the same
// reason as in the decoder.
type encoder struct {
	scope *encodeScope
	path  []pathStep
	depth int // of types in types, against maxNesting
	work  int // against maxEncodeWork
}

// maxEncodeWork bounds the steps to find types, which are one for each export of an instance and type scope where
// it can be seen. It is far above what files ask for that were not made to that end.
const maxEncodeWork = 16 * maxTypeWork

// encodeFailure says what is wrong with the definition that is being written.
type encodeFailure string

// pathStep is one of the definitions, from the outside in, that are being written.
type pathStep struct {
	index int
	def   Def
}

func (e *encoder) fail(format string, args ...any) {
	panic(encodeFailure(fmt.Sprintf(format, args...)))
}

func (e *encoder) failure(what encodeFailure) error {
	var b strings.Builder
	for _, s := range e.path {
		fmt.Fprintf(&b, "definition %d (%s): ", s.index, defName(s.def))
	}
	return fmt.Errorf("%s%s", b.String(), string(what))
}

// defName says what a definition is, with its name if it has one.
func defName(d Def) string {
	switch d := d.(type) {
	case *Import:
		return "import " + quoted(d.Name)
	case *Export:
		return "export " + quoted(d.Name)
	case *Component:
		return "component"
	default:
		return strings.TrimPrefix(fmt.Sprintf("%T", d), "*component.")
	}
}

// step pays for one step of work.
func (e *encoder) step() {
	if e.work++; e.work > maxEncodeWork {
		e.fail("the types of the file take more than %d steps to find", maxEncodeWork)
	}
}

func (e *encoder) component(c *Component) []byte {
	w := NewWriter()
	e.enter(&encodeScope{w: &w.TypeWriter})
	for i, d := range c.Defs {
		e.path = append(e.path, pathStep{i, d})
		if absent(d) {
			e.fail("there is none")
		}
		e.def(w, d)
		e.path = e.path[:len(e.path)-1]
	}
	e.leave()
	return w.Bytes()
}

// absent tells nil from something, also where nil has a type.
func absent(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

func (e *encoder) def(w *Writer, d Def) {
	switch d := d.(type) {
	case *Custom:
		w.Custom(d.Name, d.Bytes)
	case *CoreModule:
		w.CoreModule(d.Bytes)
	case *CoreTypeDef:
		e.coreTypeDef(d)
	case *Component:
		w.Component(e.component(d))
	case *TypeDef:
		e.typeDef(w, d)
	case *Import:
		i := w.Import(d.ExternName, e.desc(d.Type))
		e.added(d.Type, i)
	case *Export:
		e.export(w, d)
	case *CoreInstantiate, *CoreInlineExports, *Instantiate, *InlineExports:
		e.instance(w, d)
	case *AliasExport, *AliasCoreExport, *AliasOuter:
		e.alias(w, d)
	case *Lift:
		w.Lift(d.CoreFunc, d.Options, d.TypeIndex)
	case *Lower:
		w.Lower(d.Func, d.Options)
	case *Builtin:
		e.builtin(w, d)
	case *Start:
		w.Start(d.Func, d.Args, d.Results)
	default:
		e.fail("there are no such definitions")
	}
}

func (e *encoder) typeDef(w *Writer, d *TypeDef) {
	var i uint32
	if r, ok := d.Type.(*Resource); ok && r != nil {
		i = w.Resource(r)
	} else {
		i = e.define(d.Type)
	}
	e.scope.addType(d.Type, nil, i)
}

func (e *encoder) instance(w *Writer, d Def) {
	switch d := d.(type) {
	case *CoreInstantiate:
		w.CoreInstantiate(d.Module, d.Args...)
	case *CoreInlineExports:
		for _, x := range d.Exports {
			e.checkSort(x.Sort)
		}
		w.CoreInlineExports(d.Exports...)
	case *Instantiate:
		for _, a := range d.Args {
			e.checkSort(a.Sort)
		}
		w.Instantiate(d.Component, d.Args...)
		e.scope.instances = append(e.scope.instances, d.Type)
	case *InlineExports:
		for i := range d.Exports {
			e.checkSort(d.Exports[i].Sort)
		}
		w.InlineExports(d.Exports...)
		e.scope.instances = append(e.scope.instances, d.Type)
	}
}

func (e *encoder) checkSort(s Sort) {
	if s >= numSorts {
		e.fail("the sort %d does not exist", s)
	}
}

// export writes an export. One that was built by hand need not say what the exported entry is.
func (e *encoder) export(w *Writer, d *Export) {
	e.checkSort(d.Sort)
	s := e.scope
	var i uint32
	if d.Ascribed {
		i = w.ExportAs(d.ExternName, d.Sort, d.Index, e.desc(d.Type))
	} else {
		i = w.Export(d.ExternName, d.Sort, d.Index)
	}
	t := d.Type
	if t.Sort = d.Sort; t.Type == nil {
		switch {
		case d.Sort == SortType && int64(d.Index) < int64(len(s.types)):
			t.Type, t.Synonym = s.types[d.Index].typ, s.types[d.Index].name
		case d.Sort == SortInstance && int64(d.Index) < int64(len(s.instances)):
			t.Type = s.instances[d.Index]
		}
	}
	e.added(t, i)
}

func (e *encoder) alias(w *Writer, d Def) {
	switch d := d.(type) {
	case *AliasExport:
		e.checkSort(d.Sort)
		i := w.AliasExport(d.Sort, d.Instance, d.Name)
		if d.Sort == SortType || d.Sort == SortInstance {
			e.added(e.exportOf(d), i)
		}
	case *AliasCoreExport:
		e.checkSort(d.Sort)
		w.AliasCoreExport(d.Sort, d.Instance, d.Name)
	case *AliasOuter:
		e.checkSort(d.Sort)
		i := w.AliasOuter(d.Sort, d.Count, d.Index)
		e.addOuter(d, i)
	}
}

// exportOf is the type or instance that an alias names.
func (e *encoder) exportOf(d *AliasExport) ExternType {
	if int64(d.Instance) >= int64(len(e.scope.instances)) || e.scope.instances[d.Instance] == nil {
		e.fail("instance %d is not known", d.Instance)
	}
	t, ok := e.scope.instances[d.Instance].Export(d.Name)
	if !ok || t.Sort != d.Sort {
		e.fail("instance %d is not known to export %s %q", d.Instance, d.Sort.one(), clip(d.Name))
	}
	return t
}

// addOuter notes what an alias has brought from an enclosing component.
func (e *encoder) addOuter(d *AliasOuter, i uint32) {
	target := e.scope
	for range d.Count {
		if target = target.parent; target == nil {
			e.fail("%d components outwards is beyond the root", d.Count)
		}
	}
	switch {
	case d.Sort == SortType && int64(d.Index) < int64(len(target.types)):
		from := target.types[d.Index]
		e.scope.addType(from.typ, from.name, i)
	case d.Sort == SortCoreType && int64(d.Index) < int64(len(target.coreTypes)):
		e.scope.addCoreType(target.coreTypes[d.Index], i)
	case d.Sort == SortType, d.Sort == SortCoreType:
		e.fail("%s %d is not defined there", d.Sort, d.Index)
	}
}

func (e *encoder) builtin(w *Writer, d *Builtin) {
	switch {
	case int(d.Op) >= len(builtinNames):
		e.fail("the built-in %d does not exist", d.Op)
	case d.Op == TaskReturn:
		w.TaskReturn(e.optional(d.Result, nil), d.Options)
	default:
		w.Builtin(d)
	}
}
