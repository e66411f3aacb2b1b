package resolve

import (
	"fmt"
	"slices"
	"strings"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// converter carries what has been converted already: types refer to each other across packages.
type converter struct {
	packages   map[*witlib.Package]*model.Package
	interfaces map[*witlib.Interface]*model.Interface
	worlds     map[*witlib.World]*model.World
	defs       map[*witlib.TypeDef]*model.TypeDef
}

// convert makes the model of what the library resolved. Declared names come first, so that a type may
// refer to any other; then types, functions and worlds.
func convert(r *witlib.Resolve) (*model.Tree, error) {
	c := &converter{
		packages:   map[*witlib.Package]*model.Package{},
		interfaces: map[*witlib.Interface]*model.Interface{},
		worlds:     map[*witlib.World]*model.World{},
		defs:       map[*witlib.TypeDef]*model.TypeDef{},
	}
	tree := &model.Tree{}
	for _, p := range r.Packages {
		c.declarePackage(p)
		tree.Packages = append(tree.Packages, c.packages[p])
	}
	// The library lists a package after all that it depends on, and the directory's own last.
	tree.Root = tree.Packages[len(tree.Packages)-1]

	// The library lists interfaces and worlds after those that they use.
	for _, i := range r.Interfaces {
		if iface := c.interfaces[i]; iface != nil {
			if err := c.convertInterface(i, iface); err != nil {
				return nil, fmt.Errorf("interface %s: %w", iface.ID(), err)
			}
		}
	}
	for _, w := range r.Worlds {
		if world := c.worlds[w]; world != nil {
			if err := c.convertWorld(w, world); err != nil {
				return nil, fmt.Errorf("world %s: %w", world.ID(), err)
			}
		}
	}
	sortTree(tree)
	markErrors(tree)
	return tree, nil
}

func (c *converter) declarePackage(p *witlib.Package) {
	pkg := &model.Package{Namespace: p.Name.Namespace, Name: p.Name.Package, Docs: tidyDocs(p.Docs.Contents)}
	if p.Name.Version != nil {
		pkg.Version = p.Name.Version.String()
	}
	c.packages[p] = pkg
	p.Interfaces.All()(func(name string, i *witlib.Interface) bool {
		if gated(i.Stability) {
			return true
		}
		iface := &model.Interface{Scope: model.Scope{Package: pkg, Name: name, Docs: docs(i.Docs, i.Stability)}}
		c.interfaces[i] = iface
		pkg.Interfaces = append(pkg.Interfaces, iface)
		return true
	})
	p.Worlds.All()(func(name string, w *witlib.World) bool {
		if gated(w.Stability) {
			return true
		}
		world := &model.World{Scope: model.Scope{Package: pkg, Name: name, Docs: docs(w.Docs, w.Stability)}}
		c.worlds[w] = world
		pkg.Worlds = append(pkg.Worlds, world)
		return true
	})
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
		iface.Funcs, err = c.addFunc(iface.Funcs, f)
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
		world.Imports, world.ImportFuncs, err = c.addItem(world, name, item, world.Imports, world.ImportFuncs)
		return err == nil
	})
	if err != nil {
		return err
	}
	w.Exports.All()(func(name string, item witlib.WorldItem) bool {
		world.Exports, world.ExportFuncs, err = c.addItem(world, name, item, world.Exports, world.ExportFuncs)
		return err == nil
	})
	return err
}

// addItem adds one import or export of a world to the lists of its direction.
func (c *converter) addItem(world *model.World, name string, item witlib.WorldItem,
	ifaces []*model.Interface, funcs []*model.Func,
) ([]*model.Interface, []*model.Func, error) {
	var err error
	switch item := item.(type) {
	case *witlib.InterfaceRef:
		switch iface := c.interfaces[item.Interface]; {
		case gated(item.Stability) || gated(item.Interface.Stability):
		case iface == nil:
			err = fmt.Errorf("%s is an interface written in place, which is not supported: declare it by name", name)
		default:
			ifaces = append(ifaces, iface)
		}
	case *witlib.TypeDef: // added before
	case *witlib.Function:
		funcs, err = c.addFunc(funcs, item)
	default:
		err = fmt.Errorf("%s is of a kind that is not supported", name)
	}
	return ifaces, funcs, err
}

// addFunc converts f and appends it, unless it is gated.
func (c *converter) addFunc(funcs []*model.Func, f *witlib.Function) ([]*model.Func, error) {
	if gated(f.Stability) {
		return funcs, nil
	}
	fn, err := c.convertFunc(f)
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", strings.TrimPrefix(f.Name, "[async]"), err)
	}
	return append(funcs, fn), nil
}

func (c *converter) convertFunc(f *witlib.Function) (*model.Func, error) {
	fn := &model.Func{Name: f.Name, Docs: docs(f.Docs, f.Stability), ABI: &abi.Func{}}
	if err := c.setKind(fn, f); err != nil {
		return nil, err
	}
	for _, p := range f.Params {
		t, err := c.convertType(p.Type)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", p.Name, err)
		}
		fn.Params = append(fn.Params, model.Param{Name: p.Name, Type: t})
		fn.ABI.Params = append(fn.ABI.Params, abi.Param{Name: p.Name, Type: t.ABI})
	}
	switch len(f.Results) {
	case 0:
	case 1:
		t, err := c.convertType(f.Results[0].Type)
		if err != nil {
			return nil, fmt.Errorf("result: %w", err)
		}
		fn.Result, fn.ABI.Result = t, t.ABI
	default:
		return nil, fmt.Errorf("several results are no longer part of WIT")
	}
	var err error
	fn.Plan, err = abi.NewPlan(fn.ABI)
	return fn, err
}

// setKind reads the function's kind. The library leaves it nil, without an error, for async functions.
func (c *converter) setKind(fn *model.Func, f *witlib.Function) error {
	var of witlib.Type
	switch k := f.Kind.(type) {
	case *witlib.Freestanding:
		fn.Base = f.Name
		if strings.HasPrefix(f.Name, "[") {
			return fmt.Errorf("async functions are not supported")
		}
		return nil
	case *witlib.Method:
		fn.Kind, of = model.Method, k.Type
	case *witlib.Static:
		fn.Kind, of = model.Static, k.Type
	case *witlib.Constructor:
		fn.Kind, of = model.Constructor, k.Type
	default:
		return fmt.Errorf("async functions are not supported")
	}
	def, ok := of.(*witlib.TypeDef)
	if !ok || c.defs[def] == nil {
		return fmt.Errorf("its resource is gated or missing")
	}
	fn.Resource, fn.Base = c.defs[def], f.BaseName()
	return nil
}

// sortTree orders what WIT leaves unordered.
func sortTree(tree *model.Tree) {
	byID := func(a, b *model.Interface) int { return strings.Compare(a.ID(), b.ID()) }
	slices.SortFunc(tree.Packages, func(a, b *model.Package) int { return strings.Compare(a.ID(), b.ID()) })
	for _, p := range tree.Packages {
		slices.SortFunc(p.Interfaces, byID)
		slices.SortFunc(p.Worlds, func(a, b *model.World) int { return strings.Compare(a.Name, b.Name) })
		for _, w := range p.Worlds {
			slices.SortFunc(w.Imports, byID)
			slices.SortFunc(w.Exports, byID)
		}
	}
}

// markErrors finds the named types that functions of their own package use as errors.
func markErrors(tree *model.Tree) {
	for _, p := range tree.Packages {
		mark := func(funcs []*model.Func) {
			for _, f := range funcs {
				if d := f.ErrorDef(); d != nil && d.Owner.Package == p {
					d.IsError = true
				}
			}
		}
		for _, i := range p.Interfaces {
			mark(i.Funcs)
		}
		for _, w := range p.Worlds {
			mark(w.ImportFuncs)
			mark(w.ExportFuncs)
		}
	}
}
