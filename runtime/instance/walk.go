package instance

import (
	"cmp"
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// walk instantiates one component: it goes through the definitions in order, and each appends to the
// index space of its sort, as the binary format has it. The decoder has checked every index, so they are
// used without a second look.
type walk struct {
	ctx     context.Context
	root    *Component
	comp    *component.Component
	inst    *Instance
	outer   *walk
	imports importer

	functions     []*function
	instances     []*instanceValue
	components    []*closure
	modules       []*Module
	coreInstances []*coreInstance
	core          [engine.ExternTag + 1][]coreExtern // by kind
	types         int                                // how many entries the type index space has by now

	callables map[uint32]engine.Function      // realloc functions, shared by all that name them
	reaches   map[engine.Memory]engine.Module // ways to memories of callees, see apart.go
}

func (c *Component) walk(ctx context.Context, m *member, outer *walk, comp *component.Component, imports importer) (*Instance, error) {
	if err := m.admitInstance(len(comp.Defs)); err != nil {
		return nil, err
	}
	w := &walk{
		ctx: ctx, root: c, comp: comp, outer: outer, imports: imports,
		inst:      m.newInstance(c.name, comp, c.habitsOf(comp)),
		callables: map[uint32]engine.Function{},
	}
	w.inst.setEntered(true) // nobody may call into it before it is whole
	for _, def := range comp.Defs {
		if err := w.define(def); err != nil {
			switch err.(type) {
			case *Trap, *Exit: // of a start function
				return nil, err
			}
			return nil, &LinkError{Component: c.name, Offset: def.Offset(), Err: err}
		}
	}
	w.inst.complete = true
	w.inst.setEntered(false)
	return w.inst, nil
}

// LinkError says that a component can't be instantiated, and which definition stands in the way.
type LinkError struct {
	Component string
	Offset    int64 // of the definition in the file
	Err       error
}

// Error gives the component, the offset and the reason.
func (e *LinkError) Error() string {
	if inner, ok := e.Err.(*LinkError); ok {
		return inner.Error()
	}
	return fmt.Sprintf("component %q, offset %#x: %v", e.Component, e.Offset, e.Err)
}

// Unwrap returns the reason.
func (e *LinkError) Unwrap() error { return e.Err }

func (w *walk) define(def component.Def) error {
	switch d := def.(type) {
	case *component.CoreModule:
		w.modules = append(w.modules, w.root.modules[d])
	case *component.CoreInstantiate:
		return w.coreInstantiate(d)
	case *component.CoreInlineExports:
		w.coreInlineExports(d)
	case *component.AliasCoreExport:
		return w.aliasCoreExport(d)
	case *component.Component:
		w.components = append(w.components, &closure{root: w.root, component: d, outer: w})
	case *component.Instantiate:
		return w.instantiate(d)
	case *component.InlineExports:
		w.inlineExports(d)
	case *component.AliasExport:
		return w.aliasExport(d)
	case *component.AliasOuter:
		return w.aliasOuter(d)
	case *component.TypeDef:
		return w.typeDef(d)
	case *component.Lift:
		return w.lift(d)
	case *component.Lower:
		return w.lower(d)
	case *component.Builtin:
		return w.builtin(d)
	case *component.Import:
		return w.importDef(d)
	case *component.Export:
		return w.export(d)
	case *component.Start:
		return unsupported("component start functions are")
	case *component.CoreTypeDef, *component.Custom:
	}
	return nil
}

// push appends an entry to the index space of a sort, and gives resource types in its static type the
// identities that it brings.
func (w *walk) push(sort component.Sort, x extern) {
	switch sort {
	case component.SortFunc:
		w.functions = append(w.functions, x.function)
	case component.SortInstance:
		static := w.comp.Instances[len(w.instances)]
		w.inst.env.bind(component.ExternType{Sort: sort, Type: static}, x)
		w.instances = append(w.instances, x.instance)
	case component.SortComponent:
		w.components = append(w.components, x.component)
	case component.SortCoreModule:
		w.modules = append(w.modules, x.module)
	case component.SortType:
		static := w.comp.Types[w.types]
		w.inst.env.bind(component.ExternType{Sort: sort, Type: static}, x)
		w.types++
	}
}

// at returns entry i of the index space of a sort.
func (w *walk) at(sort component.Sort, i uint32) extern {
	switch sort {
	case component.SortFunc:
		return extern{function: w.functions[i]}
	case component.SortInstance:
		return extern{instance: w.instances[i]}
	case component.SortComponent:
		return extern{component: w.components[i]}
	case component.SortCoreModule:
		return extern{module: w.modules[i]}
	case component.SortType:
		x := extern{typ: &typeValue{w.comp.Types[i], w.inst.env}}
		if r, ok := w.comp.Types[i].(*component.Resource); ok && r.Index >= 0 {
			x.resource = w.inst.env[r.Index]
		}
		return x
	}
	return extern{}
}

func (w *walk) importDef(d *component.Import) error {
	x, err := w.imports(d)
	if err != nil {
		return err
	}
	w.push(d.Type.Sort, x.extern)
	return w.checkImported(d, x)
}

func (w *walk) export(d *component.Export) error {
	x := w.at(d.Sort, d.Index)
	x.nameAfter(d.Name)
	w.inst.exports[d.Name] = x
	w.push(d.Sort, x)
	return nil
}

func (w *walk) typeDef(d *component.TypeDef) error {
	r, ok := d.Type.(*component.Resource)
	if !ok || !r.Local {
		w.types++
		return nil
	}
	identity := &abi.Resource{Name: cmp.Or(r.Name, "resource without a name")}
	l := &local{inst: w.inst}
	if r.HasDtor {
		dtor := w.coreFunc(r.Dtor)
		l.dtor = &dtor
	}
	w.inst.locals[identity] = l
	w.inst.env[r.Index] = identity
	w.types++
	return nil
}

func (w *walk) aliasExport(d *component.AliasExport) error {
	x, ok := w.instances[d.Instance].exports[d.Name]
	if !ok && d.Sort != component.SortType {
		return fmt.Errorf("the instance has no export %q", d.Name)
	}
	w.push(d.Sort, x)
	return nil
}

func (w *walk) aliasOuter(d *component.AliasOuter) error {
	from := w
	for range d.Count {
		from = from.outer
	}
	if d.Sort == component.SortCoreType {
		return nil
	}
	w.push(d.Sort, from.at(d.Sort, d.Index))
	return nil
}

func (w *walk) inlineExports(d *component.InlineExports) {
	v := &instanceValue{exports: make(map[string]extern, len(d.Exports))}
	for _, e := range d.Exports {
		v.exports[e.Name] = w.at(e.Sort, e.Index)
	}
	w.push(component.SortInstance, extern{instance: v})
}

// instantiate makes an instance of a nested component.
func (w *walk) instantiate(d *component.Instantiate) error {
	args := make(map[string]extern, len(d.Args))
	for _, a := range d.Args {
		args[a.Name] = w.at(a.Sort, a.Index)
	}
	imports := func(i *component.Import) (supply, error) {
		x, ok := args[i.Name]
		if !ok {
			return supply{}, fmt.Errorf("the import %q is not given", i.Name)
		}
		return supply{extern: x}, nil
	}
	c := w.components[d.Component]
	inst, err := c.root.walk(w.ctx, w.inst.member, c.outer, c.component, imports)
	if err != nil {
		return err
	}
	w.push(component.SortInstance, extern{instance: &instanceValue{exports: inst.exports}})
	return nil
}
