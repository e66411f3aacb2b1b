package instance

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// extern is an entry of an index space at run time. The field of its sort is set; for a resource type that is
// resource, and typ unless Go defines it.
type extern struct {
	function  *function
	instance  *instanceValue
	component *closure
	module    *Module
	resource  *abi.Resource
	typ       *typeValue
}

// sort is the sort of the extern; ok is false for no extern at all.
func (x extern) sort() (sort component.Sort, ok bool) {
	switch {
	case x.function != nil:
		return component.SortFunc, true
	case x.instance != nil:
		return component.SortInstance, true
	case x.component != nil:
		return component.SortComponent, true
	case x.module != nil:
		return component.SortCoreModule, true
	}
	return component.SortType, x.resource != nil || x.typ != nil
}

// instanceValue is a component instance as others see it: named externs.
type instanceValue struct{ exports map[string]extern }

// closure is a component with the instantiation that it was defined in, which its outer aliases refer to.
type closure struct {
	root      *Component // the file that it stands in
	component *component.Component
	outer     *walk
}

// typeValue is a type with the resource types that it refers to.
type typeValue struct {
	static component.Type
	env    environment
}

// function is a component function: written in Go, or lifted from a core function.
type function struct {
	name string // for messages; "" until it crosses a component's edge
	host *HostFunc
	lift *lift
	// unsupported says why the function can't be called.
	unsupported error
}

// nameAfter gives the functions of an extern names for messages when they have none yet: those under which
// a component exports them.
func (x extern) nameAfter(export string) {
	if f := x.function; f != nil && f.name == "" {
		f.name = export
	}
	if x.instance == nil {
		return
	}
	for member, m := range x.instance.exports {
		if f := m.function; f != nil && f.lift != nil && (f.name == "" || f.name == member) {
			f.name = export + "#" + member
		}
	}
}

// lift is a core function with the options that make it a component function.
type lift struct {
	options
	typ  *abi.Func
	plan *abi.Plan
	inst *Instance
	core coreExtern
	post *coreExtern

	allocator *coreExtern // realloc as a core function
	home      *coreExtern // the memory as a core extern; nil without that option

	async    bool        // lifted with the async option: the core function calls task.return
	callback *coreExtern // called while the core function says that it is not done; may be nil
}

// functions are those that an export takes.
func (l *lift) functions() tally {
	if l.post != nil {
		return tally{functions: 2}
	}
	return tally{functions: 1}
}

// export prepares the function for calls. Each Export has a call stack of its own.
func (l *lift) export(name string) (*Export, error) {
	e := &Export{typ: l.typ, plan: l.plan, stack: make([]uint64, max(1, l.plan.Slots()))}
	e.Boundary = Boundary{options: l.options, name: name, inst: l.inst}
	var err error
	if e.fn, err = l.core.callable(); err != nil {
		return nil, err
	}
	if l.post != nil {
		if e.post, err = l.post.callable(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// coreExtern is an entry of a core index space: an export of a module instance, or a function in Go.
type coreExtern struct {
	engine.Extern
	module engine.Module
	name   string
	host   engine.HostCode
	// untyped is set for a function in Go that stands for something unsupported: it traps when it is
	// called, and has whatever type it is imported with.
	untyped bool
}

// callable makes a function that Go can call.
func (x coreExtern) callable() (engine.Function, error) {
	if x.host != nil {
		return goFunction{code: x.host}, nil
	}
	f := x.module.ExportedFunction(x.name)
	if f == nil {
		return nil, fmt.Errorf("core export %q can't be called", x.name)
	}
	return f, nil
}

// goFunction lets Go call a core function that is written in Go.
type goFunction struct {
	engine.Function // never called: the interface can't be implemented outside of the engine
	code            engine.HostCode
}

// CallWithStack runs the code; its panics become the error.
func (f goFunction) CallWithStack(ctx context.Context, stack []uint64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			failure, ok := r.(error)
			if !ok {
				panic(r)
			}
			err = failure
		}
	}()
	f.code.Call(ctx, stack)
	return nil
}

// coreInstance is an instance of a core module, or a set of core externs under names.
type coreInstance struct {
	module engine.Module
	code   *engine.Code
	inline map[string]coreExtern
}

func (c *coreInstance) export(name string) (coreExtern, bool) {
	if c.module == nil {
		x, ok := c.inline[name]
		return x, ok
	}
	typ, ok := c.code.Export(name)
	return coreExtern{Extern: typ, module: c.module, name: name}, ok
}
