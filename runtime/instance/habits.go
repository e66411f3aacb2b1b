package instance

import (
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// habits are what a component's definitions and core modules say about the calls of its instances.
type habits struct {
	restrained bool // realloc or post-return functions might call out, which they may not
	leaves     bool // its core code may call out
	remembers  bool // its core code keeps values in the context of a call
}

// habitsOf returns the habits of a component inside of c.
func (c *Component) habitsOf(comp *component.Component) habits {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, known := c.habits[comp]
	if !known {
		h = c.findHabits(comp)
		if c.habits == nil {
			c.habits = map[*component.Component]habits{}
		}
		c.habits[comp] = h
	}
	return h
}

func (c *Component) findHabits(comp *component.Component) (h habits) {
	o := &origins{root: c, quiet: map[uint32]bool{}}
	for _, def := range comp.Defs {
		o.define(def)
	}
	for _, def := range comp.Defs {
		switch d := def.(type) {
		case *component.Lift:
			h.restrained = h.restrained || !o.restrains(d.Options)
		case *component.Lower:
			h.leaves = true
			h.restrained = h.restrained || !o.restrains(d.Options)
		case *component.Builtin:
			h.leaves = true
			h.remembers = h.remembers || d.Op == component.ContextSet
		}
	}
	return h
}

// origins follows the core functions of a component to the modules that they come from.
type origins struct {
	root      *Component
	funcs     []origin
	instances []coreOrigin
	modules   []*engine.Code // nil for one that is not known before instantiation, or that has none
	quiet     map[uint32]bool
}

// origin is an exported function of a module; code is nil when that is not known.
type origin struct {
	code *engine.Code
	name string
}

// coreOrigin is a core instance: of a module, or of named externs.
type coreOrigin struct {
	code   *engine.Code
	inline map[string]origin
}

func (o *origins) define(def component.Def) {
	switch d := def.(type) {
	case *component.CoreModule:
		o.modules = append(o.modules, o.root.modules[d].code)
	case *component.Import:
		if d.Type.Sort == component.SortCoreModule {
			o.modules = append(o.modules, nil)
		}
	case *component.AliasExport:
		if d.Sort == component.SortCoreModule {
			o.modules = append(o.modules, nil)
		}
	case *component.AliasOuter:
		if d.Sort == component.SortCoreModule {
			o.modules = append(o.modules, nil)
		}
	case *component.Export:
		if d.Sort == component.SortCoreModule {
			o.modules = append(o.modules, o.modules[d.Index])
		}
	case *component.CoreInstantiate:
		o.instances = append(o.instances, coreOrigin{code: o.modules[d.Module]})
	case *component.CoreInlineExports:
		inline := make(map[string]origin, len(d.Exports))
		for _, e := range d.Exports {
			if e.Sort == component.SortCoreFunc {
				inline[e.Name] = o.funcs[e.Index]
			}
		}
		o.instances = append(o.instances, coreOrigin{inline: inline})
	case *component.AliasCoreExport:
		if d.Sort == component.SortCoreFunc {
			o.funcs = append(o.funcs, o.instances[d.Instance].function(d.Name))
		}
	case *component.Lower, *component.Builtin:
		o.funcs = append(o.funcs, origin{})
	}
}

func (i coreOrigin) function(name string) origin {
	if i.code != nil {
		return origin{i.code, name}
	}
	return i.inline[name]
}

// restrains reports whether the functions that options name are known not to call out.
func (o *origins) restrains(options component.Options) bool {
	return !(options.HasRealloc && o.callsOut(options.Realloc)) && !(options.HasPostReturn && o.callsOut(options.PostReturn))
}

func (o *origins) callsOut(f uint32) bool {
	quiet, known := o.quiet[f]
	if !known {
		from := o.funcs[f]
		quiet = from.code != nil && !from.code.CallsOut(from.name)
		o.quiet[f] = quiet
	}
	return !quiet
}
