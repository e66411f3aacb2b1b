package engine

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// An adapter between two components reads the one's memory and writes the other's. A core module has one
// memory only, so the adapter's is a window to both. Memories made by [Engine.InstantiateShared] are in ranges
// of WindowStride bytes. Those of two that follow each other in address space are a window as they are. For
// others the pages are mapped a second time, side by side: they belong to a memory file.
//
// Neighbours are better than that by far. Some processors, AMD's among them, find data in their first cache by
// its virtual address, and take a cache line that was last used under another one for missing.

// The layout of a window: the two memories begin at 0 and at WindowStride.
const (
	WindowPages  = 2 * (WindowStride >> 16)
	WindowStride = 1<<31 - 1<<16 // and the largest size that a shared memory grows to
)

// Window says where in a window two memories begin.
type Window struct {
	Caller, Callee uint32
	neighbours     bool // the window is their own address space
}

// InstantiateShared is [Engine.Instantiate] for a module whose memory others may have in a window. Such a
// memory does not grow beyond [WindowStride]. It is placed beside the memory near, unless that is nil or has
// neighbours already.
func (e *Engine) InstantiateShared(ctx context.Context, c *Code, provide func(module string) Module, near Memory) (Module, error) {
	a := e.sharing()
	if a == nil || !c.shape.hasMemory {
		return e.Instantiate(ctx, c, provide)
	}
	made := &sharedMemory{arena: a}
	if near != nil {
		made.near = a.find(near)
	}
	m, err := e.Instantiate(withAllocator(ctx, inQuota(ctx, made)), c, provide)
	if err != nil {
		return nil, err
	}
	made.register(m.Memory())
	return m, nil
}

// Window reports whether a window can show two memories, and where.
func (e *Engine) Window(caller, callee Memory) (w Window, ok bool) {
	from, to := e.shared(caller), e.shared(callee)
	if from == nil || to == nil {
		return Window{}, false
	}
	return layout(from, to), true
}

// Shares reports whether m is a memory made by [Engine.InstantiateShared] that windows can show.
func (e *Engine) Shares(m Memory) bool { return e.shared(m) != nil }

// shared returns the memory in the arena that m is, or nil.
func (e *Engine) shared(m Memory) *sharedMemory {
	a := e.arena
	if a == nil || m == nil {
		return nil
	}
	return a.find(m)
}

// InstantiateWindow is [Engine.Instantiate] for an adapter: a module with a memory of WindowPages, which
// becomes a window to the memories of caller and callee. It fails when [Engine.Window] says that there is none.
// sizes names the module's globals, mutable and of type i32, that follow the sizes of the two in bytes.
func (e *Engine) InstantiateWindow(ctx context.Context, c *Code, provide func(module string) Module, caller, callee Memory, sizes [2]string) (Module, error) {
	from, to := e.shared(caller), e.shared(callee)
	if from == nil || to == nil {
		return nil, errors.New("a memory is not in the arena")
	}
	w, err := e.arena.window(from, to)
	if err != nil {
		return nil, err
	}
	m, err := e.Instantiate(withAllocator(ctx, w), c, provide)
	if err != nil {
		w.Free()
		return nil, err
	}
	w.watch(from, m.ExportedGlobal(sizes[0]).(Global))
	w.watch(to, m.ExportedGlobal(sizes[1]).(Global))
	return m, nil
}

// withAllocator makes m the memory of the instance that is made next. Others that a start function may lead to
// get memories of their own.
func withAllocator(ctx context.Context, m experimental.LinearMemory) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(
		func(_, most uint64) experimental.LinearMemory {
			next := m
			m = &heapMemory{most: most}
			return next
		}))
}

// Global is a mutable global of a module instance that Go shares with compiled code.
type Global = api.MutableGlobal
