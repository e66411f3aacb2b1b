package instance

import (
	"context"
	"sync"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/fuse"
)

// This file has the functions in Go that adapters call. A module of them takes longer to make than an adapter's
// instance, so one that a member of a store has finished with serves another.

// adapterHost is such a module.
type adapterHost struct {
	module engine.Module
	pool   *hostPool
	member *member // that it serves; nil while it waits for one
}

// hostPool keeps the modules that serve nobody.
type hostPool struct {
	mu     sync.Mutex
	idle   []*adapterHost
	closed bool
}

// maxIdleHosts bounds what a pool keeps after many instances were there at once.
const maxIdleHosts = 64

// adapterHost returns the functions that adapters of the member call.
func (w *walk) adapterHost() (*adapterHost, error) {
	m := w.inst.member
	if m.host != nil {
		return m.host, nil
	}
	h := w.root.adapters.hosts.take()
	if h == nil {
		h = &adapterHost{pool: &w.root.adapters.hosts}
		var err error
		if h.module, err = w.root.engine.Host(w.ctx, h.functions()); err != nil {
			return nil, err
		}
	}
	h.member, m.host = m, h
	return h, nil
}

func (p *hostPool) take() *adapterHost {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	h := p.idle[n-1]
	p.idle = p.idle[:n-1]
	return h
}

// giveBack ends the service for a member, whose adapters are gone.
func (h *adapterHost) giveBack(ctx context.Context) {
	h.member = nil
	p := h.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.idle) == maxIdleHosts {
		_ = h.module.Close(ctx) // only fails for a module that is in use
		return
	}
	p.idle = append(p.idle, h)
}

func (p *hostPool) close(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.idle {
		_ = h.module.Close(ctx) // only fails for a module that is in use
	}
	p.idle, p.closed = nil, true
}

// functions are those that [fuse] has adapters import. Each is told the number of its edge first.
func (h *adapterHost) functions() []engine.HostFunc {
	entry := func(name string, params, results int, serve func(c *crossing, stack []uint64)) engine.HostFunc {
		i32s := [...]abi.CoreType{abi.I32, abi.I32, abi.I32, abi.I32, abi.I32}
		return engine.HostFunc{
			Name: name, Type: coreType(abi.Signature{Params: i32s[:params], Results: i32s[:results]}),
			Code: engine.GoFunc(func(_ context.Context, stack []uint64) {
				h.member.store.away++
				serve(h.member.crossings[uint32(stack[0])], stack)
				h.member.store.away--
			}),
		}
	}
	return []engine.HostFunc{
		entry(fuse.HostTrap, 4, 0, func(c *crossing, stack []uint64) {
			site := &c.Adapter.Sites[uint32(stack[1])]
			if site.Early {
				c.caller.inst.away--
			}
			c.caller.Trap("%s", site.Message(uint32(stack[2]), uint32(stack[3])))
		}),
		entry(fuse.HostPass, 3, 1, func(c *crossing, stack []uint64) {
			stack[0] = uint64(c.pass(c.Adapter.Handles[uint32(stack[1])], uint32(stack[2])))
		}),
		entry(fuse.HostSettle, 1, 0, func(c *crossing, _ []uint64) { c.settle() }),
		entry(fuse.HostCopy, 5, 0, func(c *crossing, stack []uint64) {
			c.copy(uint32(stack[1]) != 0, uint32(stack[2]), uint32(stack[3]), uint32(stack[4]))
		}),
	}
}
