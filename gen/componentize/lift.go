package componentize

import (
	"slices"
	"strings"

	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

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
			if x, ok := from.export(role, i.name, fn.Name); ok {
				return m.liftFrom(i, fn, from, x, role)
			}
		}
	}
	m.missing(i, fn)
	return nil
}

// missing reports an exported function that no module has. A frequent reason is that the module is a command, which does
// what it does in _start.
func (m *matcher) missing(i *item, fn *model.Func) {
	name := corename.FuncName(i.name, fn.Name)
	hint := m.problems.suggest(name, m.main.exported)
	if hint == "" && slices.Contains(m.main.exported, startExport) {
		hint = " but _start, as commands of WASI 0.1 have"
		if trimVersion(i.name) == runInterface {
			hint += ", and there is no adapter that starts it"
		}
	}
	m.problems.add(fn.Place, "the world exports %s, which needs a core export %s: %s has none%s",
		corename.FuncName(trimVersion(i.name), fn.Name), quoted(name), m.main.what, hint)
}

// liftFrom checks the core function that stands for an exported function, and finds what goes with it.
func (m *matcher) liftFrom(i *item, fn *model.Func, from *module, x component.CoreExtern, role corename.Role) *lift {
	l := &lift{item: i, fn: fn, plan: fn.Plan, from: from, name: x.Name, async: role != corename.Func}
	if l.async && !fn.Async {
		m.problems.add(fn.Place, "%s exports %s, the asynchronous form of a function that is not async", from.what, quoted(x.Name))
		return nil
	}
	want := coreType(fn.Plan.Lifted.Params, fn.Plan.Lifted.Results)
	ok := true
	switch role {
	case corename.AsyncFunc:
		want.Results = []component.CoreValType{i32}
		ok = m.callback(l)
	case corename.Stackful:
		want.Results = nil
	default:
		ok = m.postReturn(l, want.Results)
	}
	if !m.exportFits(l, x, want, "the function") || !ok {
		return nil
	}
	if !m.canLend(from, l.plan.NeedsMemory(), l.plan.LiftNeedsRealloc(), corename.ExportRealloc, fn.Place, "the export of "+fn.Base) {
		return nil
	}
	return l
}

// callback finds what is called when something happens that an asynchronous function waits for.
func (m *matcher) callback(l *lift) bool {
	x, ok := l.from.export(corename.Callback, l.item.name, l.fn.Name)
	if !ok {
		m.problems.add(l.fn.Place, "%s exports %s, but no callback %s", l.from.what, quoted(l.name), quoted("[callback]"+l.name))
		return false
	}
	l.callback = x.Name
	return m.exportFits(l, x, callbackType, "the callback of")
}

// postReturn finds what is called when the result has been read, which need not be there.
func (m *matcher) postReturn(l *lift, results []component.CoreValType) bool {
	x, ok := l.from.export(corename.PostReturn, l.item.name, l.fn.Name)
	if !ok {
		return true
	}
	l.post = x.Name
	return m.exportFits(l, x, &component.CoreFuncType{Params: results}, "what is called after")
}

// exportFits checks the type of a core function.
func (m *matcher) exportFits(l *lift, x component.CoreExtern, want *component.CoreFuncType, what string) bool {
	if sameType(x.Func, want) {
		return true
	}
	m.problems.add(l.fn.Place, "%s exports %s with the type %s, but as %s %s it has to have the type %s",
		l.from.what, quoted(x.Name), x.Func, what, l.fn.Base, want)
	return false
}

// trimVersion is the name of an interface without its version.
func trimVersion(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name
}

// findDtors finds the destructors of the resources that are exported.
func (b *build) findDtors(providers []*module) {
	for _, i := range b.exports.items {
		for _, d := range i.iface.types {
			if d.Resource == nil || d.Target() != nil {
				continue
			}
			for _, from := range providers {
				if x, ok := from.export(corename.Dtor, i.name, d.Name); ok {
					b.addDtor(place{i, d}, from, x)
					break
				}
			}
		}
	}
}

func (b *build) addDtor(at place, from *module, x component.CoreExtern) {
	if !sameType(x.Func, dtorType) {
		b.problems.add(at.def.Place, "%s exports %s with the type %s, but as the destructor of %s it has to have the type %s",
			from.what, quoted(x.Name), x.Func, at.def.Name, dtorType)
		return
	}
	b.dtors[at] = &borrowed{from, x.Name, component.SortCoreFunc}
}
