package roundtrip_test

import (
	"bytes"
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/abi"
)

// This file builds guests for the tests: a component that imports an interface, exports the same interface,
// and answers each call by passing it on to the import. What a Client sends through it goes through all of
// the generated code, and through the runtime: lowered and lifted by the Client's side, lifted and
// lowered by the Host's.

// Section ids, sorts and other codes of the component binary format.
const (
	secCoreModule   = 1
	secCoreInstance = 2
	secInstance     = 5
	secAlias        = 6
	secType         = 7
	secCanon        = 8
	secImport       = 10
	secExport       = 11

	coreFunc   = 0x00
	coreMemory = 0x02

	sortCore     = 0x00
	sortFunc     = 0x01
	sortType     = 0x03
	sortInstance = 0x05
)

// lie makes a guest hostile: in one function it puts another number in place of a core value.
type lie struct {
	fn    string
	param int // which core value of the call to the host; asResult means that which it returns itself
	value int // at least 0
}

const asResult = -1

// echo builds the component for an interface that declares no resources. Those that it uses must be of one
// other interface.
func echo(iface *model.Interface, lies []lie) []byte {
	var c binary
	c.raw(0, 'a', 's', 'm', 0x0d, 0, 1, 0)
	outer := &types{index: map[*model.TypeDef]int{}, bare: true}
	resources := resourcesOf(iface)
	source := 0 // the imported instance that calls are passed on to
	if len(resources) > 0 {
		importResources(&c, outer, resources)
		source = 1
	}

	inner := &types{index: map[*model.TypeDef]int{}}
	for _, d := range resources {
		inner.decls.Write(cat([]byte{0x02, sortType, 0x02, 1}, leb(outer.index[d])))
		inner.count++
		inner.index[d] = inner.next
		inner.next++
	}
	for _, fn := range iface.Funcs {
		inner.export(fn)
	}
	c.section(secType, vec(1, cat([]byte{0x42}, vec(inner.count, inner.decls.Bytes()))))
	c.section(secImport, vec(1, cat([]byte{0}, str(iface.ID()), []byte{sortInstance}, leb(outer.next))))
	outer.next++

	// The named types of the import stand for those of the export.
	outer.alias(&c, source, inner.named)
	funcTypes := make([]int, len(iface.Funcs))
	for i, fn := range iface.Funcs {
		funcTypes[i] = outer.function(fn)
	}
	c.section(secType, vec(outer.count, outer.decls.Bytes()))

	c.section(secCoreModule, allocator())
	c.section(secCoreModule, passOn(iface.Funcs, resources, lies))
	c.section(secCoreInstance, vec(1, cat([]byte{0}, leb(0), vec(0))))
	c.section(secAlias, vec(2,
		cat([]byte{sortCore, coreMemory, 1}, leb(0), str("memory")),
		cat([]byte{sortCore, coreFunc, 1}, leb(0), str("realloc"))))

	// Core function 0 is realloc, those from 1 on are the lowered imports.
	var funcs, lowers, bundle binary
	for i, fn := range iface.Funcs {
		funcs.Write(cat([]byte{sortFunc, 0}, leb(source), str(fn.Name)))
		lowers.Write(cat([]byte{1, 0}, leb(i), vec(3, []byte{0}, []byte{3, 0}, []byte{4, 0})))
		bundle.Write(cat(str(fn.Name), []byte{coreFunc}, leb(1+i)))
	}
	n, drops := len(iface.Funcs), len(resources)
	for i, d := range resources {
		lowers.Write(cat([]byte{3}, leb(outer.index[d])))
		bundle.Write(cat(str("drop "+d.Name), []byte{coreFunc}, leb(1+n+i)))
	}
	c.section(secAlias, vec(n, funcs.Bytes()))
	c.section(secCanon, vec(n+drops, lowers.Bytes()))
	c.section(secCoreInstance, vec(2,
		cat([]byte{1}, vec(n+drops, bundle.Bytes())),
		cat([]byte{0}, leb(1), vec(1, cat(str("host"), []byte{0x12}, leb(1))))))

	var exports, lifts, inline binary
	for i, fn := range iface.Funcs {
		exports.Write(cat([]byte{sortCore, coreFunc, 1}, leb(2), str(fn.Name)))
		lifts.Write(cat([]byte{0, 0}, leb(1+n+drops+i), vec(3, []byte{0}, []byte{3, 0}, []byte{4, 0}), leb(funcTypes[i])))
		inline.Write(cat([]byte{0}, str(fn.Name), []byte{sortFunc}, leb(n+i)))
	}
	c.section(secAlias, vec(n, exports.Bytes()))
	c.section(secCanon, vec(n, lifts.Bytes()))
	c.section(secInstance, vec(1, cat([]byte{1}, vec(n, inline.Bytes()))))
	c.section(secExport, vec(1, cat([]byte{0}, str(iface.ID()), []byte{sortInstance}, leb(source+1), []byte{0})))
	return c.Bytes()
}

// importing builds a component that imports one function of an interface, and does nothing.
func importing(iface *model.Interface, fn *model.Func) []byte {
	var c binary
	c.raw(0, 'a', 's', 'm', 0x0d, 0, 1, 0)
	inner := &types{index: map[*model.TypeDef]int{}}
	inner.export(fn)
	c.section(secType, vec(1, cat([]byte{0x42}, vec(inner.count, inner.decls.Bytes()))))
	c.section(secImport, vec(1, cat([]byte{0}, str(iface.ID()), []byte{sortInstance}, leb(0))))
	return c.Bytes()
}

// resourcesOf lists the resources that functions use, in order of their first use.
func resourcesOf(iface *model.Interface) []*model.TypeDef {
	var list []*model.TypeDef
	for _, d := range iface.Types {
		if r := d.Root(); r.Resource != nil {
			list = append(list, r)
		}
	}
	return list
}

// importResources imports the interface of the resources, with nothing but them.
func importResources(c *binary, outer *types, resources []*model.TypeDef) {
	var decls binary
	for _, d := range resources {
		decls.Write(cat([]byte{0x04, 0}, str(d.Name), []byte{sortType, 1}))
	}
	c.section(secType, vec(1, cat([]byte{0x42}, vec(len(resources), decls.Bytes()))))
	c.section(secImport, vec(1, cat([]byte{0}, str(resources[0].Owner.ID()), []byte{sortInstance}, leb(outer.next))))
	outer.next++
	outer.alias(c, 0, resources)
}

// alias makes types that an imported instance exports known outside of it.
func (ts *types) alias(c *binary, instance int, defs []*model.TypeDef) {
	var aliases binary
	for _, d := range defs {
		aliases.Write(cat([]byte{sortType, 0}, leb(instance), str(d.Name)))
		ts.index[d] = ts.next
		ts.next++
	}
	c.section(secAlias, vec(len(defs), aliases.Bytes()))
}

// resultArea is where the guest has results written to; the heap begins behind it.
const (
	resultArea = 1024
	heapStart  = 8192
	heapPages  = 64
)

// allocator is a core module with a memory and a realloc that never frees. It starts anew when the heap is
// nearly full, so that a test can call as often as it likes.
func allocator() []byte {
	var m binary
	m.raw(0, 'a', 's', 'm', 1, 0, 0, 0)
	m.section(1, vec(1, cat([]byte{0x60}, vec(4, []byte{0x7f, 0x7f, 0x7f, 0x7f}), vec(1, []byte{0x7f}))))
	m.section(3, vec(1, leb(0)))
	m.section(5, vec(1, []byte{0}, leb(heapPages)))
	m.section(6, vec(1, []byte{0x7f, 1, 0x41}, sleb(heapStart), []byte{0x0b}))
	m.section(7, vec(2,
		cat(str("memory"), []byte{2, 0}),
		cat(str("realloc"), []byte{0, 0})))
	const heap, old, align, size = 0, 0, 2, 3
	code := cat(
		// if heap > half of the memory { heap = heapStart }
		[]byte{0x23, heap, 0x41}, sleb(heapPages<<15), []byte{0x4b, 0x04, 0x40, 0x41}, sleb(heapStart), []byte{0x24, heap, 0x0b},
		// old = (heap + align - 1) & -align
		[]byte{0x23, heap, 0x20, align, 0x6a, 0x41, 1, 0x6b, 0x41, 0, 0x20, align, 0x6b, 0x71, 0x22, old},
		// heap = old + size; return old
		[]byte{0x20, size, 0x6a, 0x24, heap, 0x20, old, 0x0b},
	)
	m.section(10, vec(1, sized(cat(vec(0), code))))
	m.section(11, vec(1, cat([]byte{0, 0x41}, sleb(forgeries), []byte{0x0b}, sized(forged()))))
	return m.Bytes()
}

// Where forged values are in the memory of a guest, for lies about addresses.
const (
	forgeries    = 256
	sameNumbers  = forgeries      // two pairs of a map<u8, u64>: both have key 7
	sameStrings  = forgeries + 32 // two pairs of a map<string, own<file>>: both have key "k", and handles 1 and 2
	wrongLetters = forgeries + 56 // a pair of a map<char, s16>: its key is a surrogate. Of a map<u32, string>: its value is too long
	wrongWays    = forgeries + 64 // a list<way, 2>: the second is none
)

func forged() []byte {
	return cat(
		[]byte{7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0},
		[]byte{7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0},
		words(forgeries+66, 1, 1, forgeries+66, 1, 2),
		words(0xd800, 5),
		[]byte{0, 9, 'k'},
	)
}

// words are numbers of 32 bits in memory.
func words(list ...uint32) (out []byte) {
	for _, w := range list {
		out = append(out, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
	}
	return out
}

// passOn is a core module that imports the lowered functions from "host" and exports their lifted forms.
func passOn(funcs []*model.Func, resources []*model.TypeDef, lies []lie) []byte {
	var m, typ, imports, decls, exports, bodies binary
	m.raw(0, 'a', 's', 'm', 1, 0, 0, 0)
	for i, fn := range funcs {
		typ.Write(signature(fn.Plan.Lowered))
		typ.Write(signature(fn.Plan.Lifted))
		imports.Write(cat(str("host"), str(fn.Name), []byte{0}, leb(2*i)))
		decls.Write(leb(2*i + 1))
		exports.Write(cat(str(fn.Name), []byte{0}, leb(len(funcs)+len(resources)+i)))
		bodies.Write(sized(cat(vec(0), passOnBody(fn, i, len(funcs), resources, lies))))
	}
	n, drops := len(funcs), len(resources)
	for _, d := range resources {
		imports.Write(cat(str("host"), str("drop "+d.Name), []byte{0}, leb(2*n)))
	}
	typ.Write(signature(abi.Signature{Params: []abi.CoreType{abi.I32}}))
	m.section(1, vec(2*n+1, typ.Bytes()))
	m.section(2, vec(n+drops, imports.Bytes()))
	m.section(3, vec(n, decls.Bytes()))
	m.section(7, vec(n, exports.Bytes()))
	m.section(10, vec(n, bodies.Bytes()))
	return m.Bytes()
}

// passOnBody calls import i with the parameters of fn, drops what it has borrowed, and returns what the
// import returned. The functions that drop are imported from index drops on.
func passOnBody(fn *model.Func, i, drops int, resources []*model.TypeDef, lies []lie) []byte {
	var code binary
	instead := func(param int, code []byte) []byte {
		for _, l := range lies {
			if l.fn == fn.Name && l.param == param {
				return cat([]byte{0x41}, sleb(l.value))
			}
		}
		return code
	}
	for p := range fn.Plan.Lifted.Params {
		code.Write(instead(p, cat([]byte{0x20}, leb(p))))
	}
	area := cat([]byte{0x41}, sleb(resultArea))
	if fn.Plan.ResultBlock != nil {
		code.Write(instead(fn.Plan.ResultSlot(), area))
	}
	code.Write(cat([]byte{0x10}, leb(i)))
	for p, param := range fn.Params {
		if param.Type.Kind == abi.Borrow {
			drop := drops + slices.Index(resources, param.Type.Resource)
			code.Write(cat([]byte{0x20}, leb(fn.Plan.Params[p].Slot), []byte{0x10}, leb(drop)))
		}
	}
	if fn.Plan.ResultBlock != nil {
		code.Write(instead(asResult, area))
	} else if lied := instead(asResult, nil); lied != nil {
		code.raw(0x1a)
		code.Write(lied)
	}
	code.raw(0x0b)
	return code.Bytes()
}

func signature(s abi.Signature) []byte {
	list := func(ts []abi.CoreType) []byte {
		var b binary
		for _, t := range ts {
			b.raw(byte(t))
		}
		return vec(len(ts), b.Bytes())
	}
	return cat([]byte{0x60}, list(s.Params), list(s.Results))
}

// types writes the types that functions need, in an instance type's declarations or, bare, in a type
// section.
type types struct {
	decls binary
	count int // of declarations
	next  int // type index
	bare  bool
	index map[*model.TypeDef]int
	named []*model.TypeDef
}

func (ts *types) define(def []byte) int {
	if !ts.bare {
		ts.decls.raw(0x01)
	}
	ts.decls.Write(def)
	ts.count++
	ts.next++
	return ts.next - 1
}

// export declares a function of an instance type.
func (ts *types) export(fn *model.Func) {
	i := ts.function(fn)
	ts.decls.Write(cat([]byte{0x04, 0}, str(fn.Name), []byte{sortFunc}, leb(i)))
	ts.count++
}

func (ts *types) function(fn *model.Func) int {
	var params binary
	for _, p := range fn.Params {
		params.Write(cat(str(p.Name), ts.value(p.Type)))
	}
	result := []byte{1, 0}
	if fn.Result != nil {
		result = cat([]byte{0}, ts.value(fn.Result))
	}
	code := []byte{0x40}
	if fn.Async {
		code = []byte{0x43}
	}
	return ts.define(cat(code, vec(len(fn.Params), params.Bytes()), result))
}

// value is a reference to a value type, whose definition is written if there is none yet.
func (ts *types) value(t *model.Type) []byte {
	if code, ok := primitiveCodes[t.Kind]; ok {
		return []byte{code}
	}
	if t.Def == nil {
		return sleb(ts.define(ts.shape(t)))
	}
	if i, ok := ts.index[t.Def]; ok {
		return sleb(i)
	}
	i := ts.define(ts.shape(t))
	// Others refer to the type by its export.
	ts.decls.Write(cat([]byte{0x04, 0}, str(t.Def.Name), []byte{sortType, 0}, leb(i)))
	ts.count++
	ts.index[t.Def] = ts.next
	ts.named = append(ts.named, t.Def)
	ts.next++
	return sleb(ts.next - 1)
}

var primitiveCodes = map[abi.Kind]byte{
	abi.Bool: 0x7f, abi.S8: 0x7e, abi.U8: 0x7d, abi.S16: 0x7c, abi.U16: 0x7b, abi.S32: 0x7a, abi.U32: 0x79,
	abi.S64: 0x78, abi.U64: 0x77, abi.F32: 0x76, abi.F64: 0x75, abi.Char: 0x74, abi.String: 0x73,
	abi.ErrorContext: 0x64,
}

func (ts *types) shape(t *model.Type) []byte {
	var b binary
	maybe := func(t *model.Type) []byte {
		if t == nil {
			return []byte{0}
		}
		return cat([]byte{1}, ts.value(t))
	}
	switch t.Kind {
	case abi.List:
		return cat([]byte{0x70}, ts.value(t.Elem))
	case abi.FixedList:
		return cat([]byte{0x67}, ts.value(t.Elem), leb(int(t.Len)))
	case abi.Stream:
		return cat([]byte{0x66}, maybe(t.Elem))
	case abi.Future:
		return cat([]byte{0x65}, maybe(t.Elem))
	case abi.Map:
		return cat([]byte{0x63}, ts.value(t.Key), ts.value(t.Elem))
	case abi.Option:
		return cat([]byte{0x6b}, ts.value(t.Elem))
	case abi.Result:
		return cat([]byte{0x6a}, maybe(t.OK()), maybe(t.Err()))
	case abi.Own:
		return cat([]byte{0x69}, leb(ts.index[t.Resource]))
	case abi.Borrow:
		return cat([]byte{0x68}, leb(ts.index[t.Resource]))
	case abi.Record:
		for _, f := range t.Fields {
			b.Write(cat(str(f.Name), ts.value(f.Type)))
		}
		return cat([]byte{0x72}, vec(len(t.Fields), b.Bytes()))
	case abi.Tuple:
		for _, f := range t.Fields {
			b.Write(ts.value(f.Type))
		}
		return cat([]byte{0x6f}, vec(len(t.Fields), b.Bytes()))
	case abi.Variant:
		for _, c := range t.Cases {
			b.Write(cat(str(c.Name), maybe(c.Type), []byte{0}))
		}
		return cat([]byte{0x71}, vec(len(t.Cases), b.Bytes()))
	case abi.Enum:
		for _, c := range t.Cases {
			b.Write(str(c.Name))
		}
		return cat([]byte{0x6d}, vec(len(t.Cases), b.Bytes()))
	case abi.Flags:
		for _, l := range t.Labels {
			b.Write(str(l.Name))
		}
		return cat([]byte{0x6e}, vec(len(t.Labels), b.Bytes()))
	}
	panic("no echo for " + t.Kind.String())
}

// binary is a module or component being written.
type binary struct{ bytes.Buffer }

func (b *binary) raw(p ...byte) { b.Write(p) }

func (b *binary) section(id byte, content []byte) {
	b.raw(id)
	b.Write(sized(content))
}

func sized(content []byte) []byte { return cat(leb(len(content)), content) }

func str(s string) []byte { return sized([]byte(s)) }

// vec is a vector of n items, whose encodings follow each other in parts.
func vec(n int, parts ...[]byte) []byte { return cat(append([][]byte{leb(n)}, parts...)...) }

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func leb(n int) []byte { return leb128.AppendUint(nil, uint64(n)) }

// sleb is the signed form of a number that is not negative.
func sleb(n int) []byte {
	var out []byte
	for n >= 0x40 {
		out = append(out, byte(n&0x7f)|0x80)
		n >>= 7
	}
	return append(out, byte(n))
}
