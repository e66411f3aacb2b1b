package componentize

import (
	"strconv"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// exportInstance exports an interface, of whose functions the lifted ones are given.
//
// Types get the names by which others know them when they are exported, and functions have to be in terms of these.
// But what an instance exports cannot refer to the instance. So there is a component in between: it imports the types
// and functions as they are inside, exports the types, and then exports the functions anew, with types that
// are in terms of what it has just exported. An interface without types needs no such thing.
func (e *encoder) exportInstance(i *item, lifted map[*model.Func]uint32) {
	var instance uint32
	if len(i.iface.types) == 0 {
		instance = e.bin.InlineExports(plainExports(i, lifted)...)
	} else {
		n := &nested{encoder: e, item: i, to: component.NewWriter(), taken: map[string]bool{}}
		instance = n.instance(lifted)
	}
	e.instances[i] = e.bin.Export(i.externName(), component.SortInstance, instance)
}

func plainExports(i *item, lifted map[*model.Func]uint32) []component.InlineExport {
	var list []component.InlineExport
	for _, fn := range i.iface.funcs {
		list = append(list, component.InlineExport{ExternName: funcName(fn), Sort: component.SortFunc, Index: lifted[fn]})
	}
	return list
}

// nested is the component in between.
type nested struct {
	*encoder
	item  *item
	to    *component.Writer
	args  []component.Arg
	taken map[string]bool // the names of imports, in lower case

	inner map[place]uint32 // types as they are imported
	outer map[place]uint32 // types as they are exported
}

func (n *nested) instance(lifted map[*model.Func]uint32) uint32 {
	n.inner, n.outer = map[place]uint32{}, map[place]uint32{}
	in := newSpace(&n.to.TypeWriter, nil)
	in.named = func(from *item, d *model.TypeDef) uint32 { return n.importType(in, from, d) }
	imported := map[*model.Func]uint32{}
	for _, fn := range n.item.iface.funcs {
		t := component.FuncDesc(in.function(n.item, fn))
		name := n.free("import-" + importedName(fn))
		imported[fn] = n.to.Import(component.ExternName{Name: name}, t)
		n.args = append(n.args, component.Arg{Name: name, Sort: component.SortFunc, Index: lifted[fn]})
	}

	out := newSpace(&n.to.TypeWriter, nil)
	out.named = func(from *item, d *model.TypeDef) uint32 { return n.exportType(in, out, from, d) }
	for _, d := range n.item.iface.types {
		out.named(n.item, d)
	}
	for _, fn := range n.item.iface.funcs {
		n.to.ExportAs(funcName(fn), component.SortFunc, imported[fn], component.FuncDesc(out.function(n.item, fn)))
	}
	return n.encoder.bin.Instantiate(n.encoder.bin.Component(n.to.Bytes()), n.args...)
}

// importType imports a type as it is inside. A name in the interface itself that only stands for another
// type is that type here: nothing needs the name before it is exported.
func (n *nested) importType(s *space, from *item, d *model.TypeDef) uint32 {
	at, d := n.resolve(from, d)
	key := place{at, d}
	if i, ok := n.inner[key]; ok {
		return i
	}
	if target := d.Target(); target != nil && at == n.item {
		n.inner[key] = s.named(at, target)
		return n.inner[key]
	}
	if at == n.item && d.Resource == nil && d.Type.Def != d {
		n.inner[key] = s.shape(at, d.Type)
		return n.inner[key]
	}
	bound := s.bound(at, d)
	name := n.free("import-type-" + d.Name)
	i := n.to.Import(component.ExternName{Name: name}, bound)
	n.inner[key] = i
	arg := component.Arg{Name: name, Sort: component.SortType}
	if at == n.item {
		arg.Index = n.define(at, d)
	} else {
		arg.Index = n.outside(at, d)
	}
	n.args = append(n.args, arg)
	return i
}

// exportType exports a type of the interface, and leaves others as they came.
func (n *nested) exportType(in, out *space, from *item, d *model.TypeDef) uint32 {
	at, d := n.resolve(from, d)
	if at != n.item {
		return in.named(from, d)
	}
	key := place{at, d}
	if i, ok := n.outer[key]; ok {
		return i
	}
	var index uint32
	switch target := d.Target(); {
	case target != nil:
		index = out.named(at, target)
	case d.Resource != nil:
		index = in.named(at, d)
	default:
		index = out.shape(at, d.Type)
	}
	n.outer[key] = n.to.Export(typeName(d), component.SortType, index)
	return n.outer[key]
}

// importedName is a plain name for a function, which has to have one where it is imported.
func importedName(fn *model.Func) string {
	kind, rest, ok := strings.Cut(strings.TrimPrefix(fn.Name, "["), "]")
	if !ok {
		return "func-" + fn.Name
	}
	return kind + "-" + strings.ReplaceAll(rest, ".", "-")
}

// free makes a name different from those that are taken.
func (n *nested) free(name string) string {
	free := name
	for i := 0; n.taken[strings.ToLower(free)]; i++ {
		free = name + "-n" + strconv.Itoa(i)
	}
	n.taken[strings.ToLower(free)] = true
	return free
}
