package image

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/link"
	"github.com/witan-os/witan/runtime/vm"
)

// compiler compiles what an image runs into a cache of machine code.
type compiler struct {
	Options
	vm         *vm.VM
	components map[string]*vm.Component
	resources  map[string]*abi.Resource // of the kernel, for rehearsals, by their full names
}

// compile compiles all parts into the cache, with the adapters that calls between them need. The plan is nil for a
// system without processes.
func (o Options) compile(ctx context.Context, parts []part, plan *policy.Plan, cache string) error {
	v, err := vm.New(ctx, vm.Config{CacheDir: cache})
	if err != nil {
		return err
	}
	defer v.Close(ctx)
	c := &compiler{Options: o, vm: v, components: map[string]*vm.Component{}, resources: map[string]*abi.Resource{}}
	defer c.close(ctx)
	for _, p := range parts {
		o.Progress("compiling %s (%d KB)", p.name, len(p.wasm)>>10)
		if err := c.part(ctx, p, plan == nil); err != nil {
			return fmt.Errorf("%s: %w", p.file, err)
		}
	}
	if plan != nil {
		c.rehearse(ctx, plan)
	}
	return nil
}

func (c *compiler) close(ctx context.Context) {
	for _, component := range c.components {
		component.Close(ctx)
	}
}

// part compiles a component, or a core module that speaks WASI 0.1. One that runs alone is rehearsed alone.
func (c *compiler) part(ctx context.Context, p part, alone bool) error {
	if p.module {
		return c.vm.CompileModule(ctx, p.wasm)
	}
	compiled, err := c.vm.Compile(ctx, p.name, p.wasm)
	if err != nil {
		return err
	}
	c.components[p.name] = compiled
	if !alone {
		return nil
	}
	if _, err := compiled.Rehearse(ctx); err != nil {
		c.notWhole(p.name, err)
	}
	return nil
}

// notWhole says that adapters are missing, which is no failure: the boot makes them.
func (c *compiler) notWhole(name string, err error) {
	c.Progress("%s is not compiled whole, the boot does the rest: %v", name, err)
}

// rehearsalFuel is what the start functions of all processes that share a store may use up.
const rehearsalFuel = 1 << 28

// rehearse instantiates all processes once, linked as the plan has it, but with a kernel that answers nothing: so the
// adapters between them are made and compiled.
func (c *compiler) rehearse(ctx context.Context, plan *policy.Plan) {
	teams := map[int]*vm.Store{}
	done := map[string]*vm.Instance{} // by the names of processes
	var stores []*vm.Store
	defer func() {
		for _, s := range stores {
			s.Close(ctx)
		}
	}()
	for _, p := range plan.Processes {
		store := teams[p.Team]
		if store == nil {
			store = c.vm.NewStore(vm.Limits{Fuel: rehearsalFuel})
			stores = append(stores, store)
		}
		if p.Team != 0 {
			teams[p.Team] = store
		}
		i, err := c.rehearseProcess(ctx, p, store, done)
		if err != nil {
			c.notWhole(p.Name, err)
			continue
		}
		done[p.Name] = i
	}
}

// rehearseProcess instantiates the components of one process.
func (c *compiler) rehearseProcess(ctx context.Context, p *policy.Process, store *vm.Store, fused map[string]*vm.Instance) (*vm.Instance, error) {
	private := map[string]*vm.Instance{}
	instantiate := func(name string) (*vm.Instance, error) {
		component := c.components[name]
		o := vm.Options{Store: store, Imports: c.stubs(component)}
		for _, want := range component.Decoded().Type.Imports {
			by, ok := p.Import(want.Name)
			if !ok {
				continue
			}
			link := vm.Link{Name: want.Name}
			switch by.Provider.Kind {
			case manifest.Fused:
				link.Instance = fused[by.Provider.Name]
			case manifest.Private:
				link.Instance = private[by.Provider.Name]
			}
			if link.Instance != nil {
				o.Links = append(o.Links, link)
			}
		}
		return component.Instantiate(ctx, o)
	}
	for _, name := range p.Private {
		i, err := instantiate(name)
		if err != nil {
			return nil, err
		}
		private[name] = i
	}
	return instantiate(p.Component)
}

// stubs answer what a component imports. The kernel's resources are the same for all components, so that these can
// pass them to each other.
func (c *compiler) stubs(component *vm.Component) []*vm.Interface {
	list := component.Stubs()
	for _, i := range list {
		for n := range i.Resources {
			r := &i.Resources[n]
			name := link.Key(i.Name) + "#" + r.Name
			if c.resources[name] == nil {
				c.resources[name] = r.Type
			}
			r.Type = c.resources[name]
		}
	}
	return list
}
