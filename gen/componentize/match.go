package componentize

import (
	"slices"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// need is what answers an import of a core module: a [*lowering], [*builtin] or [*borrowed].
type need interface{}

// lowering is a function that the component imports, in core form.
type lowering struct {
	of    *module // who calls it, with the memory and allocator of whom
	item  *item
	fn    *model.Func
	plan  *abi.Plan
	async bool
}

// builtin is a function that the canonical ABI provides.
type builtin struct {
	of       *module
	def      component.Builtin
	item     *item          // where the types below are named
	resource *model.TypeDef // of the built-ins about resources
	payload  *model.Type    // of those about streams and futures, nil for the one that carries nothing
	result   *model.Type    // of task.return, nil for none
}

// borrowed is an export of another module.
type borrowed struct {
	from *module
	name string
	sort component.Sort
}

// lift is a function that the component exports.
type lift struct {
	item     *item
	fn       *model.Func
	plan     *abi.Plan
	from     *module
	name     string // of the core function
	post     string // of what is called after it, or empty
	async    bool
	callback string // of an asynchronous function, or empty
}

// matcher finds what the imports and exports of modules are for, and lists all that is for nothing.
type matcher struct {
	*contract
	problems *Error
	main     *module
	adapters map[string]*module
	windows  map[*module]*module // by the adapter that looks through them
	grow     *module             // allocates for an adapter where the main module cannot
	growing  bool                // it is used

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
	corename.AdapterRealloc: reallocType, corename.Initialize: {},
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
		of.needs[i] = m.answer(of, x, of.originalName(x))
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

func isRealloc(name string) bool { return corename.ParseExport(name).Role == corename.Realloc }

// mainRealloc is what allocates in the memory of the main module for an adapter: an export of the module or, for
// want of that, more memory.
func (m *matcher) mainRealloc(purpose corename.Role) (from *module, export string) {
	if name, ok := m.main.realloc(purpose); ok {
		return m.main, name
	}
	m.growing = true
	return m.grow, growExport
}

// reallocOf is what allocates in the memory of a module for a purpose.
func (m *matcher) reallocOf(of *module, purpose corename.Role) (from *module, export string) {
	if name, ok := of.realloc(purpose); ok {
		return of, name
	}
	return m.mainRealloc(purpose)
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

// use is one import of a module while it is looked up in the world.
type use struct {
	*matcher
	of   *module
	x    *component.CoreImport
	name string
	id   corename.Import
}

// fail reports what is wrong with the import. The place is that of what it refers to, if that is known.
func (u *use) fail(at model.Place, format string, args ...any) {
	args = append([]any{u.of.what, quoted(u.x.Module), quoted(u.name)}, args...)
	u.problems.add(at, "%s imports %s %s, but "+format, args...)
}

// item finds the interface that the import is from.
func (u *use) item() *item {
	if u.id.Interface == "" {
		if u.id.Exported {
			return u.out
		}
		return u.root
	}
	s, what := &u.imports, "import"
	if u.id.Exported {
		s, what = &u.exports, "export"
	}
	if i := s.find(u.id.Interface); i != nil {
		return i
	}
	hint := u.problems.suggest(u.id.Interface, s.names())
	if isPreview1(u.x.Module) {
		hint = ": it is of WASI 0.1, for which there is no adapter here"
	}
	u.fail(model.Place{}, "the world has no %s %s%s", what, quoted(u.id.Interface), hint)
	return nil
}

// isPreview1 tells the module names of WASI 0.1.
func isPreview1(module string) bool {
	return module == "wasi_snapshot_preview1" || module == "wasi_unstable"
}

// lookup finds the function that the import is about.
func (u *use) lookup(in *item) *model.Func {
	if fn := in.iface.fn[u.id.Name]; fn != nil {
		return fn
	}
	owner := "the interface"
	if in.name == "" {
		owner = "the world"
	}
	u.fail(in.place, "%s has no such function%s", owner, u.problems.suggest(u.id.Name, in.iface.funcNames()))
	return nil
}

// function answers an import with a function of the world.
func (u *use) function() need {
	in := u.item()
	if in == nil {
		return nil
	}
	if in.export {
		u.fail(in.place, "there is no such built-in for what the world exports")
		return nil
	}
	fn := u.lookup(in)
	if fn == nil {
		return nil
	}
	plan := fn.Plan
	if u.id.Async {
		if !fn.Async {
			u.fail(fn.Place, "%s is no async function, and has no asynchronous form", fn.Base)
			return nil
		}
		var err error
		if plan, err = abi.NewAsyncPlan(fn.ABI); err != nil {
			u.fail(fn.Place, "it has no asynchronous form: %v", err)
			return nil
		}
	}
	if !u.typed(fn.Place, coreType(plan.Lowered.Params, plan.Lowered.Results), fn.String()) {
		return nil
	}
	if !u.canLend(u.of, plan.NeedsMemory(), plan.LowerNeedsRealloc(), corename.ImportRealloc, fn.Place, "the import of "+fn.Base) {
		return nil
	}
	u.useFunc(in, fn)
	return &lowering{of: u.of, item: in, fn: fn, plan: plan, async: u.id.Async}
}

// typed checks the type of the import.
func (u *use) typed(at model.Place, want *component.CoreFuncType, of string) bool {
	if sameType(u.x.Func, want) {
		return true
	}
	u.fail(at, "with the type %s, where %s has the core type %s", u.x.Func, of, want)
	return false
}

// exported finds what answers for the exports of the world, with the main module before the adapters.
func (m *matcher) exported(providers []*module) []*lift {
	var lifts []*lift
	for _, i := range append([]*item{m.out}, m.exports.items...) {
		if i != m.out {
			m.useItem(i)
		}
		for _, fn := range i.iface.funcs {
			m.useFunc(i, fn)
			if l := m.lift(i, fn, providers); l != nil {
				lifts = append(lifts, l)
			}
		}
	}
	return lifts
}

// lift finds the core function for an exported function.
func (m *matcher) lift(i *item, fn *model.Func, providers []*module) *lift {
	for _, from := range providers {
		for _, role := range []corename.Role{corename.Func, corename.AsyncFunc, corename.Stackful} {
			if x, ok := from.exports[corename.Export{Role: role, Interface: trackID(i.name), Name: fn.Name}]; ok {
				return m.liftFrom(i, fn, from, x, role)
			}
		}
	}
	m.missing(i, fn)
	return nil
}

func (m *matcher) missing(i *item, fn *model.Func) {
	name := corename.FuncName(i.name, fn.Name)
	m.problems.add(fn.Place, "the world exports %s, which needs a core export %s: %s has none%s",
		corename.FuncName(trimVersion(i.name), fn.Name), quoted(name), m.main.what, m.problems.suggest(name, m.main.exported))
}

// liftFrom checks the core function that stands for an exported function.
func (m *matcher) liftFrom(i *item, fn *model.Func, from *module, x component.CoreExtern, role corename.Role) *lift {
	l := &lift{item: i, fn: fn, plan: fn.Plan, from: from, name: x.Name, async: role != corename.Func}
	want := coreType(fn.Plan.Lifted.Params, fn.Plan.Lifted.Results)
	fits := true
	check := func(x component.CoreExtern, want *component.CoreFuncType, what string) {
		if !sameType(x.Func, want) {
			m.problems.add(fn.Place, "%s exports %s with the type %s, but as %s %s it has to have the type %s",
				from.what, quoted(x.Name), x.Func, what, fn.Base, want)
			fits = false
		}
	}
	id := corename.Export{Interface: trackID(i.name), Name: fn.Name}
	switch role {
	case corename.AsyncFunc:
		want.Results = []component.CoreValType{component.CoreI32}
		id.Role = corename.Callback
		callback, ok := from.exports[id]
		if !ok {
			m.problems.add(fn.Place, "%s exports %s, but no callback %s", from.what, quoted(x.Name), quoted("[callback]"+x.Name))
			return nil
		}
		check(callback, callbackType, "the callback of")
		l.callback = callback.Name
	case corename.Stackful:
		want.Results = nil
	default:
		id.Role = corename.PostReturn
		if post, ok := from.exports[id]; ok {
			check(post, &component.CoreFuncType{Params: want.Results}, "what is called after")
			l.post = post.Name
		}
	}
	if l.async && !fn.Async {
		m.problems.add(fn.Place, "%s exports %s, the asynchronous form of a function that is not async", from.what, quoted(x.Name))
		return nil
	}
	if check(x, want, "the function"); !fits {
		return nil
	}
	if !m.canLend(from, l.plan.NeedsMemory(), l.plan.LiftNeedsRealloc(), corename.ExportRealloc, fn.Place, "the export of "+fn.Base) {
		return nil
	}
	return l
}

var (
	i32          = component.CoreI32
	callbackType = &component.CoreFuncType{Params: []component.CoreValType{i32, i32, i32}, Results: []component.CoreValType{i32}}
	reallocType  = &component.CoreFuncType{Params: []component.CoreValType{i32, i32, i32, i32}, Results: []component.CoreValType{i32}}
)

func trimVersion(name string) string {
	if at := slices.Index([]byte(name), '@'); at >= 0 {
		return name[:at]
	}
	return name
}
