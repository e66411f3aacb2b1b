package resolve

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// item is an interface or a world of a package.
type item struct {
	pkg  *pkg
	list *list // where it is declared; nil for what comes from a binary
	name syntax.ID
	decl syntax.Item

	world   bool // otherwise an interface
	gate    string
	unknown bool // nobody knows what is in it, and that has been said

	scope *scope           // of an interface: the names in it
	iface *model.Interface // nil for a world
	w     *model.World     // nil for an interface
}

// alias is a name that a file gives to an interface or world of its own package, or to one of another.
type alias struct {
	name syntax.ID
	path *syntax.UsePath // nil if the name is that of an item which is declared here
}

// fold makes names equal that differ only in case.
func fold(name string) string { return strings.ToLower(name) }

// resolvePackage resolves all of a package. What it names of other packages is resolved already.
func (r *resolver) resolvePackage(p *pkg) {
	r.declareItems(p)
	for _, l := range p.lists {
		r.declareAliases(p, l)
	}
	order := r.itemOrder(p)
	for _, i := range order {
		if r.errors.More {
			return // enough has been said, and what comes later may need what is left out now
		}
		if !i.world {
			r.resolveInterface(i)
		}
	}
	var worlds []*worldBuilder
	for _, i := range order {
		if r.errors.More {
			return
		}
		if i.world {
			worlds = append(worlds, r.resolveWorld(i))
		}
	}
	// Types that worlds declare are known now, and includes copy them.
	for _, b := range worlds {
		b.finish()
	}
}

// declareItems makes interfaces and worlds known in their package.
func (r *resolver) declareItems(p *pkg) {
	p.items = map[string]*item{}
	for _, l := range p.lists {
		for _, d := range l.items {
			i := &item{pkg: p, list: l, decl: d}
			switch d := d.(type) {
			case *syntax.Interface:
				i.name = d.Name
			case *syntax.World:
				i.name, i.world = d.Name, true
			default:
				continue
			}
			if first := p.items[fold(i.name.Name)]; first != nil {
				r.reportTaken(l.file, i.name, first.name.Name, describePlace(first.list.file, first.name.Span, l.file))
				continue
			}
			p.items[fold(i.name.Name)] = i
			p.order = append(p.order, i)
		}
	}
}

// reportTaken reports a name that is taken by an earlier one.
func (r *resolver) reportTaken(f *syntax.File, name syntax.ID, first, where string) {
	message := fmt.Sprintf("the name `%s` is taken", name.Name)
	if name.Name != first {
		message += fmt.Sprintf(" by `%s`: case makes no difference", first)
	}
	r.report(f, name.Span, RuleDuplicate, message, "it is declared "+where)
}

// describePlace says where something is, seen from a file.
func describePlace(f *syntax.File, s syntax.Span, from *syntax.File) string {
	at := f.Source.Position(int(s.Start))
	if f == from {
		return fmt.Sprintf("in line %d", at.Line)
	}
	return fmt.Sprintf("at %s:%d:%d", f.Source.Name(), at.Line, at.Column)
}

// declareAliases makes the names known that are valid in one list of items.
func (r *resolver) declareAliases(p *pkg, l *list) {
	l.names = map[string]*alias{}
	for _, d := range l.items {
		a := &alias{}
		switch d := d.(type) {
		case *syntax.Interface:
			a.name = d.Name
		case *syntax.World:
			a.name = d.Name
		case *syntax.ToplevelUse:
			a.name, a.path = d.Path.Name, &d.Path
			if d.As != nil {
				a.name = *d.As
			}
			r.checkToplevelUse(p, l, d)
		}
		first := l.names[fold(a.name.Name)]
		if first == nil {
			l.names[fold(a.name.Name)] = a
			continue
		}
		if a.path != nil || first.path != nil { // otherwise it is taken in the whole package
			r.reportTaken(l.file, a.name, first.name.Name, describePlace(l.file, first.name.Span, l.file))
		}
	}
}

// checkToplevelUse reports what is wrong with a toplevel use, whether its name is used or not.
func (r *resolver) checkToplevelUse(p *pkg, l *list, u *syntax.ToplevelUse) {
	if u.Path.Package == nil {
		r.localItem(p, l.file, u.Path.Name)
		return
	}
	r.foreignItem(p, l.file, &u.Path, false, false)
}
