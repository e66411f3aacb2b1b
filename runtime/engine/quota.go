package engine

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	"github.com/tetratelabs/wazero/experimental"
)

// This file bounds what instances of guests take of the host: what they take from the start is a [Cost] that is
// known before anything is allocated, and memories stay inside of a [Quota] as they grow.

// Cost is what an instance of a module takes from the start.
type Cost struct {
	// Memory is the size in bytes of the memory that the module defines.
	Memory uint64
	// Elements are the elements of its tables, and those that wait in segments. A table that the module can make
	// grow counts as large as it can get.
	Elements uint64
	// Entities are all other things that an instance has room for, such as globals.
	Entities uint64
}

// Cost is what an instance of the module will take.
func (c *Code) Cost() Cost { return c.shape.cost }

// Quota bounds the memories of several instances, and what else is taken from it. Any goroutine may use it.
type Quota struct {
	Each  uint64 // bytes that one memory may have
	Total uint64 // bytes that all memories together may have
	// Of is a quota that several share: what is taken from them is taken from it, too. Nil for none.
	Of   *Quota
	used atomic.Uint64
}

// Used is how many bytes are taken.
func (q *Quota) Used() uint64 { return q.used.Load() }

// Left is how many bytes a new memory may have.
func (q *Quota) Left() uint64 {
	left := min(q.Each, q.Total-q.used.Load())
	if q.Of != nil {
		left = min(left, q.Of.Left())
	}
	return left
}

// Take takes bytes from the quota and those that it is a part of, if there are so many left in each.
func (q *Quota) Take(bytes uint64) bool {
	if !q.take(bytes) {
		return false
	}
	if q.Of != nil && !q.Of.Take(bytes) {
		q.used.Add(-bytes)
		return false
	}
	return true
}

func (q *Quota) take(bytes uint64) bool {
	for {
		used := q.used.Load()
		if bytes > q.Total-used {
			return false
		}
		if q.used.CompareAndSwap(used, used+bytes) {
			return true
		}
	}
}

// Give gives bytes back that were taken.
func (q *Quota) Give(bytes uint64) {
	q.used.Add(-bytes)
	if q.Of != nil {
		q.Of.Give(bytes)
	}
}

// QuotaError is why there is no instance: a quota has not room for its memory.
type QuotaError struct {
	Want, Left uint64 // bytes
}

// Error gives both.
func (e *QuotaError) Error() string {
	return fmt.Sprintf("the core module wants a memory of %d bytes, and the limits leave %d", e.Want, e.Left)
}

// lease is a quota as one instance uses it. What its memory has from the start is taken in advance: others may take
// from the quota meanwhile, and the engine below panics when that memory can't be had.
type lease struct {
	*Quota
	advance uint64
}

type leaseKey struct{}

// WithQuota returns a context for one call of [Engine.Instantiate] or its like: the memory of the new instance stays
// inside of the quota, and growing beyond it fails as the guest sees it. There is a *[QuotaError] instead of an instance if
// the module's [Cost] does not fit.
func WithQuota(ctx context.Context, q *Quota) context.Context {
	l := &lease{Quota: q}
	ctx = context.WithValue(ctx, leaseKey{}, l)
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(
		func(_, most uint64) experimental.LinearMemory {
			return &bounded{LinearMemory: &heapMemory{most: min(most, q.Each)}, quota: l}
		}))
}

// inQuota puts a memory under the quota of the context, if it has one.
func inQuota(ctx context.Context, m experimental.LinearMemory) experimental.LinearMemory {
	if l, ok := ctx.Value(leaseKey{}).(*lease); ok {
		return &bounded{LinearMemory: m, quota: l}
	}
	return m
}

// prepay takes what an instance has from the start from the quota of the context, if it has one. What was not used
// goes back with end.
func prepay(ctx context.Context, c Cost) (end func(), err error) {
	l, ok := ctx.Value(leaseKey{}).(*lease)
	if !ok {
		return func() {}, nil
	}
	if c.Memory > l.Each || !l.Quota.Take(c.Memory) {
		return nil, &QuotaError{c.Memory, l.Left()}
	}
	l.advance = c.Memory
	return func() {
		l.Give(l.advance)
		l.advance = 0
	}, nil
}

// Take is [Quota.Take] for more than there is in advance.
func (l *lease) Take(bytes uint64) bool {
	if bytes > l.advance {
		return l.Quota.Take(bytes)
	}
	l.advance -= bytes
	return true
}

// bounded is a linear memory under a quota.
type bounded struct {
	experimental.LinearMemory
	quota *lease
	size  uint64
}

// Reallocate makes the memory as long as size, if it may.
func (m *bounded) Reallocate(size uint64) []byte {
	more := size - m.size // memories do not shrink
	if size > m.quota.Each || !m.quota.Take(more) {
		return nil
	}
	bytes := m.LinearMemory.Reallocate(size)
	if bytes == nil {
		m.quota.Give(more)
		return nil
	}
	m.size = size
	return bytes
}

// Free releases the memory.
func (m *bounded) Free() {
	m.quota.Give(m.size)
	m.size = 0
	m.LinearMemory.Free()
}

// heapMemory is a linear memory on Go's heap.
type heapMemory struct {
	bytes []byte
	most  uint64 // the largest size that it can get
}

// Reallocate makes the memory as long as size. When it has to move it takes room for more.
func (m *heapMemory) Reallocate(size uint64) []byte {
	if size > uint64(cap(m.bytes)) {
		room := size
		if m.bytes != nil {
			room = max(size, min(m.most, size+size/4))
		}
		moved := make([]byte, size, room)
		// Go can't stop while it copies, so the garbage collector would have to wait for all of a large memory.
		const chunk = 1 << 20
		for from := 0; from < len(m.bytes); from += chunk {
			copy(moved[from:], m.bytes[from:min(from+chunk, len(m.bytes))])
			runtime.Gosched()
		}
		m.bytes = moved
	}
	m.bytes = m.bytes[:size]
	return m.bytes
}

// Free releases the memory.
func (m *heapMemory) Free() { m.bytes = nil }
