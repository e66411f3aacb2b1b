package process

import (
	"context"
	"fmt"
	"slices"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
)

// This file lets a process start others.

// maxArguments bounds the arguments that a process is started with, in bytes, with argumentCost for each.
const maxArguments = 64 << 10

// spawn starts a process for a life of p.
func (p *Process) spawn(l *life, name string, args []string, passed *capability.Ref) (*Process, error) {
	spec := p.table.specs[name]
	switch {
	case spec == nil || spec.Start != manifest.StartSpawn:
		return nil, fmt.Errorf("process %s: %w", name, host.ErrNotFound)
	case !slices.Contains(p.spec.Startable, name):
		p.refused("start of " + name)
		return nil, fmt.Errorf("start of %s: %w", name, host.ErrDenied)
	}
	var size uint64
	for _, a := range args {
		size += argumentCost + uint64(len(a))
	}
	if size > maxArguments {
		return nil, fmt.Errorf("arguments of %d bytes: %w", size, host.ErrOverBudget)
	}
	child, err := p.adopt(l, spec, size)
	if err != nil {
		return nil, err
	}
	child.extra, child.passed = slices.Clone(args), passed
	p.table.launch(child)
	return child, nil
}

// adopt makes a child, if there is room for it and for arguments of so many bytes.
func (p *Process) adopt(l *life, spec *Spec, size uint64) (*Process, error) {
	t := p.table
	t.mu.Lock()
	defer t.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	spawned := 0
	for _, c := range p.children {
		if c.spawned {
			spawned++
		}
	}
	switch {
	case p.life != l: // it has just ended
		return nil, context.Cause(l.ctx)
	case spawned >= MaxChildren:
		return nil, fmt.Errorf("%d processes started: %w", spawned, host.ErrOverBudget)
	case len(t.processes) >= MaxProcesses:
		return nil, fmt.Errorf("%d processes in all: %w", len(t.processes), host.ErrOverBudget)
	}
	child := newProcess(t, spec)
	child.overhead = p.overhead
	if err := child.charge(size); err != nil {
		return nil, err
	}
	child.parent, child.spawned, child.held = p, true, true
	child.source.Root = &child.root().source
	t.processes[child.id] = child
	p.children = append(p.children, child)
	return child, nil
}

// child is a process as the one that has started it holds it. It implements [host.Child].
type child struct{ process *Process }

// ID implements [host.Child].
func (c *child) ID() uint64 { return c.process.id }

// Object implements [host.Child].
func (c *child) Object() capability.Object { return newReferent(c.process) }

// Wait implements [host.Child].
func (c *child) Wait(ctx context.Context) (host.Ending, error) {
	select {
	case <-c.process.ended:
	case <-ctx.Done():
	}
	return c.process.endingOr(ctx)
}

// Ending implements [host.Child].
func (c *child) Ending() (host.Ending, bool) { return c.process.Ending() }

// Kill implements [host.Child].
func (c *child) Kill(ctx context.Context) error {
	p := c.process
	p.dismiss(killed(p.parent))
	return p.awaitEndFor(ctx, p.parent, p.ended)
}

// Release implements [host.Child].
func (c *child) Release() { c.process.release() }

// release is for when the parent asks for the process no more.
func (p *Process) release() {
	p.mu.Lock()
	p.held = false
	ended := p.final != nil
	p.mu.Unlock()
	if ended {
		p.forget()
	}
}
