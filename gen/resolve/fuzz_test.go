package resolve_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// FuzzResolve resolves anything: a package of two files that may use another. What is refused has diagnostics
// with places in the files; what is accepted is a tree as the rest of the generator expects it.
func FuzzResolve(f *testing.F) {
	for _, dir := range []string{"testdata/errors", "testdata/valid"} {
		archives, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
		if err != nil || len(archives) == 0 {
			f.Fatalf("%d archives in %s, %v", len(archives), dir, err)
		}
		for _, path := range archives {
			files, _ := archive(f, path)
			var main, dep []string
			for _, name := range sortedNames(files) {
				text := string(files[name].Data)
				if strings.HasPrefix(name, "deps/") {
					dep = append(dep, text)
				} else {
					main = append(main, text)
				}
			}
			main, dep = append(main, ""), append(dep, "package no:dep;")
			f.Add(main[0], main[1], dep[0], true)
		}
	}
	f.Fuzz(func(t *testing.T, one, two, dep string, all bool) {
		main := []*diag.Source{diag.NewSource("one.wit", one), diag.NewSource("two.wit", two)}
		deps := [][]*diag.Source{{diag.NewSource("deps/dep.wit", dep)}}
		tree, err := resolve.Sources(main, deps, resolve.Options{AllFeatures: all, Features: []string{"enabled"}})
		if err != nil {
			checkDiagnostics(t, err)
			return
		}
		checkTree(t, tree)
		if all {
			checkComplete(t, tree, append(main, deps[0]...))
		}
		if err := layout.Compute(tree); err != nil {
			checkDiagnostics(t, err)
		}
	})
}

// checkComplete checks that a tree with all features has all interfaces and worlds that its sources declare.
func checkComplete(t *testing.T, tree *model.Tree, sources []*diag.Source) {
	t.Helper()
	declared, there := 0, 0
	files, _ := syntax.Parse(sources...)
	for _, f := range files {
		declared += countItems(f.Items)
	}
	for _, p := range tree.Packages {
		there += len(p.Interfaces) + len(p.Worlds)
	}
	if declared != there {
		t.Errorf("the tree has %d of %d interfaces and worlds", there, declared)
	}
}

func countItems(items []syntax.Item) int {
	n := 0
	for _, i := range items {
		switch i := i.(type) {
		case *syntax.NestedPackage:
			n += countItems(i.Items)
		case *syntax.Interface, *syntax.World:
			n++
		}
	}
	return n
}

// checkDiagnostics checks that an error says where and why.
func checkDiagnostics(t *testing.T, err error) {
	t.Helper()
	var list diag.List
	if !errors.As(err, &list) || len(list.Items) == 0 {
		t.Fatalf("no diagnostics: %v", err)
	}
	for _, d := range list.Items {
		if d.Source == nil || d.Source.Name() == "-" || d.Start < 0 || d.End < d.Start || d.End > len(d.Source.Text()) {
			t.Errorf("%v: the place %d to %d is not in the source", d, d.Start, d.End)
		}
		if d.Message == "" || d.Rule == "" {
			t.Errorf("there is no message or no rule: %+v", d)
		}
	}
}

// checkTree checks what the model promises.
func checkTree(t *testing.T, tree *model.Tree) {
	t.Helper()
	c := treeChecker{T: t, packages: map[*model.Package]bool{}, scopes: map[*model.Scope]bool{}, defs: map[*model.TypeDef]bool{}}
	ids := map[string]bool{}
	for _, p := range tree.Packages {
		if ids[p.ID()] {
			t.Errorf("package %s is there twice", p.ID())
		}
		ids[p.ID()] = true
		c.packages[p] = true
		for _, i := range p.Interfaces {
			c.iface(i)
		}
		for _, w := range p.Worlds {
			c.world(w)
		}
	}
	if !c.packages[tree.Root] {
		t.Error("the root is none of the packages")
	}
}

// treeChecker checks that everything stands behind what it needs.
type treeChecker struct {
	*testing.T
	packages map[*model.Package]bool
	scopes   map[*model.Scope]bool
	defs     map[*model.TypeDef]bool
}

func (c *treeChecker) scope(s *model.Scope) {
	c.scopes[s] = true
	if !c.packages[s.Package] {
		c.Errorf("%s is in a package that comes later", s.ID())
	}
	c.place(s.Place)
	seen := map[string]bool{}
	for _, d := range s.Types {
		if key := strings.ToLower(d.Name); seen[key] {
			c.Errorf("%s has type %s twice", s.ID(), d.Name)
		} else {
			seen[key] = true
		}
		c.def(s, d)
	}
}

func (c *treeChecker) place(p model.Place) {
	if p.Source == nil || p.Start >= p.End || p.End > len(p.Source.Text()) {
		c.Errorf("place %d to %d", p.Start, p.End)
	}
}

func (c *treeChecker) def(s *model.Scope, d *model.TypeDef) {
	c.place(d.Place)
	if d.Owner != s {
		c.Errorf("type %s is in %s but owned by %s", d.Name, s.ID(), d.Owner.ID())
	}
	switch {
	case d.Resource != nil:
		if d.Type != nil || d.AliasOf != nil {
			c.Errorf("resource %s has a type", d.Name)
		}
	case d.AliasOf != nil:
		if d.Type != nil || d.Root().Resource == nil {
			c.Errorf("alias %s is of no resource", d.Name)
		}
	case d.Type == nil:
		c.Errorf("type %s is nothing", d.Name)
	default:
		c.typ(d.Type, d)
	}
	if target := d.Target(); target != nil && !c.defs[target] {
		c.Errorf("alias %s is of a type that comes later", d.Name)
	}
	c.defs[d] = true
}

// typ checks a type, which may be that of a definition.
func (c *treeChecker) typ(t *model.Type, of *model.TypeDef) {
	for _, d := range []*model.TypeDef{t.Def, t.Alias, t.Resource, t.Handle} {
		if d != nil && d != of && !c.defs[d] {
			c.Errorf("%s needs %s of %s, which comes later", t, d.Name, d.Owner.ID())
		}
	}
	if t.Def != nil && t.Def != of {
		return
	}
	for _, part := range []*model.Type{t.Key, t.Elem} {
		if part != nil {
			c.typ(part, nil)
		}
	}
	for _, f := range t.Fields {
		if f.Name != "" {
			c.place(f.Place)
		}
		c.typ(f.Type, nil)
	}
	for _, k := range t.Cases {
		if t.Def != nil {
			c.place(k.Place)
		}
		if k.Type != nil {
			c.typ(k.Type, nil)
		}
	}
	for _, l := range t.Labels {
		c.place(l.Place)
	}
}

func (c *treeChecker) fn(f *model.Func) {
	c.place(f.Place)
	if f.String() == "" || f.Resource != nil && !c.defs[f.Resource] {
		c.Errorf("function %s of a resource that comes later", f.Name)
	}
	for _, p := range f.Params {
		c.place(p.Place)
		c.typ(p.Type, nil)
	}
	if f.Result != nil {
		c.typ(f.Result, nil)
	}
}

func (c *treeChecker) iface(i *model.Interface) {
	c.scope(&i.Scope)
	for _, f := range i.Funcs {
		c.fn(f)
	}
}

func (c *treeChecker) world(w *model.World) {
	// The types of a world stand among its imports; here, they only have to be its own.
	c.scope(&w.Scope)
	there := map[*model.Scope]bool{&w.Scope: true}
	for _, items := range [][]*model.Item{w.Imports, w.Exports} {
		keys := map[string]bool{}
		for _, i := range items {
			c.place(i.Place)
			if key := strings.ToLower(i.Key()); keys[key] {
				c.Errorf("world %s has %s twice", w.ID(), i.Key())
			} else {
				keys[key] = true
			}
			c.item(w, i, there)
		}
	}
}

// item checks that an item's needs are met by those before it.
func (c *treeChecker) item(w *model.World, i *model.Item, there map[*model.Scope]bool) {
	switch {
	case i.Func != nil:
		c.fn(i.Func)
		return
	case i.Type != nil:
		if !c.defs[i.Type] || i.Type.Owner != &w.Scope {
			c.Errorf("type %s is none of world %s", i.Type.Name, w.ID())
		}
		return
	case i.Interface.World == w:
		c.iface(i.Interface)
	case i.Interface.World != nil:
		c.Errorf("world %s has an interface of world %s", w.ID(), i.Interface.World.ID())
	case !c.scopes[&i.Interface.Scope]:
		c.Errorf("world %s has interface %s, which comes later", w.ID(), i.Key())
	}
	for _, d := range i.Interface.Types {
		if d.Used() && !there[d.Target().Owner] {
			c.Errorf("world %s: %s needs %s", w.ID(), i.Key(), d.Target().Owner.ID())
		}
	}
	if i.Name == "" {
		there[&i.Interface.Scope] = true
	}
}
