package secondopinion_test

import (
	"fmt"
	"strings"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
)

// misread is what the library gets wrong, without an error.
type misread string

func (m misread) Error() string { return "the library " + string(m) }

const (
	sharedTypes misread = "shares the types of a world with those that include it"
	oldNames    misread = "keeps the names of functions that an include renames"
	lostKind    misread = "gives async functions no kind"
)

// converter carries what has been converted already: types refer to each other across packages.
type converter struct {
	packages   map[*witlib.Package]*model.Package
	interfaces map[*witlib.Interface]*model.Interface
	defs       map[*witlib.TypeDef]*model.TypeDef
}

// convert makes the model of what the library resolved. The library lists packages, interfaces and worlds after
// those that they use, and the directory's own package last.
func convert(r *witlib.Resolve) (*model.Tree, error) {
	c := &converter{
		packages:   map[*witlib.Package]*model.Package{},
		interfaces: map[*witlib.Interface]*model.Interface{},
		defs:       map[*witlib.TypeDef]*model.TypeDef{},
	}
	tree := &model.Tree{}
	for _, p := range r.Packages {
		pkg := &model.Package{Namespace: p.Name.Namespace, Name: p.Name.Package, Docs: p.Docs.Contents}
		if p.Name.Version != nil {
			pkg.Version = p.Name.Version.String()
		}
		c.packages[p] = pkg
		tree.Packages = append(tree.Packages, pkg)
	}
	tree.Root = tree.Packages[len(tree.Packages)-1]
	for _, i := range r.Interfaces {
		if i.Name == nil {
			continue
		}
		iface := c.newInterface(i, *i.Name, nil)
		iface.Package.Interfaces = append(iface.Package.Interfaces, iface)
		if err := c.convertInterface(i, iface); err != nil {
			return nil, fmt.Errorf("interface %s: %w", iface.ID(), err)
		}
	}
	for _, w := range r.Worlds {
		pkg := c.packages[w.Package]
		world := &model.World{Scope: model.Scope{
			Package: pkg, Name: w.Name, Docs: w.Docs.Contents, Stability: stability(w.Stability),
		}}
		pkg.Worlds = append(pkg.Worlds, world)
		if err := c.convertWorld(w, world); err != nil {
			return nil, fmt.Errorf("world %s: %w", world.ID(), err)
		}
	}
	model.MarkErrors(tree)
	return tree, nil
}

func (c *converter) newInterface(i *witlib.Interface, name string, world *model.World) *model.Interface {
	iface := &model.Interface{Scope: model.Scope{
		Package: c.packages[i.Package], World: world, Name: name, Docs: i.Docs.Contents, Stability: stability(i.Stability),
	}}
	c.interfaces[i] = iface
	return iface
}

func (c *converter) convertInterface(i *witlib.Interface, iface *model.Interface) (err error) {
	i.TypeDefs.All()(func(_ string, t *witlib.TypeDef) bool {
		err = c.addType(&iface.Scope, t)
		return err == nil
	})
	if err != nil {
		return err
	}
	i.Functions.All()(func(_ string, f *witlib.Function) bool {
		var fn *model.Func
		fn, err = c.convertFunc(&iface.Scope, f)
		iface.Funcs = append(iface.Funcs, fn)
		return err == nil
	})
	return err
}

func (c *converter) convertWorld(w *witlib.World, world *model.World) (err error) {
	w.AllTypeDefs()(func(_ string, t *witlib.TypeDef) bool {
		err = c.addType(&world.Scope, t)
		return err == nil
	})
	if err != nil {
		return err
	}
	w.Imports.All()(func(name string, item witlib.WorldItem) bool {
		world.Imports, err = c.addItem(world.Imports, world, name, item)
		return err == nil
	})
	if err != nil {
		return err
	}
	w.Exports.All()(func(name string, item witlib.WorldItem) bool {
		world.Exports, err = c.addItem(world.Exports, world, name, item)
		return err == nil
	})
	return err
}

// addItem adds one import or export of a world.
func (c *converter) addItem(items []*model.Item, world *model.World, name string, item witlib.WorldItem) ([]*model.Item, error) {
	switch item := item.(type) {
	case *witlib.InterfaceRef:
		return c.addInterface(items, world, name, item)
	case *witlib.TypeDef:
		d := c.defs[item]
		if d == nil || d.Owner != &world.Scope {
			return nil, sharedTypes
		}
		return append(items, &model.Item{Name: name, Type: d}), nil
	case *witlib.Function:
		if strings.TrimPrefix(item.Name, "[async]") != strings.TrimPrefix(name, "[async]") {
			return nil, oldNames
		}
		fn, err := c.convertFunc(&world.Scope, item)
		return append(items, &model.Item{Name: fn.Name, Func: fn}), err
	}
	return nil, fmt.Errorf("%s is of a kind that is not supported", name)
}

func (c *converter) addInterface(items []*model.Item, world *model.World, name string, ref *witlib.InterfaceRef) ([]*model.Item, error) {
	item := &model.Item{Interface: c.interfaces[ref.Interface], Stability: stability(ref.Stability)}
	if ref.Interface.Name == nil {
		if item.Interface != nil && len(item.Interface.Types) > 0 { // of the world that is included
			return nil, sharedTypes
		}
		item.Name = name
		item.Interface = c.newInterface(ref.Interface, name, world)
		if err := c.convertInterface(ref.Interface, item.Interface); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return append(items, item), nil
}

func (c *converter) convertFunc(s *model.Scope, f *witlib.Function) (*model.Func, error) {
	fn := &model.Func{Docs: f.Docs.Contents, Stability: stability(f.Stability)}
	setName(fn, s, f.Name)
	if f.Kind == nil && !fn.Async {
		return fn, lostKind // in JSON of today, which has no "async" in names
	}
	if _, sync := f.Kind.(*witlib.Freestanding); !fn.Async && sync != (fn.Kind == model.Freestanding) {
		return fn, fmt.Errorf("function %s: its kind is %T", f.Name, f.Kind)
	}
	for _, p := range f.Params {
		t, err := c.convertType(p.Type)
		if err != nil {
			return fn, fmt.Errorf("function %s: parameter %s: %w", f.Name, p.Name, err)
		}
		fn.Params = append(fn.Params, model.Param{Name: p.Name, Type: t})
	}
	switch len(f.Results) {
	case 0:
		return fn, nil
	case 1:
		var err error
		if fn.Result, err = c.convertType(f.Results[0].Type); err != nil {
			return fn, fmt.Errorf("function %s: result: %w", f.Name, err)
		}
		return fn, nil
	}
	return fn, fmt.Errorf("function %s: several results are no longer part of WIT", f.Name)
}

// setName reads all that a function's name says, such as "[method]r.f" or "[async static]r.f". The library knows no kind
// of functions that are async, and that they are is in the name only, as it was in components once.
func setName(fn *model.Func, s *model.Scope, name string) {
	kind, rest, found := strings.Cut(strings.TrimPrefix(name, "["), "]")
	if !found {
		fn.Name, fn.Base = name, name
		return
	}
	resource, base, _ := strings.Cut(rest, ".")
	kind, fn.Async = strings.CutPrefix(kind, "async")
	fn.Name, fn.Base = rest, base
	switch strings.TrimSpace(kind) {
	case "":
		fn.Base = rest
		return
	case "method":
		fn.Kind = model.Method
	case "static":
		fn.Kind = model.Static
	case "constructor":
		fn.Kind, fn.Base = model.Constructor, "constructor"
	}
	fn.Name = "[" + strings.TrimSpace(kind) + "]" + rest
	for _, d := range s.Types {
		if d.Name == resource {
			fn.Resource = d
		}
	}
}

// stability is what the gates of an item say.
func stability(s witlib.Stability) model.Stability {
	var out model.Stability
	switch s := s.(type) {
	case *witlib.Stable:
		out.Since = s.Since.String()
		if s.Deprecated != nil {
			out.Deprecated = s.Deprecated.String()
		}
	case *witlib.Unstable:
		out.Unstable = s.Feature
		if s.Deprecated != nil {
			out.Deprecated = s.Deprecated.String()
		}
	}
	return out
}
