// Package monitor implements witan:kernel/monitor: all processes, as shells and supervisors see them.
package monitor

import (
	"context"
	"strings"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/monitor"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/runtime/glue"
)

// maxEvents is how many entries of the audit one call returns.
const maxEvents = 64

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *capability.Holder }

// Processes implements wit.Host.
func (p provider) Processes(context.Context) ([]wit.Info, error) {
	list := p.Kernel.Processes()
	infos := make([]wit.Info, len(list))
	for i := range list {
		from := &list[i]
		infos[i] = wit.Info{
			ID: from.ID, Parent: from.Parent, Name: text(from.Name), State: wit.State(from.State),
			Uptime: uint64(from.Uptime), CPUTime: uint64(from.CPUTime), Memory: from.Memory, MemoryLimit: from.MemoryLimit,
			Handles: from.Handles, Calls: from.Calls, Denied: from.Denied, Restarts: from.Restarts,
		}
	}
	return infos, nil
}

// Calls implements wit.Host.
func (p provider) Calls(_ context.Context, id uint64) ([]wit.CallCount, error) {
	list, err := p.Kernel.Calls(id)
	if err != nil {
		return nil, p.Fail("calls", err)
	}
	counts := make([]wit.CallCount, len(list))
	for i, c := range list {
		counts[i] = wit.CallCount{Number: uint32(c.Number), Name: c.Name, Count: c.Count}
	}
	return counts, nil
}

// Audit implements wit.Host.
func (p provider) Audit(_ context.Context, after uint64) ([]wit.Event, error) {
	list := p.Kernel.Audit(after, maxEvents)
	events := make([]wit.Event, len(list))
	for i := range list {
		from := &list[i]
		events[i] = wit.Event{
			Sequence: from.Sequence, Time: uint64(from.Time), ID: from.ID, Name: text(from.Name),
			What: from.What, Detail: text(from.Detail),
		}
	}
	return events, nil
}

// Trace implements wit.Host.
func (p provider) Trace(_ context.Context, id uint64, on bool) error {
	if err := p.Kernel.Trace(id, on); err != nil {
		return p.Fail("trace", err)
	}
	return nil
}

// Kill implements wit.Host.
func (p provider) Kill(ctx context.Context, id uint64) error {
	var err error
	glue.Blocking(ctx, func() { err = p.Kernel.Kill(ctx, id) }) // it may be one that waits for this one
	if err != nil {
		return p.Fail("kill", err)
	}
	return nil
}

// text is what programs may have put together of any bytes; a string of WIT is not.
func text(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
