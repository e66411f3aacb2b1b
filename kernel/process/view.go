package process

import (
	"context"
	"fmt"
	"time"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/kernel/audit"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
)

// view is the kernel as a life of a process sees it: what the implementations of witan:kernel stand on. It implements
// [host.Kernel].
type view struct{ *life }

// Space implements [host.Objects].
func (v *view) Space() *capability.Space { return v.space }

// Grants implements [host.Objects].
func (v *view) Grants() []host.Grant {
	list := make([]host.Grant, len(v.grants))
	for i, g := range v.grants {
		list[i] = host.Grant{Name: g.name, Kind: g.ref.Kind(), Rights: g.ref.Rights()}
	}
	return list
}

// Granted implements [host.Objects].
func (v *view) Granted(name string) (*capability.Ref, error) {
	ref, err := v.granted(name)
	if err != nil {
		return nil, err
	}
	return ref.Derive(ref.Rights(), 0)
}

// Charge implements [host.Objects].
func (v *view) Charge(bytes uint64) error {
	if !v.memory.Take(bytes) {
		return host.ErrOverBudget
	}
	return nil
}

// Refund implements [host.Objects].
func (v *view) Refund(bytes uint64) { v.memory.Give(bytes) }

// Refused implements [host.Objects]. That a condemned life has nothing any more is none.
func (v *view) Refused(detail string) {
	if v.ctx.Err() == nil {
		v.process.refused(detail)
	}
}

// Spawn implements [host.Children].
func (v *view) Spawn(_ context.Context, name string, args []string, passed *capability.Ref) (host.Child, error) {
	p, err := v.process.spawn(v.life, name, args, passed)
	if err != nil {
		return nil, err
	}
	return &child{p}, nil
}

// Processes implements [host.Monitor].
func (v *view) Processes() []host.Info {
	list := v.process.table.list()
	infos := make([]host.Info, len(list))
	for i, p := range list {
		infos[i] = p.Info()
	}
	return infos
}

// Calls implements [host.Monitor].
func (v *view) Calls(id uint64) ([]host.Count, error) {
	p, err := v.process.table.find(id)
	if err != nil {
		return nil, err
	}
	var list []host.Count
	for n := range systable.Calls {
		if c := p.gate.counts.Of(uint16(n)); c > 0 {
			list = append(list, host.Count{Number: uint16(n), Name: systable.Calls[n].Name(), Count: c})
		}
	}
	return list, nil
}

// maxEvents bounds what one look at the audit shows.
const maxEvents = 1024

// Audit implements [host.Monitor].
func (v *view) Audit(after uint64, limit int) []host.Event {
	records := make([]audit.Record, min(limit, maxEvents))
	n, _ := v.process.table.config.Audit.Read(after, records)
	events := make([]host.Event, n)
	for i := range events {
		r := &records[i]
		events[i] = host.Event{
			Sequence: r.Sequence, Time: r.Time, ID: r.Process, Name: r.Name(), What: r.Verdict.String(), Detail: r.Detail(),
		}
	}
	return events
}

// Trace implements [host.Monitor].
func (v *view) Trace(id uint64, on bool) error {
	p, err := v.process.table.find(id)
	if err != nil {
		return err
	}
	p.tracing.Store(on)
	return nil
}

// Kill implements [host.Monitor].
func (v *view) Kill(ctx context.Context, id uint64) error {
	p, err := v.process.table.find(id)
	switch {
	case err != nil:
		return err
	case p.spec.Essential:
		return fmt.Errorf("%w: %s is essential", host.ErrDenied, p)
	}
	return v.kill(ctx, p, nil)
}

// kill ends a process for this one; see [Process.kill].
func (v *view) kill(ctx context.Context, p *Process, via *capability.Ref) error {
	if p == v.process {
		verdict := killed(p)
		v.cancel(verdict)
		return verdict
	}
	return p.kill(ctx, v.process, via)
}

// Summary implements [host.Machine].
func (v *view) Summary() host.Summary { return v.process.table.config.Machine.Summary() }

// Shutdown implements [host.Machine].
func (v *view) Shutdown(status uint8) {
	v.process.table.Stop(int(status))
}

// Reboot implements [host.Machine].
func (v *view) Reboot() {
	v.process.table.reboot.Store(true)
	v.process.table.Stop(0)
}

// Info is what can be seen of the process.
func (p *Process) Info() host.Info {
	info := host.Info{
		ID: p.id, Name: p.spec.Name, State: p.state(), MemoryLimit: uint64(p.spec.Memory),
		Denied: p.gate.denied.Load(), Restarts: p.restarts.Load(),
	}
	if p.parent != nil {
		info.Parent = p.parent.id
	}
	info.Calls = p.gate.counts.Total()
	fuel := p.worked.Load()
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.life; l != nil {
		info.Uptime = time.Since(l.started)
		info.Memory = l.memory.Used()
		if l.ready {
			info.Handles = uint32(l.space.Len())
			fuel += l.instance.Fuel()
		}
	}
	info.CPUTime = time.Duration(fuel / fuelPerNanosecond)
	return info
}
