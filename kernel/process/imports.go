package process

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/link"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

// This file makes the instances of a process, with each import answered by the provider that the policy has chosen.

// callBudget bounds the Go memory for the values of one call.
const callBudget = 16 << 20

// limits are what all instances of a life may cost.
func (l *life) limits() vm.Limits {
	p := l.process
	return vm.Limits{MaxHandles: p.spec.Handles, Memory: l.memory, Fuel: p.spec.Fuel, CallBudget: callBudget, Pace: p.share.pace()}
}

// builder makes the instances of a life.
type builder struct {
	*life
	kernel  link.Set[*vm.Interface] // what the kernel implements for the process, behind its gate
	show    Tracer
	store   *vm.Store
	links   map[string]*guard.Link  // by the names of services
	private map[string]*vm.Instance // by the names of components
}

// build makes the instance of the process's component, and before it those of its private components.
func (l *life) build() (*vm.Instance, error) {
	p := l.process
	b := &builder{life: l, links: map[string]*guard.Link{}, private: map[string]*vm.Instance{}, show: p.table.config.Trace(&l.vm)}
	if err := b.implement(); err != nil {
		return nil, err
	}
	b.store = p.table.config.VM.NewStore(l.limits())
	for _, name := range p.spec.Private {
		i, err := b.instantiate(name)
		if err != nil {
			return nil, fmt.Errorf("private component %s: %w", name, err)
		}
		b.private[name] = i
	}
	return b.instantiate(p.spec.Component)
}

// implement takes in what the kernel implements.
func (b *builder) implement() error {
	p := b.process
	list, err := p.table.config.Provide(&b.vm)
	if err != nil {
		return err
	}
	for _, i := range list {
		guarded, err := p.gate.watch(i, b.show)
		if err != nil {
			return err
		}
		b.kernel.Add(i.Name, guarded)
	}
	return nil
}

func (b *builder) instantiate(name string) (*vm.Instance, error) {
	c, err := b.process.table.config.Component(b.ctx, name)
	if err != nil {
		return nil, err
	}
	o := vm.Options{Store: b.store, OnDrop: b.process.onDrop(b.show)}
	for _, i := range c.Decoded().Type.Imports {
		if err := b.answer(&o, i); err != nil {
			return nil, fmt.Errorf("import %s: %w", i.Name, err)
		}
	}
	return c.Instantiate(b.ctx, o)
}

// answer adds what answers an import. If that is nothing, the VM says so.
func (b *builder) answer(o *vm.Options, i component.Extern) error {
	by, ok := b.process.spec.resolved(i.Name)
	if !ok {
		return nil
	}
	switch by.Provider.Kind {
	case manifest.Kernel:
		b.fromKernel(o, i)
	case manifest.Guarded:
		return b.fromService(o, i, by)
	case manifest.Private:
		o.Links = append(o.Links, vm.Link{Name: i.Name, Instance: b.private[by.Provider.Name]})
	default:
		return fmt.Errorf("%s is no provider", by.Provider)
	}
	return nil
}

func (b *builder) fromKernel(o *vm.Options, i component.Extern) {
	name := i.Name
	if i.Type.Sort != component.SortInstance {
		name = ""
	}
	found, ok := b.kernel.Get(name)
	if !ok && i.Implements != "" {
		found, ok = b.kernel.Get(i.Implements)
	}
	if ok {
		o.Imports = append(o.Imports, found)
	}
}

// fromService has another process answer.
func (b *builder) fromService(o *vm.Options, i component.Extern, by policy.Import) error {
	p, name := b.process, by.Provider.Name
	service := p.table.boot[name]
	if service == nil {
		return fmt.Errorf("there is no process %s", name)
	}
	l := b.links[name]
	if l == nil {
		l = service.provider.NewLink(b.ctx, &caller{p, service}, shared)
		b.links[name] = l
	}
	if t, ok := i.Type.Type.(*component.InstanceType); ok {
		o.Imports = append(o.Imports, l.Interface(i.Name, by.Export, t))
	} else {
		o.Imports = append(o.Imports, &vm.Interface{Funcs: []glue.Func{l.Func(i.Name, "")}})
	}
	return nil
}

// shared says which resources of the kernel pass from process to process as a part of calls: references to kernel
// objects, which are made for that.
func shared(r *abi.Resource) bool { return strings.HasPrefix(r.Name, "witan:kernel/capability@") }

// onDrop shows handles that are dropped, when calls are shown.
func (p *Process) onDrop(show Tracer) func(r *glue.Resource, handle uint32) {
	dropped := trace.Drops(show)
	return func(r *glue.Resource, handle uint32) {
		if p.tracing.Load() {
			dropped(r, handle)
		}
	}
}
