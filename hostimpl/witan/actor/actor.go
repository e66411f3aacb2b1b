// Package actor implements witan:kernel/actor: the calls of actors, which were written for Witan's ancestor.
//
// An actor knows its capabilities by handles of 64 bits. Those that the manifest grants are known by their positions
// there, from 0 on; the first call that uses one takes it into the actor's space. All other handles are those of the
// space: a generation above the index of a slot. They come with messages.
package actor

import (
	"context"
	"errors"
	"math"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/actor"
	witcap "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/runtime/glue"
)

// maxPayload is how long the messages of actors are at most, in bytes.
const maxPayload = 48

// What calls return that have failed.
const (
	refused    = -1 // there is no such capability, or it does not allow that
	full       = -2 // the queue is full
	outOfRange = -3 // an argument is outside of what the object has
	failed     = -4 // anything else
)

// Interfaces are the host interfaces of one process. Its log is told what the actor says.
func Interfaces(h *capability.Holder, log func(text []byte)) glue.Fixed {
	return wit.Provide(&provider{
		Holder: h, log: log, party: ipc.Party{ID: h.ID, Space: h.Kernel.Space()},
		grants: make([]object.Handle, len(h.Kernel.Grants())),
	})
}

type provider struct {
	*capability.Holder
	log    func([]byte)
	party  ipc.Party
	grants []object.Handle // of those that were used, by their positions; else 0
}

// SysLog implements wit.Host.
func (p *provider) SysLog(_ context.Context, text []byte) error {
	p.log(text)
	return nil
}

// SysExit implements wit.Host.
func (p *provider) SysExit(_ context.Context, code int32) error {
	return &glue.Exit{Code: uint32(code) & 0xff}
}

// SysCapSend implements wit.Host. It does not wait: an actor that floods a queue is told that it is full. The opcode is
// the message's label.
func (p *provider) SysCapSend(ctx context.Context, handle int64, opcode int32, payload []byte, slot int64) (int32, error) {
	via, err := p.ref(handle, object.Send)
	if err != nil {
		return p.code("send", err)
	}
	m := ipc.Message{Label: uint64(uint32(opcode)), Payload: payload}
	if len(payload) > maxPayload {
		return outOfRange, nil
	}
	if slot >= 0 {
		if m.Passed, err = p.handle(slot); err != nil {
			return p.code("send", err)
		}
	}
	return p.code("send", p.party.Send(ctx, via, m, 0))
}

// SysCapRecv implements wit.Host. In front of the payload, the ancestor has no room for a label or for a capability:
// the label is lost, and a capability is in the actor's space from now on.
func (p *provider) SysCapRecv(ctx context.Context, handle int64, buffer []byte) (int64, error) {
	via, err := p.ref(handle, object.Receive)
	if err != nil {
		code, err := p.code("receive", err)
		return min(int64(code), -1), err
	}
	var d ipc.Delivery
	glue.Blocking(ctx, func() { d, err = p.party.Receive(ctx, via, make([]byte, 0, maxPayload), ipc.Forever) })
	if err != nil {
		_, err := p.code("receive", err)
		return -1, err
	}
	d.Reply.Drop() // actors don't answer calls
	clear(buffer[copy(buffer, d.Payload):])
	return int64(d.Sender), nil
}

// SysCapMemRead implements wit.Host.
func (p *provider) SysCapMemRead(_ context.Context, handle int64, offset int32, buffer []byte) (int32, error) {
	return p.memory("read memory", handle, offset, buffer, object.Read, ipc.ReadMemory)
}

// SysCapMemWrite implements wit.Host.
func (p *provider) SysCapMemWrite(_ context.Context, handle int64, offset int32, bytes []byte) (int32, error) {
	return p.memory("write memory", handle, offset, bytes, object.Write, ipc.WriteMemory)
}

// memory copies between shared memory and the actor's.
func (p *provider) memory(
	operation string, handle int64, offset int32, bytes []byte, need object.Rights,
	move func(*object.Ref, uint64, []byte) error,
) (int32, error) {
	via, err := p.ref(handle, need)
	if err != nil {
		return p.code(operation, err)
	}
	if offset < 0 || len(bytes) > math.MaxInt32 {
		return outOfRange, nil
	}
	if err := move(via, uint64(offset), bytes); err != nil {
		return p.code(operation, err)
	}
	return int32(len(bytes)), nil
}

// SysFbInfo implements wit.Host. The screen is the first one that the actor is granted.
func (p *provider) SysFbInfo(context.Context) (int64, error) {
	for i, g := range p.Kernel.Grants() {
		if g.Kind != object.Framebuffer {
			continue
		}
		via, err := p.ref(int64(i), 0)
		if err != nil {
			_, err = p.code("screen", err)
			return 0, err
		}
		width, height, err := device.PictureSize(via)
		if err != nil {
			_, err = p.code("screen", err)
			return 0, err
		}
		return int64(width)<<32 | int64(height), nil
	}
	return 0, nil
}

// SysCapIrqWait implements wit.Host.
func (p *provider) SysCapIrqWait(ctx context.Context, handle int64) (int32, error) {
	via, err := p.ref(handle, object.Receive)
	if err == nil {
		glue.Blocking(ctx, func() { _, err = ipc.Wait(ctx, via, ipc.Forever) })
	}
	return p.code("wait for an interrupt", err)
}

// SysCapIORead implements wit.Host.
func (p *provider) SysCapIORead(_ context.Context, handle int64, offset, size int32) (int64, error) {
	value := uint64(0)
	via, err := p.ref(handle, object.Read)
	if err == nil && !isAccess(offset, size) {
		return outOfRange, nil
	}
	if err == nil {
		value, err = device.Read(via, uint64(offset), int(size))
	}
	if err != nil {
		code, err := p.code("read a register", err)
		return int64(code), err
	}
	return int64(value), nil
}

// SysCapIOWrite implements wit.Host. Of the value those bytes count that are written.
func (p *provider) SysCapIOWrite(_ context.Context, handle int64, offset, size, value int32) (int32, error) {
	via, err := p.ref(handle, object.Write)
	if err == nil && !isAccess(offset, size) {
		return outOfRange, nil
	}
	if err == nil {
		err = device.Write(via, uint64(offset), int(size), uint64(uint32(value))&(1<<(8*size)-1))
	}
	return p.code("write a register", err)
}

// isAccess tells what an actor may ask of registers.
func isAccess(offset, size int32) bool {
	return offset >= 0 && (size == 1 || size == 2 || size == 4)
}

// ref is the capability that an actor names.
func (p *provider) ref(handle int64, need object.Rights) (*object.Ref, error) {
	h, err := p.handle(handle)
	if err != nil {
		return nil, err
	}
	return p.party.Space.Get(h, need)
}

// handle is the name in the actor's space for one that the actor uses.
func (p *provider) handle(handle int64) (object.Handle, error) {
	if handle < 0 || handle>>32 != 0 {
		return object.Handle(handle), nil
	}
	if handle >= int64(len(p.grants)) {
		return 0, object.ErrBadHandle
	}
	if p.grants[handle] == 0 {
		ref, err := p.Kernel.Granted(p.Kernel.Grants()[handle].Name)
		if err != nil {
			return 0, err
		}
		if p.grants[handle], err = p.party.Space.Insert(ref); err != nil {
			ref.Drop()
			return 0, err
		}
	}
	return p.grants[handle], nil
}

// code is what a call returns for an error of the kernel. One that is no answer, such as that the actor is being ended,
// stays an error.
func (p *provider) code(operation string, err error) (int32, error) {
	if err == nil {
		return 0, nil
	}
	var reason witcap.Error
	if err = p.Fail(operation, err); !errors.As(err, &reason) {
		return failed, err
	}
	switch reason {
	case witcap.ErrorDenied, witcap.ErrorRevoked, witcap.ErrorWrongKind, witcap.ErrorNotFound:
		return refused, nil
	case witcap.ErrorFull:
		return full, nil
	case witcap.ErrorOutOfRange:
		return outOfRange, nil
	}
	return failed, nil
}
