package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/corename"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

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
	switch {
	case isPreview1(u.x.Module):
		hint = ": it is of WASI 0.1, for which there is no adapter here"
	case u.x.Module == envModule:
		hint = ": a function that is declared and never defined ends up there"
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
