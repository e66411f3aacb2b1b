package instance

import (
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// This file is the part of the walk that deals with core modules.

var coreKinds = map[component.Sort]engine.ExternKind{
	component.SortCoreFunc: engine.ExternFunc, component.SortCoreTable: engine.ExternTable,
	component.SortCoreMemory: engine.ExternMemory, component.SortCoreGlobal: engine.ExternGlobal,
	component.SortCoreTag: engine.ExternTag,
}

func (w *walk) pushCore(x coreExtern) { w.core[x.Kind] = append(w.core[x.Kind], x) }

func (w *walk) coreFunc(i uint32) coreExtern { return w.core[engine.ExternFunc][i] }

// callable makes core function i callable from Go, once for all who use it one at a time.
func (w *walk) callable(i uint32) (engine.Function, error) {
	if f, ok := w.callables[i]; ok {
		return f, nil
	}
	if err := w.inst.member.take(tally{functions: 1}); err != nil {
		return nil, err
	}
	f, err := w.coreFunc(i).callable()
	if err != nil {
		return nil, err
	}
	w.callables[i] = f
	return f, nil
}

func (w *walk) aliasCoreExport(d *component.AliasCoreExport) error {
	kind, ok := coreKinds[d.Sort]
	if !ok {
		return unsupported("aliases of a %s are", d.Sort)
	}
	x, ok := w.coreInstances[d.Instance].export(d.Name)
	if !ok {
		return fmt.Errorf("the core instance has no export %q", d.Name)
	}
	if x.Kind != kind {
		return fmt.Errorf("the core export %q is a %s, not a %s", d.Name, x.Kind, kind)
	}
	w.pushCore(x)
	return nil
}

func (w *walk) coreInlineExports(d *component.CoreInlineExports) {
	c := &coreInstance{inline: make(map[string]coreExtern, len(d.Exports))}
	for _, e := range d.Exports {
		c.inline[e.Name] = w.core[coreKinds[e.Sort]][e.Index]
	}
	w.coreInstances = append(w.coreInstances, c)
}

func (w *walk) coreInstantiate(d *component.CoreInstantiate) error {
	if err := w.modules[d.Module].lacking; err != nil {
		return err
	}
	code := w.modules[d.Module].code
	if err := w.inst.member.admitCore(code.Cost()); err != nil {
		return err
	}
	args := make(map[string]*coreInstance, len(d.Args))
	for _, a := range d.Args {
		args[a.Name] = w.coreInstances[a.Instance]
	}
	needed := map[string][]engine.Import{} // of each module name that is answered inline
	for _, i := range code.Imports() {     // the decoder has compared them with what is given
		if args[i.Module].module == nil {
			needed[i.Module] = append(needed[i.Module], i)
		}
	}
	given := make(map[string]engine.Module, len(args))
	for name, c := range args {
		given[name] = c.module
		if c.module != nil {
			continue
		}
		bundle, err := w.bundle(c, needed[name])
		if err != nil {
			return err
		}
		given[name] = bundle
	}
	m, err := w.coreInstance(code, func(module string) engine.Module { return given[module] })
	if full := (*engine.QuotaError)(nil); errors.As(err, &full) {
		return full
	}
	if err != nil {
		return TrapOf(w.inst.component, "start function of a core module", err)
	}
	w.own(m)
	w.coreInstances = append(w.coreInstances, &coreInstance{module: m, code: code})
	return nil
}

// coreInstance instantiates a core module. The memories of components that call each other go side by side.
func (w *walk) coreInstance(code *engine.Code, provide func(module string) engine.Module) (engine.Module, error) {
	s := w.inst.Store
	ctx := w.inst.member.bounded(w.ctx)
	w.inst.member.marks[code.Mark()] = true
	if !w.root.composed && !s.linked {
		return w.root.engine.Instantiate(ctx, code, provide)
	}
	m, err := w.root.engine.InstantiateShared(ctx, code, provide, s.memory)
	if err == nil && w.root.engine.Shares(m.Memory()) {
		s.memory = m.Memory()
	}
	return m, err
}

func (w *walk) own(m engine.Module) { w.inst.member.own(m) }

// bundle makes a module instance that exports those externs of an inline core instance which are imported.
func (w *walk) bundle(c *coreInstance, imports []engine.Import) (engine.Module, error) {
	var hosted []engine.HostFunc
	var entries []engine.Reexport
	seen := map[string]bool{}
	for _, i := range imports {
		if seen[i.Name] {
			continue
		}
		seen[i.Name] = true
		x := c.inline[i.Name]
		if x.host != nil {
			hosted = append(hosted, engine.HostFunc{Name: i.Name, Type: i.Func, Code: x.host})
		} else {
			entries = append(entries, engine.Reexport{Name: i.Name, From: x.module, Export: x.name, Extern: x.Extern})
		}
	}
	if len(hosted) > 0 {
		host, err := w.root.engine.Host(w.ctx, hosted)
		if err != nil {
			return nil, err
		}
		w.own(host)
		if len(entries) == 0 {
			return host, nil
		}
		for _, h := range hosted {
			entries = append(entries, engine.Reexport{Name: h.Name, From: host, Export: h.Name, Extern: engine.Extern{Func: h.Type}})
		}
	}
	code, err := w.root.adapters.compile(w.ctx, w.root.engine, engine.Bundle(entries))
	if err != nil {
		return nil, fmt.Errorf("re-exporting core externs: %w", err)
	}
	m, err := w.root.engine.InstantiateBundle(w.ctx, code, entries)
	if err != nil {
		return nil, err
	}
	w.own(m)
	return m, nil
}
