package guard

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
)

// Resource is a resource that a provider defines, in the hands of a client: what is behind the client's handle.
type Resource struct {
	glue.Held
	callee Callee
	life   *Life
}

// hold makes the Go value of a resource that the call in progress returns.
func (l *Life) hold(c Callee, h glue.Held) any {
	r := &Resource{Held: h, callee: c, life: l}
	l.made = append(l.made, r)
	return r
}

// Drop gives the resource back: its destructor runs in the provider, if the life that made it is still there.
func (r *Resource) Drop(ctx context.Context) {
	glue.Blocking(ctx, func() { r.drop(context.WithoutCancel(ctx)) })
}

func (r *Resource) drop(ctx context.Context) {
	if r.life.ctx.Err() != nil || r.life.instance.Err() != nil {
		return // nobody is left whose resource it could be
	}
	life, err := r.callee.Begin(ctx)
	if err != nil {
		return
	}
	if life == r.life {
		r.Held.Drop(life.ctx)
		err = life.instance.Err()
	}
	r.callee.End(life, err)
}

// dropOwned drops the resources that were given to a call which did not come about.
func dropOwned(ctx context.Context, values []value.Value) {
	for _, v := range values {
		switch v := v.(type) {
		case value.Own:
			if d, ok := v.Rep.(glue.Dropper); ok {
				d.Drop(ctx)
			}
		case value.List:
			dropOwned(ctx, v)
		case value.Tuple:
			dropOwned(ctx, v)
		case value.Record:
			for _, f := range v {
				dropOwned(ctx, []value.Value{f.Value})
			}
		case value.Map:
			for _, e := range v {
				dropOwned(ctx, []value.Value{e.Value})
			}
		case value.Variant:
			dropOwned(ctx, []value.Value{v.Payload})
		case value.Option:
			dropOwned(ctx, []value.Value{v.Value})
		case value.Result:
			dropOwned(ctx, []value.Value{v.Payload})
		}
	}
}

// pairing tells which resource types of a client are which of the provider.
type pairing struct {
	mine  map[*abi.Resource]bool // of the client, for resources that the provider has
	pairs map[*abi.Resource]*abi.Resource
	back  map[*abi.Resource]*abi.Resource
}

func newPairing() pairing {
	return pairing{map[*abi.Resource]bool{}, map[*abi.Resource]*abi.Resource{}, map[*abi.Resource]*abi.Resource{}}
}

// pair compares two function types, and notes the resource types that correspond in them.
func (p *pairing) pair(client, provider *abi.Func, shared func(*abi.Resource) bool) error {
	want, ours := client.Outline()
	have, theirs := provider.Outline()
	if want != have {
		return fmt.Errorf("the function has the type\n    %s", provider)
	}
	for i, r := range ours {
		switch {
		case !p.mine[r] && r != theirs[i]:
			return fmt.Errorf("a %s is of another process there", r.Name)
		case !p.mine[r] && !shared(r):
			return fmt.Errorf("a %s can't pass from one process to another", r.Name)
		case p.pairs[r] == nil && p.back[theirs[i]] == nil:
			p.pairs[r], p.back[theirs[i]] = theirs[i], r
		case p.pairs[r] != theirs[i]:
			return fmt.Errorf("the resource types of the function differ: it has the type\n    %s", provider)
		}
	}
	return nil
}
