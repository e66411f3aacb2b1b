package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/componentize/internal/stub"
	"github.com/witan-os/witan/runtime/component"
)

// given is the index of what a module gets for an import.
func (w *wiring) given(m *module, n need, sort component.Sort) uint32 {
	if w.ready(m, n) {
		return w.actual(n, sort)
	}
	return w.coreExport(sort, w.shim, stub.FuncName(w.shimOf[n.key()]))
}

// actual is the index of what answers a need itself.
func (w *wiring) actual(n need, sort component.Sort) uint32 {
	if x, ok := n.(*borrowed); ok {
		return w.coreExport(sort, x.from.instance, x.name)
	}
	if i, ok := w.made[n.key()]; ok {
		return i
	}
	i := w.canonical(n)
	w.made[n.key()] = i
	return i
}

// canonical writes a function that the canonical ABI makes.
func (w *wiring) canonical(n need) uint32 {
	l, ok := n.(*lowering)
	if !ok {
		return w.writeBuiltin(n.(*builtin))
	}
	o := w.options(l.of, l.plan.NeedsMemory(), l.plan.LowerNeedsRealloc(), corename.ImportRealloc)
	o.Async = l.async
	return w.bin.Lower(w.importedFunc(l.item, l.fn), o)
}

func (w *wiring) writeBuiltin(n *builtin) uint32 {
	b := n.def
	o := w.options(n.of, b.Options.HasMemory, b.Options.HasRealloc, corename.ImportRealloc)
	o.Async, o.Encoding = b.Options.Async, b.Options.Encoding
	b.Options = o
	switch {
	case b.Op == component.TaskReturn:
		return w.bin.TaskReturn(w.types.ref(n.item, n.result), o)
	case n.resource != nil:
		b.TypeIndex = w.typeIndex(n.item, n.resource)
	case n.payload != nil:
		b.TypeIndex = w.types.unnamed(n.item, n.payload)
	}
	return w.bin.Builtin(&b)
}

// options are the canonical options for calls between a module and the outside.
func (w *wiring) options(of *module, memory, realloc bool, purpose corename.Role) component.Options {
	o := component.Options{HasMemory: memory, HasRealloc: realloc}
	if memory {
		o.Encoding = of.encoding
		o.Memory = w.coreExport(component.SortCoreMemory, of.memory.instance, of.memory.byRole[corename.Memory])
	}
	if realloc {
		from, name := w.reallocOf(of, purpose)
		o.Realloc = w.coreExport(component.SortCoreFunc, from.instance, name)
	}
	return o
}

// writeLift writes a function that is exported.
func (w *wiring) writeLift(l *lift) uint32 {
	o := w.options(l.from, l.plan.NeedsMemory(), l.plan.LiftNeedsRealloc(), corename.ExportRealloc)
	o.Async = l.async
	if o.HasPostReturn = l.post != ""; o.HasPostReturn {
		o.PostReturn = w.coreExport(component.SortCoreFunc, l.from.instance, l.post)
	}
	if o.HasCallback = l.callback != ""; o.HasCallback {
		o.Callback = w.coreExport(component.SortCoreFunc, l.from.instance, l.callback)
	}
	t := w.types.function(l.item, l.fn)
	return w.bin.Lift(w.coreExport(component.SortCoreFunc, l.from.instance, l.name), o, t)
}
