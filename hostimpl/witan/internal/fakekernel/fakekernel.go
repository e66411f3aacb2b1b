// Package fakekernel is a kernel for tests of what is implemented on top of one: it keeps what it is told, and answers
// with what it was given.
package fakekernel

import (
	"context"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
)

// Kernel is a host.Kernel. Its fields are to be set before it is used.
type Kernel struct {
	InSpace *capability.Space
	Given   []host.Grant
	Refs    map[string]*capability.Ref // of the grants
	Budget  uint64                     // bytes that can be charged
	Refusal []string                   // what was refused

	Devices map[string]host.Device

	Start   func(name string, args []string, passed *capability.Ref) (host.Child, error)
	Watched *host.Status // the process behind each reference to one; it has ended if the test says so
	List    []host.Info
	Counts  map[uint64][]host.Count
	Record  []host.Event
	Traced  map[uint64]bool
	Killing func(ctx context.Context, id uint64) error
	Has     host.Summary
	Shut    []uint8 // the statuses of shutdowns
	Reboots int
	Bind    func(i *glue.Instance) (host.Handler, error) // how messages are handled
}

// New makes a kernel for a process with an empty space.
func New() *Kernel {
	return &Kernel{InSpace: capability.NewSpace(capability.Limits{}), Budget: 1 << 20, Traced: map[uint64]bool{}}
}

// Space implements host.Objects.
func (k *Kernel) Space() *capability.Space { return k.InSpace }

// Grants implements host.Objects.
func (k *Kernel) Grants() []host.Grant { return k.Given }

// Granted implements host.Objects.
func (k *Kernel) Granted(name string) (*capability.Ref, error) {
	r, ok := k.Refs[name]
	if !ok {
		return nil, host.ErrNotFound
	}
	return r.Derive(r.Rights(), 0)
}

// Device implements host.Objects.
func (k *Kernel) Device(name string) (host.Device, error) {
	d, ok := k.Devices[name]
	if !ok {
		return nil, host.ErrNotFound
	}
	return d, nil
}

// Charge implements host.Objects.
func (k *Kernel) Charge(bytes uint64) error {
	if bytes > k.Budget {
		return host.ErrOverBudget
	}
	k.Budget -= bytes
	return nil
}

// Refund implements host.Objects.
func (k *Kernel) Refund(bytes uint64) { k.Budget += bytes }

// Refused implements host.Objects.
func (k *Kernel) Refused(detail string) { k.Refusal = append(k.Refusal, detail) }

// Handle implements host.Messages.
func (k *Kernel) Handle(bind func(i *glue.Instance) (host.Handler, error)) { k.Bind = bind }

// Spawn implements host.Children.
func (k *Kernel) Spawn(_ context.Context, name string, args []string, passed *capability.Ref) (host.Child, error) {
	return k.Start(name, args, passed)
}

// Status implements host.Supervision.
func (k *Kernel) Status(via *capability.Ref) (host.Status, error) {
	if _, err := via.Object(capability.Read); err != nil {
		return host.Status{}, err
	}
	return *k.Watched, nil
}

// Await implements host.Supervision. The end of a process does not come while somebody waits.
func (k *Kernel) Await(ctx context.Context, via *capability.Ref) (host.Ending, error) {
	if _, err := via.Object(capability.Receive); err != nil {
		return host.Ending{}, err
	}
	if k.Watched.State == host.Ended {
		return k.Watched.Ending, nil
	}
	select {
	case <-via.Done():
		return host.Ending{}, via.Err()
	case <-ctx.Done():
		return host.Ending{}, ctx.Err()
	}
}

// End implements host.Supervision. It counts a restart.
func (k *Kernel) End(_ context.Context, via *capability.Ref) error {
	if _, err := via.Object(capability.Execute); err != nil {
		return err
	}
	k.Watched.Restarts++
	return nil
}

// Processes implements host.Monitor.
func (k *Kernel) Processes() []host.Info { return k.List }

// Calls implements host.Monitor.
func (k *Kernel) Calls(id uint64) ([]host.Count, error) {
	counts, ok := k.Counts[id]
	if !ok {
		return nil, host.ErrNotFound
	}
	return counts, nil
}

// Audit implements host.Monitor.
func (k *Kernel) Audit(after uint64, limit int) []host.Event {
	var list []host.Event
	for _, e := range k.Record {
		if e.Sequence > after && len(list) < limit {
			list = append(list, e)
		}
	}
	return list
}

// Trace implements host.Monitor.
func (k *Kernel) Trace(id uint64, on bool) error {
	if _, ok := k.Counts[id]; !ok {
		return host.ErrNotFound
	}
	k.Traced[id] = on
	return nil
}

// Kill implements host.Monitor.
func (k *Kernel) Kill(ctx context.Context, id uint64) error { return k.Killing(ctx, id) }

// Summary implements host.Machine.
func (k *Kernel) Summary() host.Summary { return k.Has }

// Shutdown implements host.Machine.
func (k *Kernel) Shutdown(status uint8) { k.Shut = append(k.Shut, status) }

// Reboot implements host.Machine.
func (k *Kernel) Reboot() { k.Reboots++ }
