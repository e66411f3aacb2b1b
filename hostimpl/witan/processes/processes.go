// Package processes implements witan:kernel/processes: starting other processes, and their end.
package processes

import (
	"context"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/processes"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	object "github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(h *capability.Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *capability.Holder }

// ChildSpawn implements wit.Host.
func (p provider) ChildSpawn(
	ctx context.Context, name string, arguments []string, passed glue.Option[glue.Own[wit.Capability]],
) (glue.Own[wit.Child], error) {
	handle, err := capability.Pass(passed)
	if err != nil {
		return glue.Own[wit.Child]{}, err
	}
	var ref *object.Ref
	if handle != 0 {
		if ref, err = p.Kernel.Space().Remove(handle, object.Grant); err != nil {
			return glue.Own[wit.Child]{}, p.Fail("spawn "+name, err)
		}
	}
	c, err := p.Kernel.Spawn(ctx, name, arguments, ref)
	if err != nil {
		if ref != nil {
			ref.Drop() // the program has given it away
		}
		return glue.Own[wit.Child]{}, p.Fail("spawn "+name, err)
	}
	return glue.Give[wit.Child](&child{holder: p.Holder, Child: c}), nil
}

// child is the resource.
type child struct {
	holder *capability.Holder
	object *capability.Held // the process; nil until somebody wants a reference
	host.Child
}

// Drop implements glue.Dropper: nobody asks any more how the process ends.
func (c *child) Drop(ctx context.Context) {
	if c.object != nil {
		c.object.Drop(ctx)
	}
	c.Release()
}

// ID implements wit.Child.
func (c *child) ID(context.Context) (uint64, error) { return c.Child.ID(), nil }

// Capability implements wit.Child. The object is made when it is first asked for, and has a place among those of the
// process until the resource and all references are gone.
func (c *child) Capability(context.Context) (glue.Own[wit.Capability], error) {
	if c.object == nil {
		held, err := c.holder.Make(c.Object())
		if err != nil {
			return glue.Own[wit.Capability]{}, err
		}
		c.object = &held
	}
	return c.object.Again()
}

// Wait implements wit.Child.
func (c *child) Wait(ctx context.Context, timeout glue.Option[uint64]) (wit.Ending, error) {
	return Await(ctx, c.holder, timeout, c.Child.Wait)
}

// Ending implements wit.Child.
func (c *child) Ending(context.Context) (glue.Option[wit.Ending], error) {
	end, ok := c.Child.Ending()
	if !ok {
		return glue.None[wit.Ending](), nil
	}
	return glue.Some(Ending(end)), nil
}

// Kill implements wit.Child.
func (c *child) Kill(ctx context.Context) error {
	var err error
	glue.Blocking(ctx, func() { err = c.Child.Kill(ctx) })
	if err != nil {
		return c.holder.Fail("kill", err)
	}
	return nil
}
