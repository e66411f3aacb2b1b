package capability

import (
	"context"
	"errors"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// Holder is a process as one that holds capabilities.
type Holder struct {
	Kernel host.Kernel
	ID     uint64 // of the process
}

// Held is a capability in the space of a process, for a resource to embed. It leaves the space when the program drops
// the resource.
type Held struct {
	holder *Holder
	ref    *capability.Ref
	handle capability.Handle
}

// Ref is the reference that is held.
func (h *Held) Ref() *capability.Ref { return h.ref }

// Handle names it in the process's space.
func (h *Held) Handle() capability.Handle { return h.handle }

// Drop implements glue.Dropper.
func (h *Held) Drop(context.Context) {
	// It may have gone on in a message, or have ended with its process: then there is nothing to drop.
	_ = h.holder.Kernel.Space().Drop(h.handle)
}

// hold takes a reference into the process's space.
func (p *Holder) hold(ref *capability.Ref) (Held, error) {
	handle, err := p.Kernel.Space().Insert(ref)
	if err != nil {
		ref.Drop()
		return Held{}, p.Fail("hold", err)
	}
	return Held{p, ref, handle}, nil
}

// Keep makes a resource of a reference, which is the process's from then on. After an error it has ended.
func (p *Holder) Keep(ref *capability.Ref) (glue.Own[wit.Capability], error) {
	held, err := p.hold(ref)
	if err != nil {
		return glue.Own[wit.Capability]{}, err
	}
	return glue.Give[wit.Capability](&reference{held}), nil
}

// Adopt makes a resource of a capability that is in the process's space already.
func (p *Holder) Adopt(handle capability.Handle) (glue.Own[wit.Capability], error) {
	held, err := p.adopt(handle)
	if err != nil {
		return glue.Own[wit.Capability]{}, err
	}
	return glue.Give[wit.Capability](&reference{held}), nil
}

func (p *Holder) adopt(handle capability.Handle) (Held, error) {
	ref, err := p.Kernel.Space().Get(handle, 0)
	if err != nil {
		return Held{}, p.Fail("use", err)
	}
	return Held{p, ref, handle}, nil
}

// Make takes an object that the process has made into its space. After an error the object is closed.
func (p *Holder) Make(object capability.Object) (Held, error) {
	handle, err := p.Kernel.Space().Make(object, 0)
	if err != nil {
		object.Close()
		return Held{}, p.Fail("make", err)
	}
	return p.adopt(handle)
}

// Open takes a resource that the program gives away for one of a certain kind.
func (p *Holder) Open(from glue.Own[wit.Capability], kind capability.Kind) (Held, error) {
	r, err := own(from)
	if err != nil {
		return Held{}, err
	}
	if is := r.ref.Kind(); is != kind {
		return Held{}, errors.Join(p.Fail("open", &capability.WrongKind{Needs: kind, Is: is}), from.Drop(context.Background()))
	}
	return r.Held, nil
}

// Again makes another resource of a capability: a reference to the same with the same rights.
func (h *Held) Again() (glue.Own[wit.Capability], error) {
	ref, err := h.ref.Derive(h.ref.Rights(), 0)
	if err != nil {
		// The reference has ended, and so has its twin. A resource that can't be used says so as it is used.
		return glue.Give[wit.Capability](&reference{Held{holder: h.holder, ref: h.ref}}), nil
	}
	return h.holder.Keep(ref)
}

// Pass takes a capability that a program sends along out of its resource: from now on it is in the process's space
// under the handle alone, 0 for none.
func Pass(passed glue.Option[glue.Own[wit.Capability]]) (capability.Handle, error) {
	from, ok := passed.Get()
	if !ok {
		return 0, nil
	}
	r, err := own(from)
	if err != nil {
		return 0, err
	}
	return r.handle, nil
}

// own is the resource of this package that a program has given away.
func own(from glue.Own[wit.Capability]) (*reference, error) {
	r, ok := from.Value().(*reference)
	if !ok {
		return nil, errors.New("a capability comes from another implementation of witan:kernel/capability")
	}
	return r, nil
}

// Passed makes a resource of what has come with a message; 0 is nothing.
func (p *Holder) Passed(handle capability.Handle) (glue.Option[glue.Own[wit.Capability]], error) {
	if handle == 0 {
		return glue.None[glue.Own[wit.Capability]](), nil
	}
	c, err := p.Adopt(handle)
	return glue.Some(c), err
}

// Fail is an error of the kernel as the program gets it: as a WIT error, or, for what is no answer to the program, as
// it is. What was refused for lack of a right is recorded under the name of the operation.
func (p *Holder) Fail(operation string, err error) error {
	if capability.IsRefusal(err) || errors.Is(err, host.ErrDenied) {
		p.Kernel.Refused(operation + ": " + err.Error())
	}
	return Reason(err)
}

// OutOfRange is the error of arguments that an operation does not take.
const OutOfRange = wit.ErrorOutOfRange

// reasons are the errors that have one word in WIT.
var reasons = []struct {
	err error
	wit wit.Error
}{
	{capability.ErrRevoked, wit.ErrorRevoked},
	{capability.ErrStale, wit.ErrorRevoked},
	{capability.ErrBadHandle, wit.ErrorRevoked},
	{capability.ErrNoProcess, wit.ErrorRevoked},
	{capability.ErrBadge, wit.ErrorDenied},
	{capability.ErrNoSlots, wit.ErrorOverBudget},
	{ipc.ErrFull, wit.ErrorFull},
	{ipc.ErrEmpty, wit.ErrorEmpty},
	{ipc.ErrTimeout, wit.ErrorTimedOut},
	{ipc.ErrNoReply, wit.ErrorNoReply},
	{ipc.ErrGone, wit.ErrorNoReply},
	{host.ErrDenied, wit.ErrorDenied},
	{host.ErrNotFound, wit.ErrorNotFound},
	{device.ErrNoPart, wit.ErrorNotFound},
	{host.ErrOverBudget, wit.ErrorOverBudget},
	{host.ErrUnsupported, wit.ErrorUnsupported},
}

// Reason is the WIT error for an error of the kernel; any other error stays what it is.
func Reason(err error) error {
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.wit
		}
	}
	var denied *capability.Denied
	var kind *capability.WrongKind
	var long *ipc.TooLong
	var memory *ipc.RangeError
	var access *device.RangeError
	switch {
	case errors.As(err, &denied):
		return wit.ErrorDenied
	case errors.As(err, &kind):
		return wit.ErrorWrongKind
	case errors.As(err, &long), errors.As(err, &memory), errors.As(err, &access):
		return wit.ErrorOutOfRange
	}
	return err
}
