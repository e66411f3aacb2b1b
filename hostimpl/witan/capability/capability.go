// Package capability implements witan:kernel/capability: references to kernel objects, as resources.
//
// It is also what the implementations of the objects themselves stand on: [Held] is how a resource of a program is
// bound to the process's space of capabilities, and [Holder.Fail] tells a program why the kernel has refused something.
package capability

import (
	"context"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/capability"
	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(h *Holder) glue.Fixed { return wit.Provide(provider{h}) }

type provider struct{ *Holder }

// Grants implements wit.Host.
func (p provider) Grants(context.Context) ([]wit.Grant, error) {
	list := p.Kernel.Grants()
	grants := make([]wit.Grant, len(list))
	for i, g := range list {
		grants[i] = wit.Grant{Name: g.Name, Kind: kindOf(g.Kind), Rights: wit.Rights(g.Rights)}
	}
	return grants, nil
}

// Granted implements wit.Host.
func (p provider) Granted(_ context.Context, name string) (glue.Own[wit.Capability], error) {
	ref, err := p.Kernel.Granted(name)
	if err != nil {
		return glue.Own[wit.Capability]{}, p.Fail("granted "+name, err)
	}
	return p.Keep(ref)
}

// reference is the resource.
type reference struct{ Held }

// Kind implements wit.Capability. That of a reference which has ended is known, too.
func (r *reference) Kind(context.Context) (wit.Kind, error) { return kindOf(r.ref.Kind()), nil }

// Rights implements wit.Capability.
func (r *reference) Rights(context.Context) (wit.Rights, error) {
	return wit.Rights(r.ref.Rights()), nil
}

// Badge implements wit.Capability.
func (r *reference) Badge(context.Context) (uint64, error) { return r.ref.Badge(), nil }

// Derive implements wit.Capability. Rights that are not here are left out, and that of passing on is not implied.
func (r *reference) Derive(_ context.Context, rights wit.Rights, badge uint64) (glue.Own[wit.Capability], error) {
	const need = capability.Grant
	if has := r.ref.Rights(); !has.Has(need) {
		return glue.Own[wit.Capability]{}, r.holder.Fail("derive", &capability.Denied{Needs: need, Has: has})
	}
	ref, err := r.ref.Derive(capability.Rights(rights)&r.ref.Rights(), badge)
	if err != nil {
		return glue.Own[wit.Capability]{}, r.holder.Fail("derive", err)
	}
	return r.holder.Keep(ref)
}

// Revoke implements wit.Capability.
func (r *reference) Revoke(context.Context) error {
	r.ref.Revoke()
	return nil
}

// kindOf is a kind as WIT has it. The ports of the ancestor's actors are registers there.
func kindOf(k capability.Kind) wit.Kind {
	if k == capability.Port {
		k = capability.MMIO
	}
	return wit.Kind(k - capability.Endpoint)
}
