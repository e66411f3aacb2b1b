package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/componentize/internal/stub"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// shimmed is a core function that is called through the table.
type shimmed struct {
	need need
	typ  *component.CoreFuncType
}

// planShims finds what cannot be there in time for who imports it.
func (w *wiring) planShims() {
	for _, m := range w.modules {
		for i, n := range m.needs {
			if !w.ready(m, n) {
				w.addShim(n, m.shape.Imports[i].Func)
			}
		}
	}
	for _, i := range w.exports.items {
		for _, d := range i.iface.types {
			if dtor := w.dtors[place{i, d}]; dtor != nil {
				w.addShim(dtor, dtorType)
			}
		}
	}
}

func (w *wiring) addShim(n need, t *component.CoreFuncType) {
	if _, ok := w.shimOf[n.key()]; !ok {
		w.shimOf[n.key()] = len(w.shims)
		w.shims = append(w.shims, shimmed{n, t})
	}
}

// ready tells whether what answers a need is there when the module is instantiated.
func (w *wiring) ready(of *module, n need) bool {
	switch n := n.(type) {
	case *borrowed:
		return n.from.order < of.order
	case *lowering:
		return w.lent(of, n.plan.NeedsMemory(), n.plan.LowerNeedsRealloc())
	}
	o := n.(*builtin).def.Options
	return w.lent(of, o.HasMemory, o.HasRealloc)
}

// lent tells whether the memory and the allocator are there that a call of the module needs.
func (w *wiring) lent(of *module, memory, realloc bool) bool {
	if memory && of.memory.order >= of.order {
		return false
	}
	if !realloc {
		return true
	}
	from, _ := w.reallocOf(of, corename.ImportRealloc)
	return from.order < of.order
}

// destructor is the function of the shim that stands for the destructor of a resource. The type of the resource has
// to be there before the module is.
func (w *wiring) destructor(at *item, d *model.TypeDef) (uint32, bool) {
	dtor := w.dtors[place{at, d}]
	if dtor == nil {
		return 0, false
	}
	return w.coreExport(component.SortCoreFunc, w.shim, stub.FuncName(w.shimOf[dtor.key()])), true
}

func (w *wiring) writeShim() {
	if len(w.shims) > 0 {
		w.shim = w.bin.CoreInstantiate(w.bin.CoreModule(stub.Shim(w.shimTypes())))
	}
}

func (w *wiring) shimTypes() []*component.CoreFuncType {
	types := make([]*component.CoreFuncType, len(w.shims))
	for i, s := range w.shims {
		types[i] = s.typ
	}
	return types
}

// writeFixup fills the table, and starts what has to be started.
func (w *wiring) writeFixup() {
	var args []component.CoreArg
	add := func(name string, exports ...component.CoreExport) {
		args = append(args, component.CoreArg{Name: name, Instance: w.bin.CoreInlineExports(exports...)})
	}
	if len(w.shims) > 0 {
		var exports []component.CoreExport
		for i, s := range w.shims {
			exports = append(exports, component.CoreExport{
				Name: stub.FuncName(i), Sort: component.SortCoreFunc, Index: w.actual(s.need, component.SortCoreFunc),
			})
		}
		table := w.coreExport(component.SortCoreTable, w.shim, stub.Table)
		add(stub.FixupShim, append(exports, component.CoreExport{Name: stub.Table, Sort: component.SortCoreTable, Index: table})...)
	}
	stacks := w.stacks(add)
	var start []component.CoreExport
	for _, m := range append(w.adaptersInUse(), w.main) {
		if name, ok := m.byRole[corename.Initialize]; ok {
			start = append(start, component.CoreExport{
				Name: stub.FuncName(len(start)), Sort: component.SortCoreFunc,
				Index: w.coreExport(component.SortCoreFunc, m.instance, name),
			})
		}
	}
	if len(start) > 0 {
		add(stub.FixupStart, start...)
	}
	if len(args) > 0 {
		fixup := stub.Fixup(w.shimTypes(), stacks, len(start))
		w.bin.CoreInstantiate(w.bin.CoreModule(fixup), args...)
	}
}

func (w *wiring) adaptersInUse() []*module {
	var list []*module
	for _, m := range w.modules {
		if m != w.main && m != w.grow {
			list = append(list, m)
		}
	}
	return list
}
