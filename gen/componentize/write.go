package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/componentize/internal/stub"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// wiring writes the core modules of the component, and what they are to each other.
type wiring struct {
	*build
	*encoder
	made map[any]uint32 // core functions, by the need that they answer

	shims   []shimmed
	shimOf  map[any]int
	shim    uint32 // the instance
	destroy map[place]int
}

// shimmed is a core function that is called through the table.
type shimmed struct {
	need need
	typ  *component.CoreFuncType
}

// write writes the component.
func (b *build) write() []byte {
	w := &wiring{
		build: b, encoder: newEncoder(b.contract),
		made: map[any]uint32{}, shimOf: map[any]int{}, destroy: map[place]int{},
	}
	w.dtor = w.destructor
	w.importAll()
	w.planShims()
	w.writeModules()
	w.writeShim()
	for _, m := range b.modules {
		m.instance = w.bin.CoreInstantiate(m.index, w.args(m)...)
	}
	w.writeFixup()
	w.exportAll()
	return w.bin.Bytes()
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
			if from, x, ok := w.dtorOf(i, d); ok {
				w.destroy[place{i, d}] = w.addShim(&borrowed{from, x.Name, component.SortCoreFunc}, x.Func)
			}
		}
	}
}

func (w *wiring) addShim(n need, t *component.CoreFuncType) int {
	if i, ok := w.shimOf[key(n)]; ok {
		return i
	}
	w.shimOf[key(n)] = len(w.shims)
	w.shims = append(w.shims, shimmed{n, t})
	return len(w.shims) - 1
}

// key is equal for needs that the same function answers.
func key(n need) any {
	switch n := n.(type) {
	case *lowering:
		return *n
	case *builtin:
		return *n
	case *borrowed:
		return *n
	}
	return nil
}

// ready tells whether what answers a need is there when the module is instantiated.
func (w *wiring) ready(of *module, n need) bool {
	switch n := n.(type) {
	case *borrowed:
		return n.from.order < of.order
	case *lowering:
		return w.lent(of, n.plan.NeedsMemory(), n.plan.LowerNeedsRealloc())
	case *builtin:
		return w.lent(of, n.def.Options.HasMemory, n.def.Options.HasRealloc)
	}
	return true
}

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

func (w *wiring) destructor(at *item, d *model.TypeDef) (uint32, bool) {
	i, ok := w.destroy[place{at, d}]
	if !ok {
		return 0, false
	}
	return w.coreExport(component.SortCoreFunc, w.shim, stub.FuncName(i)), true
}

func (w *wiring) writeModules() {
	w.main.index = w.bin.CoreModule(w.main.code)
	for _, m := range w.modules {
		if m != w.main {
			m.index = w.bin.CoreModule(m.code)
		}
	}
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

// args are the instances that a module imports from.
func (w *wiring) args(m *module) []component.CoreArg {
	var names []string
	groups := map[string][]int{}
	for i := range m.shape.Imports {
		name := m.shape.Imports[i].Module
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], i)
	}
	var args []component.CoreArg
	for _, name := range names {
		args = append(args, component.CoreArg{Name: name, Instance: w.arg(m, groups[name])})
	}
	return args
}

// arg is the instance for imports from one module name: another module as it is, if that has all of them, and
// otherwise one that is put together.
func (w *wiring) arg(m *module, imports []int) uint32 {
	if from := w.whole(m, imports); from != nil {
		return from.instance
	}
	exports := make([]component.CoreExport, len(imports))
	for k, i := range imports {
		x := &m.shape.Imports[i]
		exports[k] = component.CoreExport{Name: x.Name, Sort: x.Sort, Index: w.answer(m, m.needs[i], x.Sort)}
	}
	return w.bin.CoreInlineExports(exports...)
}

// whole is the module that has all of the imports under the names that they are imported by.
func (w *wiring) whole(m *module, imports []int) *module {
	var from *module
	for _, i := range imports {
		x, ok := m.needs[i].(*borrowed)
		if !ok || x.from.order >= m.order || x.name != m.shape.Imports[i].Name || from != nil && x.from != from {
			return nil
		}
		from = x.from
	}
	return from
}

// answer is the index of what a module gets for an import.
func (w *wiring) answer(m *module, n need, sort component.Sort) uint32 {
	if w.ready(m, n) {
		return w.actual(n, sort)
	}
	return w.coreExport(sort, w.shim, stub.FuncName(w.shimOf[key(n)]))
}

// actual is the index of what answers a need itself.
func (w *wiring) actual(n need, sort component.Sort) uint32 {
	if x, ok := n.(*borrowed); ok {
		return w.coreExport(sort, x.from.instance, x.name)
	}
	if i, ok := w.made[key(n)]; ok {
		return i
	}
	var i uint32
	switch n := n.(type) {
	case *lowering:
		o := w.options(n.of, n.plan.NeedsMemory(), n.plan.LowerNeedsRealloc(), corename.ImportRealloc)
		o.Async = n.async
		i = w.bin.Lower(w.importedFunc(n.item, n.fn), o)
	case *builtin:
		i = w.builtin(n)
	}
	w.made[key(n)] = i
	return i
}

func (w *wiring) builtin(n *builtin) uint32 {
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

// exportAll lifts what is exported, and exports it.
func (w *wiring) exportAll() {
	lifted := map[*item]map[*model.Func]uint32{}
	for _, l := range w.lifts {
		if lifted[l.item] == nil {
			lifted[l.item] = map[*model.Func]uint32{}
		}
		lifted[l.item][l.fn] = w.lift(l)
	}
	for _, fn := range w.out.iface.funcs {
		w.bin.Export(funcName(fn), component.SortFunc, lifted[w.out][fn])
	}
	for _, i := range w.exports.items {
		w.exportInstance(i, lifted[i])
	}
}

func (w *wiring) lift(l *lift) uint32 {
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
