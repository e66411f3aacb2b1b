package componentize

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// wiring writes the core modules of the component, and what they are to each other.
type wiring struct {
	*build
	*encoder
	made map[any]uint32 // core functions, by the need that they answer

	shims  []shimmed
	shimOf map[any]int // which of them answers a need
	shim   uint32      // the instance
}

// write writes the component.
func (b *build) write() []byte {
	w := &wiring{
		build: b, encoder: newEncoder(b.contract), made: map[any]uint32{}, shimOf: map[any]int{},
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

func (w *wiring) writeModules() {
	w.main.index = w.bin.CoreModule(w.main.code)
	for _, m := range w.modules {
		if m != w.main {
			m.index = w.bin.CoreModule(m.code)
		}
	}
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
		exports[k] = component.CoreExport{Name: x.Name, Sort: x.Sort, Index: w.given(m, m.needs[i], x.Sort)}
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

// exportAll lifts what is exported, and exports it.
func (w *wiring) exportAll() {
	lifted := map[*item]map[*model.Func]uint32{}
	for _, l := range w.lifts {
		if lifted[l.item] == nil {
			lifted[l.item] = map[*model.Func]uint32{}
		}
		lifted[l.item][l.fn] = w.writeLift(l)
	}
	for _, fn := range w.out.iface.funcs {
		w.bin.Export(funcName(fn), component.SortFunc, lifted[w.out][fn])
	}
	for _, i := range w.exports.items {
		w.exportInstance(i, lifted[i])
	}
}
