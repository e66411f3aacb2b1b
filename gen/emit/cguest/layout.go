package cguest

import (
	"strconv"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// layoutMacros are what the assertions on types are made of.
const layoutMacros = `// Values are where they are in memory: the compiler has to lay them out as the canonical ABI does.
#define LAYOUT(type, size, align) \
    _Static_assert(sizeof(type) == (size) && _Alignof(type) == (align), "layout of " #type)
#define OFFSET(type, member, at) \
    _Static_assert(offsetof(type, member) == (at), "offset of " #member " in " #type)

`

// layout asserts that C lays out a struct as the canonical ABI does.
func (g *generator) layout(t *model.Type, name string) {
	a := t.ABI
	g.layouts.line("LAYOUT(%s, %d, %d);", name, a.Size, a.Align)
	switch t.Kind {
	case abi.Record, abi.Tuple:
		names := fieldNames(t)
		for i, f := range a.Fields[1:] {
			g.offset(name, names[i+1], f.Offset)
		}
	case abi.Option, abi.Variant, abi.Result:
		if hasPayload(t) {
			g.offset(name, "val", a.Payload)
		}
	}
}

func (g *generator) offset(name, member string, at uint32) {
	g.layouts.line("OFFSET(%s, %s, %d);", name, member, at)
}

// tupleField is the C name of a tuple's field.
func tupleField(i int) string { return "f" + strconv.Itoa(i) }
