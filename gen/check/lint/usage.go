package lint

import "github.com/witan-os/witan/gen/model"

// This file has the rules about what nothing refers to.

// uses are the type names that something in the tree refers to: functions, other types, and uses.
type uses map[*model.TypeDef]bool

func usesOf(tree *model.Tree) uses {
	u := uses{}
	for _, p := range tree.Packages {
		for _, s := range scopesOf(p) {
			for _, d := range s.Types {
				u.def(d)
			}
			for _, f := range s.funcs {
				u.fn(f)
			}
		}
	}
	return u
}

// def marks what a declaration refers to.
func (u uses) def(d *model.TypeDef) {
	switch t := d.Target(); {
	case t != nil:
		u[t] = true
	case d.Type != nil:
		u.inside(d.Type)
	}
}

// fn marks what a function refers to. A method does not refer to its resource: it is of no use to anybody who
// does not get one from somewhere else. A constructor is such a place.
func (u uses) fn(f *model.Func) {
	for _, p := range params(f) {
		eachPart(p.Type, u.name)
	}
	eachPart(f.Result, u.name)
}

func (u uses) inside(t *model.Type) { eachInside(t, u.name); u.handle(t) }

// name marks the name that a type was written with.
func (u uses) name(t *model.Type) {
	switch {
	case t.Alias != nil:
		u[t.Alias] = true
	case t.Def != nil:
		u[t.Def] = true
	default:
		u.handle(t)
	}
}

func (u uses) handle(t *model.Type) {
	switch {
	case t.Handle != nil:
		u[t.Handle] = true
	case t.Resource != nil:
		u[t.Resource] = true
	}
}

// re-exports have no functions: an interface without any is there for the types, which others use.
func unusedUse(l *linter, s *scope) {
	if len(s.funcs) == 0 {
		return
	}
	for _, d := range s.Types {
		if d.Used() && !l.uses[d] {
			l.report(d.Place, "remove it from the use", "nothing in %s `%s` refers to the used type `%s`", s.noun, s.Name, d.Name)
		}
	}
}

func unusedTypes(l *linter, s *scope) {
	if len(s.funcs) == 0 {
		return
	}
	for _, d := range s.Types {
		switch {
		case d.Used() || l.uses[d]:
		case d.Resource != nil:
			l.report(d.Place, "give it a constructor, or a function that returns it", "no function takes or returns resource `%s`", d.Name)
		default:
			l.report(d.Place, "remove it, or move it to the interface that needs it", "nothing refers to %s `%s`", declared(d), d.Name)
		}
	}
}

// unusedPackages looks for packages that the root does not lead to.
func unusedPackages(l *linter, root *model.Package) {
	reached := reach{}
	reached.pkg(root)
	for _, p := range l.tree.Packages {
		if reached[p] {
			continue
		}
		for _, s := range scopesOf(p)[:min(1, len(scopesOf(p)))] {
			l.own[s.Source] = true
			l.report(s.Place, "remove it from deps", "nothing in %s leads to package %s", root.ID(), p.ID())
		}
	}
}

// reach are the packages that one leads to.
type reach map[*model.Package]bool

func (r reach) pkg(p *model.Package) {
	if p == nil || r[p] {
		return
	}
	r[p] = true
	for _, s := range scopesOf(p) {
		for _, d := range s.Types {
			if t := d.Target(); t != nil {
				r.pkg(t.Owner.Package)
			}
		}
	}
	for _, w := range p.Worlds {
		for _, items := range [][]*model.Item{w.Imports, w.Exports} {
			for _, i := range model.Interfaces(items) {
				r.pkg(i.Package)
			}
		}
	}
}
