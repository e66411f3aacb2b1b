// Package vm runs WebAssembly components from Go: the public face of the runtime.
//
//	v, err := vm.New(ctx, vm.Config{})
//	c, err := v.Compile(ctx, "greet", wasm)
//	i, err := c.Instantiate(ctx, vm.Options{Imports: host})
//	results, err := i.Call(ctx, "", "greet", value.String("world"))
//
// A component is compiled once and instantiated often. A [VM] and a [Component] may be used by any number of
// goroutines, an [Instance] by one at a time, and so may all instances of one [Store], unless it is a team's. What a guest does can end
// its own store, with a [Trap]; it can't end the program, nor take more than its [Limits].
//
// Imports are answered by host interfaces: those of generated code (a World for each WIT world, or a Provide
// function for each interface), or such that work on dynamic values ([HostFunc]). Another component can answer them
// as well ([Link]). Typed calls into exports come from generated code, too (a Bind function for each world and
// interface); [Instance.Call] is for callers that know no Go type. docs/EMBED.md is a guide.
package vm

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/link"
	"github.com/witan-os/witan/runtime/value"
)

// Config chooses how a VM works; the zero value is good for most.
type Config = engine.Config

// Limits bound what an instance may cost.
type Limits = instance.Limits

// Quota is what memories are taken from, see [Limits].
type Quota = engine.Quota

// VM compiles components.
type VM struct{ engine *engine.Engine }

// New starts a VM.
func New(ctx context.Context, c Config) (*VM, error) {
	e, err := engine.New(ctx, c)
	if err != nil {
		return nil, err
	}
	return &VM{e}, nil
}

// Close releases everything that the VM has compiled. No instance may be in use.
func (v *VM) Close(ctx context.Context) error { return v.engine.Close(ctx) }

// CacheMisses counts core modules that a read-only cache should have had and did not.
func (v *VM) CacheMisses() int64 { return v.engine.CacheMisses() }

// Compile decodes, checks and compiles a component. name is what messages call it. data must not change
// afterwards. Errors give the offset in data and the rule that it breaks; for a core module the error
// says that it is one.
func (v *VM) Compile(ctx context.Context, name string, data []byte) (*Component, error) {
	return v.CompileWith(ctx, name, data, component.Released)
}

// CompileWith is [VM.Compile] for components that use features beyond those that have been released. What can't
// be run of them is refused when it is called.
func (v *VM) CompileWith(ctx context.Context, name string, data []byte, features component.Features) (*Component, error) {
	c, err := instance.CompileWith(ctx, v.engine, name, data, features)
	if err != nil {
		return nil, fmt.Errorf("component %q: %w", name, err)
	}
	return &Component{c}, nil
}

// Component is a compiled component.
type Component struct{ inner *instance.Component }

// Close releases the machine code. No instance may be in use.
func (c *Component) Close(ctx context.Context) { c.inner.Close(ctx) }

// Decoded gives the component's imports, exports and types.
func (c *Component) Decoded() *component.Component { return c.inner.Decoded() }

// Options say what an instance gets.
type Options struct {
	// Imports are the host interfaces that the component, and those linked to it, may use. Of two with the
	// same name and semver track the later one counts.
	Imports []*glue.Interface
	// Host makes more of them, for Process. A generated World is one. With nil, Process is one that has nothing and
	// ends with the instance's store.
	Host    Provider
	Process *Process
	// Links are components and instances whose exports answer imports, before Imports are asked.
	Links []Link
	// Store is where the instance is to live, beside others. With nil that is the store of the instances in
	// Links, or else one of its own.
	Store *Store
	// Limits are those of the instance's own store, or in a team of the instance and what is made to be linked to it.
	Limits Limits
	// OnDrop is called when a component drops a handle of a resource that Go defines; nil for nobody.
	OnDrop func(r *glue.Resource, handle uint32)
}

// Link lets a component answer imports of the one that is instantiated, and of others that are linked to it.
// One of Component and Instance is set.
type Link struct {
	// Name says which imports it may answer with its exports of the same names and semver tracks:
	//
	//   - an interface such as "acme:greet/api@1.0.0", with or without version: imports of it;
	//   - a package such as "acme:greet" or "acme:greet@1.0.0": imports of its interfaces;
	//   - "" or a plain name: all. An instance that is imported under just the plain name is answered
	//     with all that the component exports, unless it has an export of that name.
	//
	// A link for just the name of an import is asked first, otherwise each in its turn; a linked component
	// asks those behind it and then those before it.
	Name string
	// Component is instantiated, if its exports are needed.
	Component *Component
	// Instance is one of the same store.
	Instance *Instance
}

// Store holds instances that can be linked to each other: they run one call at a time, trap together and are
// closed together. Err says why it is dead, Fuel and AddFuel are about [Limits], and Close ends all of it.
type Store = instance.Store

// NewStore makes a store. Its instances share the limits.
func (v *VM) NewStore(l Limits) *Store { return instance.NewStore(v.engine, l) }

// NewTeam makes a store for several programs that run side by side and call each other: see [instance.NewTeam] for
// who waits for whom and ends with whom, and for what an overdraft is. Each instance has the limits of its Options.
func (v *VM) NewTeam(overdraft uint64) *Store { return instance.NewTeam(v.engine, overdraft) }

// Blocking runs f, which may take its time, in a host function that got ctx: see [instance.Blocking].
func Blocking(ctx context.Context, f func()) { instance.Blocking(ctx, f) }

// Instantiate makes an instance of the component.
//
// The error is that of Host, a *[MissingImports] when neither links nor the host have something, a *[LinkError] when
// something does not fit, a *[Cycle] when links need each other, an *[Unused] when one answers no import, and
// a *[Trap] when a component traps while it starts.
func (c *Component) Instantiate(ctx context.Context, o Options) (*Instance, error) {
	if o.Host == nil || o.Process != nil {
		return c.instantiate(ctx, o, nil)
	}
	o.Process = &Process{}
	i, err := c.instantiate(ctx, o, o.Process.Close)
	if err != nil {
		o.Process.Close()
		return nil, err
	}
	return i, nil
}

func (c *Component) instantiate(ctx context.Context, o Options, atClose func()) (*Instance, error) {
	var imports instance.Imports
	for _, i := range o.Imports {
		imports.Add(i.Name, i)
	}
	if o.Host != nil {
		list, err := o.Host.Provide(o.Process)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			imports.Add(i.Name, i)
		}
	}
	s, links := o.Store, make([]instance.Link, len(o.Links))
	for i, l := range o.Links {
		links[i].Name = l.Name
		if l.Component != nil {
			links[i].Component = l.Component.inner
		}
		if l.Instance != nil {
			links[i].Instance = l.Instance.Instance
			if s == nil {
				s = l.Instance.Store
			}
		}
	}
	if s == nil {
		s = c.inner.NewStore(o.Limits)
	}
	i, err := c.inner.InstantiateIn(ctx, s, &imports, instance.Settings{
		Links: links, Limits: o.Limits, OnDrop: o.OnDrop, AtClose: atClose,
	})
	if err != nil {
		return nil, err
	}
	return &Instance{i}, nil
}

// The errors of instances.
type (
	// Trap is the error of a call that ended its instance.
	Trap = instance.Trap
	// Exit is the error with which a program ends itself.
	Exit = instance.Exit
	// Misuse is the error of a typed call with a resource that it can't have.
	Misuse = instance.Misuse
	// MissingImports is the error of a component that needs what its host does not have.
	MissingImports = instance.MissingImports
	// LinkError says which definition of a component can't be instantiated.
	LinkError = instance.LinkError
	// Cycle is the error of linked components that need each other.
	Cycle = link.Cycle
	// Unused is the error of a linked component that answers no import.
	Unused = link.Unused
)

// ErrBusy is the error of a call into an instance that is in a call already.
var ErrBusy = instance.ErrBusy

// ErrProvides is the error of closing an instance of a team to which others are linked.
var ErrProvides = instance.ErrProvides

// ErrOutOfFuel is the cause of a trap of an instance that has used up the fuel of its [Limits].
var ErrOutOfFuel = engine.ErrOutOfFuel

// ErrStackOverflow is the cause of a trap of an instance whose calls went deeper than its [Limits].
var ErrStackOverflow = engine.ErrStackOverflow

// Instance is a running component. Besides what is here it has Func, Funcs and Export for its exported functions,
// Edges for its calls between components, and the methods of its [Store], which may be its alone.
type Instance struct{ *instance.Instance }

// Call calls an exported function with dynamic values. iface is the exported interface that the function is
// in, or "" for a function that the component exports itself. The result is nil for a function without one.
func (i *Instance) Call(ctx context.Context, iface, name string, args ...value.Value) (result value.Value, err error) {
	e, err := i.Func(iface, name)
	if err != nil {
		return nil, err
	}
	return CallExport(ctx, e, args...)
}

// CallExport calls a resolved function with dynamic values.
func CallExport(ctx context.Context, e *instance.Export, args ...value.Value) (result value.Value, err error) {
	if err := value.CheckParams(e.Type(), args); err != nil {
		return nil, fmt.Errorf("%s: %w", e.Name(), err)
	}
	if err := e.Enter(ctx); err != nil {
		return nil, err
	}
	defer e.Leave(&err)
	value.LowerParams(e, e.Plan(), e.Stack(), args)
	e.Invoke()
	return value.LiftResult(e, e.Plan(), e.Stack()), nil
}
