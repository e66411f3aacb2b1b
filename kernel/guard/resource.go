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
	client context.Context // of its life
	life   *Life           // that has made it
}

// hold makes the Go value of a resource that the call in progress returns.
func (l *Life) hold(h glue.Held) any {
	r := &Resource{Held: h, callee: l.current.callee, client: l.current.client, life: l}
	l.made = append(l.made, r)
	return r
}

// Drop gives the resource back: its destructor runs in the provider, if the life that made it is still there. A client
// waits for its turn, so that what it calls next finds the resource dropped. One that is about to end, or that the provider
// waits for, leaves it to the provider: the end of a client may not take a turn for each of its handles.
func (r *Resource) Drop(ctx context.Context) { glue.Blocking(ctx, r.drop) }

func (r *Resource) drop() {
	if r.life.over() {
		return // nobody is left whose resource it could be
	}
	life, err := r.callee.Begin(r.client)
	if err != nil {
		r.life.leave(r)
		return
	}
	if life == r.life {
		err = r.destroy()
	}
	r.callee.End(life, err)
}

// destroy drops the resource in the provider, whose turn it is. Its error is why the provider has ended.
func (r *Resource) destroy() error {
	r.Held.Drop(r.life.ctx)
	return r.life.instance.Err()
}

func (l *Life) over() bool { return l.ctx.Err() != nil || l.instance.Err() != nil }

// leave has the provider drop a resource when it is its turn.
func (l *Life) leave(r *Resource) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = append(l.left, r)
	if len(l.left) == 1 {
		go l.clear()
	}
}

// clear drops in one turn what is left by then.
func (l *Life) clear() {
	life, err := l.own.Begin(l.ctx)
	if err != nil {
		return // with the life all of it is over
	}
	if life == l {
		err = l.destroy()
	}
	l.own.End(life, err)
}

// destroy drops what is left. Its error is why the provider has ended.
func (l *Life) destroy() error {
	l.mu.Lock()
	left := l.left
	l.left = nil
	l.mu.Unlock()
	for _, r := range left {
		if err := r.destroy(); err != nil {
			return err
		}
	}
	return nil
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
