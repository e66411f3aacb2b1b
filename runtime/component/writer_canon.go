package component

import "github.com/witan-os/witan/runtime/abi"

// Lift writes a component function that is a core function seen through a type.
func (w *Writer) Lift(coreFunc uint32, o Options, typ uint32) uint32 {
	out := output{0x00, 0x00}
	out.u32(coreFunc)
	out.options(o)
	out.u32(typ)
	return w.entry(sectionCanon, SortFunc, out)
}

// Lower writes a core function that calls a component function.
func (w *Writer) Lower(f uint32, o Options) uint32 {
	out := output{0x01, 0x00}
	out.u32(f)
	out.options(o)
	return w.entry(sectionCanon, SortCoreFunc, out)
}

// ResourceNew writes the function that makes a handle of a representation, of the resource type at an index.
func (w *Writer) ResourceNew(typ uint32) uint32 { return w.resource(ResourceNew, typ) }

// ResourceDrop writes the function that drops a handle.
func (w *Writer) ResourceDrop(typ uint32) uint32 { return w.resource(ResourceDrop, typ) }

// ResourceRep writes the function that gives the representation behind a handle.
func (w *Writer) ResourceRep(typ uint32) uint32 { return w.resource(ResourceRep, typ) }

func (w *Writer) resource(op BuiltinOp, typ uint32) uint32 {
	return w.Builtin(&Builtin{Op: op, TypeIndex: typ})
}

// TaskReturn writes the function by which an asynchronous function delivers its result, which may be no type.
func (w *Writer) TaskReturn(result TypeRef, o Options) uint32 {
	return w.builtin(&Builtin{Op: TaskReturn, Options: o}, result)
}

// Builtin writes any other built-in. Of the types of b the index counts.
func (w *Writer) Builtin(b *Builtin) uint32 { return w.builtin(b, TypeRef{}) }

func (w *Writer) builtin(b *Builtin, result TypeRef) uint32 {
	code := builtinOpcodes[b.Op]
	o := output{code}
	switch builtins[code].shape {
	case shapeResource, shapeLocal, shapeStream, shapeFuture:
		o.u32(b.TypeIndex)
	case shapeStreamRead, shapeStreamWrite, shapeFutureRead, shapeFutureWrite:
		o.u32(b.TypeIndex)
		o.options(b.Options)
	case shapeStreamCancel, shapeFutureCancel:
		o.u32(b.TypeIndex)
		o.flag(b.Async)
	case shapeResult:
		o.resultList(result)
		o.options(b.Options)
	case shapeContext:
		o.byte(byte(b.SlotType))
		o.u32(b.Slot)
	case shapeAsync:
		o.flag(b.Async)
	case shapeCancel:
		o.flag(b.Cancellable)
	case shapeWait:
		o.flag(b.Cancellable)
		o.u32(b.Options.Memory)
	case shapeOptions, shapeReallocated:
		o.options(b.Options)
	case shapeIndirect:
		o.u32(b.TypeIndex)
		o.u32(b.Table)
	case shapeSharedRef:
		o.flag(b.Shared)
		o.u32(b.TypeIndex)
	case shapeSharedTable:
		o.flag(b.Shared)
		o.u32(b.TypeIndex)
		o.u32(b.Table)
	case shapeShared:
		o.flag(b.Shared)
	}
	return w.entry(sectionCanon, SortCoreFunc, o)
}

var builtinOpcodes = func() (codes [len(builtinNames)]byte) {
	for code, b := range builtins {
		codes[b.op] = code
	}
	return codes
}()

// options writes the canonical options that differ from their defaults.
func (o *output) options(opt Options) {
	var list output
	n := 0
	option := func(set bool, code byte, index ...uint32) {
		if !set {
			return
		}
		list.byte(code)
		for _, i := range index {
			list.u32(i)
		}
		n++
	}
	option(opt.Encoding != abi.UTF8, byte(opt.Encoding))
	option(opt.HasMemory, 0x03, opt.Memory)
	option(opt.HasRealloc, 0x04, opt.Realloc)
	option(opt.HasPostReturn, 0x05, opt.PostReturn)
	option(opt.Async, 0x06)
	option(opt.HasCallback, 0x07, opt.Callback)
	o.count(n)
	o.raw(list)
}
