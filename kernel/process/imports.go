package process

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/generated/systable"
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

// What no manifest has to say: these are far beyond what programs need, and bound what they cost the kernel.
const (
	callBudget       = 16 << 20 // bytes of Go memory for the values of one call
	maxTableElements = 1 << 18
	maxInstances     = 1000 // of components and core modules that one component consists of
)

// limits are what all instances of a life may cost.
func (l *life) limits() vm.Limits {
	p := l.process
	return vm.Limits{
		MaxHandles: p.spec.Handles, Memory: l.memory, Fuel: p.spec.Fuel, Pace: p.share.pace(),
		CallBudget: callBudget, Overhead: p.overhead, MaxTableElements: maxTableElements, MaxInstances: maxInstances,
	}
}

// builder makes the instance of a life, with those of the process's private components in it.
type builder struct {
	*life
	show    Tracer
	kernel  link.Set[*vm.Interface] // what the kernel implements for the process
	guarded map[string]*guard.Link  // by the names of services
	fused   []policy.Import
	private map[string]vm.Link // by the names of components
	done    map[string]bool    // imports that are answered, by their names
	options vm.Options
}

// build makes the instance.
func (l *life) build() (*vm.Instance, error) {
	p := l.process
	show := p.table.config.Trace(&l.vm)
	b := &builder{
		life: l, show: show, guarded: map[string]*guard.Link{}, private: map[string]vm.Link{}, done: map[string]bool{},
		options: vm.Options{Store: l.store, Limits: l.limits(), OnDrop: p.onDrop(show)},
	}
	list, err := p.table.config.Provide(&l.vm)
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		b.kernel.Add(i.Name, i)
	}
	c, err := b.component(p.spec.Component)
	if err != nil {
		return nil, err
	}
	for _, name := range p.spec.Private {
		if _, err := b.component(name); err != nil {
			return nil, fmt.Errorf("private component %s: %w", name, err)
		}
	}
	for _, name := range p.spec.Private {
		if link, ok := b.private[name]; ok {
			b.options.Links = append(b.options.Links, link)
		}
	}
	fused, release, err := l.hold()
	defer release()
	if err != nil {
		return nil, err
	}
	for _, i := range b.fused {
		b.options.Links = append(b.options.Links, vm.Link{Name: i.Name, Instance: fused[i.Provider.Name]})
	}
	return c.Instantiate(l.ctx, b.options)
}

// component has the imports of a component answered.
func (b *builder) component(name string) (*vm.Component, error) {
	c, err := b.process.table.config.Component(b.ctx, name)
	if err != nil {
		return nil, err
	}
	for _, i := range c.Decoded().Type.Imports {
		if b.done[i.Name] {
			continue
		}
		b.done[i.Name] = true
		if err := b.answer(i); err != nil {
			return nil, fmt.Errorf("import %s: %w", i.Name, err)
		}
	}
	return c, nil
}

// answer adds what answers an import. If that is nothing, the VM says so.
func (b *builder) answer(i component.Extern) error {
	by, ok := b.process.spec.resolved(i.Name)
	if !ok {
		return nil
	}
	switch by.Provider.Kind {
	case manifest.Kernel:
		return b.fromKernel(i)
	case manifest.Guarded:
		return b.fromService(i, by)
	case manifest.Fused:
		b.fused = append(b.fused, by)
	case manifest.Private:
		return b.fromComponent(i, by.Provider.Name)
	}
	return nil
}

// fromComponent has a private component answer. One that answers several imports is one instance, which answers all
// that it can.
func (b *builder) fromComponent(i component.Extern, name string) error {
	c, err := b.process.table.config.Component(b.ctx, name)
	if err != nil {
		return err
	}
	if _, again := b.private[name]; again {
		b.private[name] = vm.Link{Component: c}
	} else {
		b.private[name] = vm.Link{Name: i.Name, Component: c}
	}
	return nil
}

// fromKernel has the kernel's own implementation answer, behind the gate.
func (b *builder) fromKernel(i component.Extern) error {
	name := i.Name
	if i.Type.Sort != component.SortInstance {
		name = ""
	}
	found, ok := b.kernel.Get(name)
	if !ok && i.Implements != "" {
		found, ok = b.kernel.Get(i.Implements)
	}
	if !ok {
		return nil
	}
	guarded, err := b.process.gate.watch(found, b.show)
	b.options.Imports = append(b.options.Imports, guarded)
	return err
}

// fromService has another process answer.
func (b *builder) fromService(i component.Extern, by policy.Import) error {
	p, name := b.process, by.Provider.Name
	service := p.table.boot[name]
	if service == nil {
		return fmt.Errorf("there is no process %s", name)
	}
	l := b.guarded[name]
	if l == nil {
		l = service.provider.NewLink(b.ctx, &caller{p, service}, shared)
		if p.team != nil {
			l.Yielding()
		}
		b.guarded[name] = l
	}
	if t, ok := i.Type.Type.(*component.InstanceType); ok {
		b.options.Imports = append(b.options.Imports, l.Interface(i.Name, by.Export, t))
	} else {
		b.options.Imports = append(b.options.Imports, &vm.Interface{Funcs: []glue.Func{l.Func(i.Name, "")}})
	}
	return nil
}

// shared says which resources of the kernel pass from process to process as a part of calls: references to kernel
// objects, which are made for that.
func shared(r *abi.Resource) bool { return strings.HasPrefix(r.Name, "witan:kernel/capability@") }

// onDrop counts handles of the kernel's resources that are dropped, and shows them when calls are shown.
func (p *Process) onDrop(show Tracer) func(r *glue.Resource, handle uint32) {
	dropped := trace.Drops(show)
	numbers := map[*glue.Resource]uint16{}
	return func(r *glue.Resource, handle uint32) {
		number, known := numbers[r]
		if !known {
			number = dropNumber(r.Name)
			numbers[r] = number
		}
		if number != 0 {
			p.gate.counts.Count(number)
		}
		if p.tracing.Load() {
			dropped(r, handle)
		}
	}
}

// dropNumber is the system call that drops handles of a resource such as "wasi:io/poll@0.2/pollable".
func dropNumber(resource string) uint16 {
	i := strings.LastIndexByte(resource, '/')
	path, track, _ := strings.Cut(resource[:max(i, 0)], "@")
	return systable.Number(path, track, trace.Drop+resource[i+1:])
}
