// Package guard carries calls from the component of one process to that of another, each of which lives in a store
// of its own and keeps its own fate.
//
// A client imports an interface and cannot tell who answers. Here Go does: what the client passes is lifted out of
// its memory and checked, and only then is the provider's turn asked for. The provider runs on a call stack of its own,
// with its own limits, and in its own context, so that nothing the client does to itself breaks it off in the middle.
// When it has returned it is free again before the result is lowered to the client, whose realloc may do what it
// likes. So neither side holds up, breaks or exhausts the other one for longer than one call may take.
//
// Resources that the provider defines are the client's as Go values, see [Resource]. They end with the instance that
// made them, and never reach a later one.
//
// # When there is no answer
//
// A provider can end during a call, or be gone for good. A function whose result has an error case "unavailable",
// without a payload, in an enum or a variant, returns that to its caller. For any other function there is no honest
// result: the client traps. A call that has not begun waits for a provider that is started again, as long as [Callee]
// says.
package guard

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
)

// Callee is a process that provides.
type Callee interface {
	// Admit is asked before a call that passes more than numbers, which takes so many bytes of the process's memory at
	// least. Its error says why it is not made.
	Admit(bytes uint64) error
	// Begin waits until the process has a life that nobody is calling, and gives it to the caller alone until End.
	// Its error says why there is none, or is that of ctx. It wraps [ErrGone] if there won't be one any more.
	Begin(ctx context.Context) (*Life, error)
	// End ends what a successful Begin has begun. err is the error with which the call ended, nil if it returned, an
	// [*glue.UnfitError] if the caller is the reason for it. If the instance can't be called any more, Begin does not return the
	// life again.
	End(life *Life, err error)
	// Name is how messages call the process.
	Name() string
}

// ErrGone is why nobody will ever answer.
var ErrGone = errors.New("it has ended for good")

// Life is a running instance of a provider, from its start to its end. It is used in turns.
type Life struct {
	instance *glue.Instance
	ctx      context.Context
	own      Callee
	exports  []*glue.Export // by their numbers in the provider
	current  *function      // that is called
	made     []*Resource    // in that call

	mu   sync.Mutex
	left []*Resource // that nobody waits for any more who could drop them
}

// NewLife makes the life of an instance. Calls run in ctx: when it is done, the guest code stops. own is the provider as
// it calls itself.
func NewLife(ctx context.Context, instance *glue.Instance, own Callee) *Life {
	return &Life{instance: instance, ctx: ctx, own: own}
}

// Provider is a process that provides, as its clients know it: they agree on the numbers of its functions. They may use
// it from any goroutines. Its zero value is ready.
type Provider struct{ routes routes }

// Link is what one client has of one provider.
type Link struct {
	provider *Provider
	callee   Callee
	ctx      context.Context
	shared   func(*abi.Resource) bool
	pairing  pairing
	yielding bool
}

// NewLink makes the link of a client that reaches the provider through c. ctx is that of the client's life: it bounds how
// long the client waits while it is instantiated, and to have resources dropped. shared says which resources that Go defines may pass from process to process.
func (p *Provider) NewLink(ctx context.Context, c Callee, shared func(*abi.Resource) bool) *Link {
	return &Link{provider: p, callee: c, ctx: ctx, shared: shared, pairing: newPairing()}
}

// Yielding is the link for a client that shares its store with others: during a call they may run.
func (l *Link) Yielding() *Link {
	l.yielding = true
	return l
}

// Interface answers an import of the client with what the provider exports under a name: that of the import, or one
// of the same semver track.
func (l *Link) Interface(name, export string, t *component.InstanceType) *glue.Interface {
	i := &glue.Interface{Name: name}
	for _, e := range t.Exports {
		switch e.Type.Type.(type) {
		case *component.FuncType:
			i.Funcs = append(i.Funcs, l.Func(e.Name, export))
		case *component.Resource:
			if e.Type.Abstract {
				r := &abi.Resource{Name: name + "/" + e.Name}
				l.pairing.mine[r] = true
				i.Resources = append(i.Resources, glue.NamedResource{Name: e.Name, Type: r})
			}
		}
	}
	return i
}

// Func answers an imported function with the one of that name in an exported interface, or, if that is "", among
// those that the provider exports by themselves.
func (l *Link) Func(name, export string) glue.Func {
	return glue.Func{Name: name, For: func(t *abi.Func) (call instance.HostCall, err error) {
		f := &function{callee: l.callee, client: l.ctx, number: l.provider.routes.number(route{export, name}), provider: l.provider}
		if f.plan, err = abi.NewPlan(t); err != nil {
			return nil, err
		}
		if err := f.admit(l, t); err != nil {
			return nil, fmt.Errorf("process %s: %w", l.callee.Name(), err)
		}
		f.absent = absent(t)
		f.scalars, f.result = scalarsOf(f.plan)
		f.yielding = l.yielding
		if f.scalars != nil && !f.yielding {
			return f.callScalars, nil
		}
		return f.call, nil
	}}
}

// admit compares the type that the client expects with the one that the provider has. Of one that has ended for good it may
// expect what it likes: no value will ever pass.
func (f *function) admit(l *Link, t *abi.Func) (err error) {
	life, err := f.callee.Begin(l.ctx)
	switch {
	case errors.Is(err, ErrGone):
		return nil
	case err != nil:
		return err
	}
	defer f.callee.End(life, nil)
	e, err := f.export(life)
	if err != nil {
		return err
	}
	return l.pairing.pair(t, e.Type(), l.shared)
}
