// Package supervision implements witan:kernel/supervision: processes that others watch, and end, by a capability.
package supervision

import (
	"context"

	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/supervision"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/processes"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *capability.Holder }

// ProcessOpen implements wit.Host.
func (p provider) ProcessOpen(_ context.Context, from glue.Own[witcap.Capability]) (glue.Own[wit.Process], error) {
	held, err := p.Open(from, object.Process)
	if err != nil {
		return glue.Own[wit.Process]{}, err
	}
	return glue.Give[wit.Process](&process{held, p.Holder}), nil
}

// process is the resource.
type process struct {
	capability.Held
	holder *capability.Holder
}

// Capability implements wit.Process.
func (p *process) Capability(context.Context) (glue.Own[witcap.Capability], error) { return p.Again() }

// Status implements wit.Process.
func (p *process) Status(context.Context) (wit.Status, error) {
	s, err := p.holder.Kernel.Status(p.Ref())
	if err != nil {
		return wit.Status{}, p.holder.Fail("see a process", err)
	}
	status := wit.Status{ID: s.ID, Name: s.Name, State: wit.State(s.State), Restarts: s.Restarts}
	if s.State == host.Ended {
		status.Ending = glue.Some(processes.Ending(s.Ending))
	}
	return status, nil
}

// Wait implements wit.Process.
func (p *process) Wait(ctx context.Context, timeout glue.Option[uint64]) (wit.Ending, error) {
	return processes.Await(ctx, p.holder, timeout, func(ctx context.Context) (host.Ending, error) {
		return p.holder.Kernel.Await(ctx, p.Ref())
	})
}

// Kill implements wit.Process.
func (p *process) Kill(ctx context.Context) error {
	var err error
	glue.Blocking(ctx, func() { err = p.holder.Kernel.End(ctx, p.Ref()) }) // it may be one that waits for this one
	if err != nil {
		return p.holder.Fail("kill", err)
	}
	return nil
}
