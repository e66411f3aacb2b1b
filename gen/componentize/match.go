package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// matcher finds what the imports and exports of modules are for, and lists all that is for nothing.
type matcher struct {
	*contract
	main     *module
	adapters map[string]*module
	windows  map[*module]*module // by the adapter that looks through them
	grow     *module             // allocates for an adapter where the main module cannot
	growing  bool                // it is used
	between  *module             // the adapter that answers for the allocator of the main module, nil for none

	async map[called][]typeIn // the streams and futures in the types of functions
}

// The names of modules that have a meaning of their own in adapters.
const (
	envModule    = "env"
	mainModule   = "__main_module__"
	windowModule = "guest_memory"
)

// roleTypes are the types of the functions that a module has only one of.
var roleTypes = map[corename.Role]*component.CoreFuncType{
	corename.Realloc: reallocType, corename.ImportRealloc: reallocType, corename.ExportRealloc: reallocType,
	corename.AdapterRealloc: reallocType, corename.GuestRealloc: reallocType, corename.Initialize: {},
}

// checkRoles checks the types of what modules export for no part of the world.
func (m *matcher) checkRoles(of *module) {
	for _, x := range of.shape.Exports {
		role := corename.ParseExport(x.Name).Role
		if want := roleTypes[role]; of.byRole[role] == x.Name && want != nil && !sameType(x.Func, want) {
			m.problems.add(model.Place{}, "%s exports %s with the type %s, but what has that name has to have the type %s",
				of.what, quoted(x.Name), x.Func, want)
		}
	}
}

// matchImports finds what answers the imports of a module.
func (m *matcher) matchImports(of *module) {
	of.needs = make([]need, len(of.shape.Imports))
	for i := range of.shape.Imports {
		x := &of.shape.Imports[i]
		of.needs[i] = m.answer(of, x, originalName(x.Name))
	}
}

// answer finds what answers an import; the result is nil if that is a problem.
func (m *matcher) answer(of *module, x *component.CoreImport, name string) need {
	if adapter := m.adapters[x.Module]; adapter != nil && adapter != of {
		return m.borrow(of, x, adapter, name)
	}
	if of != m.main {
		if from, known := m.neighbour(of, x, name); known {
			return from
		}
	}
	if x.Sort != component.SortCoreFunc {
		m.problems.add(model.Place{}, "%s imports the %s %s %s, but a component can give it functions only",
			of.what, x.Sort, quoted(x.Module), quoted(name))
		return nil
	}
	id := corename.ParseImport(x.Module, name)
	use := &use{m, of, x, name, id}
	if id.Builtin {
		return use.builtin()
	}
	return use.function()
}

// neighbour finds what adapters import from the modules around them.
func (m *matcher) neighbour(of *module, x *component.CoreImport, name string) (n need, known bool) {
	switch {
	case x.Module == envModule && x.Sort == component.SortCoreMemory:
		memory, ok := m.main.byRole[corename.Memory]
		if !ok {
			m.problems.add(model.Place{}, "%s works in the memory of the module, which exports none", of.what)
			return nil, true
		}
		return &borrowed{m.main, memory, x.Sort}, true
	case x.Module == windowModule && m.windows[of] != nil:
		return m.borrow(of, x, m.windows[of], name), true
	case x.Module == mainModule && isRealloc(name):
		from, export := m.mainRealloc(corename.AdapterRealloc)
		return m.borrow(of, x, from, export), true
	case x.Module == mainModule:
		return m.borrow(of, x, m.main, name), true
	}
	return nil, false
}

// borrow takes an export of another module.
func (m *matcher) borrow(of *module, x *component.CoreImport, from *module, name string) need {
	have, ok := from.shape.Export(name)
	switch {
	case !ok:
		m.problems.add(model.Place{}, "%s imports %s %s, but %s does not export that%s",
			of.what, quoted(x.Module), quoted(name), from.what, m.problems.suggest(name, from.exported))
	case have.Sort != x.Sort:
		m.problems.add(model.Place{}, "%s imports the %s %s %s, but in %s it is a %s",
			of.what, x.Sort, quoted(x.Module), quoted(name), from.what, have.Sort)
	case x.Sort == component.SortCoreFunc && !sameType(x.Func, have.Func):
		m.problems.add(model.Place{}, "%s imports %s %s with the type %s, but in %s it has the type %s",
			of.what, quoted(x.Module), quoted(name), x.Func, from.what, have.Func)
	default:
		return &borrowed{from, name, x.Sort}
	}
	return nil
}
