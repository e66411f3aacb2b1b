package engine

import (
	"context"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// An adapter between two components reads the one's memory and writes the other's. A core module has one
// memory only, so the adapter's is a window: the pages of both memories, mapped a second time, side by
// side. That works for memories whose pages belong to a memory file, which those made by
// [Engine.InstantiateShared] do on systems that have such files.

// The layout of a window. The callee's memory follows the caller's at WindowStride. Behind each memory, at
// WindowSize from its start, is its current size in bytes as an i32, so that the adapter sees it grow.
const (
	WindowPages  = 2 * (WindowStride >> 16)
	WindowStride = 1<<31 - 1<<16
	WindowSize   = WindowStride - 1<<16 // and the largest size that a shared memory grows to
)

// InstantiateShared is [Engine.Instantiate] for a module whose memory others may have in a window. Such a
// memory does not grow beyond [WindowSize].
func (e *Engine) InstantiateShared(ctx context.Context, c *Code, provide func(module string) Module) (Module, error) {
	a := e.sharing()
	if a == nil || !c.shape.hasMemory {
		return e.Instantiate(ctx, c, provide)
	}
	made := &sharedMemory{arena: a}
	m, err := e.Instantiate(withAllocator(ctx, inQuota(ctx, made)), c, provide)
	if err != nil {
		return nil, err
	}
	made.register(m.Memory())
	return m, nil
}

// CanWindow reports whether a window can show the memory.
func (e *Engine) CanWindow(m Memory) bool {
	a := e.arena
	return a != nil && m != nil && a.find(m) != nil
}

// InstantiateWindow is [Engine.Instantiate] for an adapter: a module with a memory of WindowPages, which
// becomes a window to the memories of caller and callee. It fails when [Engine.CanWindow] does.
func (e *Engine) InstantiateWindow(ctx context.Context, c *Code, provide func(module string) Module, caller, callee Memory) (Module, error) {
	w, err := e.window(caller, callee)
	if err != nil {
		return nil, err
	}
	m, err := e.Instantiate(withAllocator(ctx, w), c, provide)
	if err != nil {
		w.Free()
		return nil, err
	}
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
