package resolve

import (
	"fmt"
	"iter"

	"github.com/witan-os/witan/gen/syntax"
)

// localItem finds an item of the package itself, and reports that there is none.
func (r *resolver) localItem(p *pkg, f *syntax.File, name syntax.ID) *item {
	i := p.items[fold(name.Name)]
	if i != nil && i.name.Name == name.Name {
		return i
	}
	r.report(f, name.Span, RuleUnknown, fmt.Sprintf("package `%s` has no interface or world `%s`", p.model.ID(), name.Name),
		r.didYouMean(name.Name, p.itemNames(func(*item) bool { return true })))
	return nil
}

// item finds what a path stands for, and reports what it does not stand for. Off says that the path belongs
// to something that is left out, so that gates don't matter.
func (r *resolver) item(p *pkg, l *list, path *syntax.UsePath, world, off bool) *item {
	if path.Package != nil {
		return r.foreignItem(p, l.file, path, world, off)
	}
	var i *item
	a := l.names[fold(path.Name.Name)]
	switch {
	case a == nil || a.name.Name != path.Name.Name || a.path == nil:
		i = r.localItem(p, l.file, path.Name)
	case a.path.Package != nil:
		i = r.silent(func() *item { return r.foreignItem(p, l.file, a.path, false, off) })
	default:
		i = r.silent(func() *item { return r.localItem(p, l.file, a.path.Name) })
	}
	if i == nil || !r.checkKind(l.file, path.Name, i, world) {
		return nil
	}
	return i
}

// silent finds something whose problems have been reported where the alias is that leads to it.
func (r *resolver) silent(find func() *item) *item {
	saved := r.quiet
	r.quiet = true
	i := find()
	r.quiet = saved
	return i
}

func (r *resolver) checkKind(f *syntax.File, name syntax.ID, i *item, world bool) bool {
	if i.world == world {
		return true
	}
	r.report(f, name.Span, RuleKind, fmt.Sprintf("`%s` is %s, not %s", name.Name, kindOf(i.world), kindOf(world)), "")
	return false
}

// foreignItem finds an item of another package.
func (r *resolver) foreignItem(p *pkg, f *syntax.File, path *syntax.UsePath, world, off bool) *item {
	other := r.byID[path.Package.String()]
	key := pathKey(path)
	if other == nil || other.items == nil || p.wrong[key] {
		return nil // that has been said
	}
	i := other.items[fold(path.Name.Name)]
	if i == nil || i.name.Name != path.Name.Name {
		if !off {
			p.wrong[key] = true
			r.reportNoItem(f, path, other, world)
		}
		return nil
	}
	switch {
	case off && i.world == world:
	case off:
		return nil
	case !r.checkKind(f, path.Name, i, world):
		p.wrong[key] = true
		return nil
	case i.gate != "":
		r.reportGated(f, path.Name.Span, path.Name.Name, i.gate)
		return nil
	}
	return i
}

func (r *resolver) reportNoItem(f *syntax.File, path *syntax.UsePath, other *pkg, world bool) {
	r.report(f, path.Name.Span, RuleUnknown,
		fmt.Sprintf("package `%s` has no %s `%s`", other.model.ID(), wordOf(world), path.Name.Name),
		r.didYouMean(path.Name.Name, other.itemNames(func(i *item) bool { return i.world == world })))
}

// itemNames are the names of some interfaces and worlds.
func (p *pkg) itemNames(wanted func(*item) bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, i := range p.order {
			if wanted(i) && !yield(i.name.Name) {
				return
			}
		}
	}
}
