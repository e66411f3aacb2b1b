package engine

import (
	"fmt"
	"slices"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// arena hands out ranges of one memory file, each as long as WindowStride. The file is sparse: a range
// costs the pages that were touched. Ranges that follow each other in the file do so in memory as well, as far
// as they are in the same region.
type arena struct {
	fd int

	mu      sync.Mutex
	used    []bool           // for each range of the file
	regions []unsafe.Pointer // address space for ranges, regionSlots each
	byMem   map[Memory]*sharedMemory
}

const regionSlots = 64

// sharing returns the engine's arena, and makes it at first; nil when the system has no memory files.
func (e *Engine) sharing() *arena {
	e.arenaOnce.Do(func() {
		fd, err := unix.MemfdCreate("witan-memories", unix.MFD_CLOEXEC)
		if err == nil {
			e.arena = &arena{fd: fd, byMem: map[Memory]*sharedMemory{}}
		}
	})
	return e.arena
}

func (a *arena) close() {
	if a == nil {
		return
	}
	// The mappings keep the file; what they still hold goes with them. Whoever frees a memory after this must
	// not do so in a file that has got the same number.
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = unix.Close(a.fd)
	a.fd = -1
	for _, r := range a.regions {
		_ = unix.MunmapPtr(r, regionSlots*WindowStride) // can't fail: the range is ours
	}
	a.regions = nil
}

// take finds a range, beside that of another memory if one is given and there is room. Ranges for memories
// without company leave room on one side: who comes next is likely to ask for it.
func (a *arena) take(near *sharedMemory) (slot int, base unsafe.Pointer, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if near != nil && near.base != nil {
		for _, slot := range []int{near.slot + 1, near.slot - 1} {
			if slot >= 0 && slot/regionSlots == near.slot/regionSlots && (slot >= len(a.used) || !a.used[slot]) {
				base, err = a.occupy(slot)
				return slot, base, err
			}
		}
	}
	for slot = 0; slot+1 < len(a.used); slot += 2 {
		if !a.used[slot] && !a.used[slot+1] {
			break
		}
	}
	base, err = a.occupy(slot)
	return slot, base, err
}

// occupy makes a range ready for use, and returns where it is in memory.
func (a *arena) occupy(slot int) (unsafe.Pointer, error) {
	if slot >= len(a.used) {
		size := slot + 2 - slot%2
		if err := unix.Ftruncate(a.fd, int64(size)*WindowStride); err != nil {
			return nil, err
		}
		a.used = append(a.used, make([]bool, size-len(a.used))...)
	}
	for slot/regionSlots >= len(a.regions) {
		region, err := reserve(regionSlots * WindowStride)
		if err != nil {
			return nil, err
		}
		a.regions = append(a.regions, region)
	}
	base := unsafe.Add(a.regions[slot/regionSlots], slot%regionSlots*WindowStride)
	if err := a.show(slot, base); err != nil {
		return nil, err
	}
	a.used[slot] = true
	return base, nil
}

// show maps a range to reserved address space.
func (a *arena) show(slot int, at unsafe.Pointer) error {
	_, err := unix.MmapPtr(a.fd, int64(slot)*WindowStride, at, WindowStride, unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_SHARED|unix.MAP_FIXED|unix.MAP_NORESERVE)
	return err
}

// hide makes the address space of a range inaccessible again. Where the system lacks the memory for that, the range
// stays visible, and is replaced when it is used again.
func hide(at unsafe.Pointer) {
	_, _ = unix.MmapPtr(-1, 0, at, WindowStride, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_FIXED|unix.MAP_NORESERVE)
}

// reserve takes address space that can't be accessed.
func reserve(size uintptr) (unsafe.Pointer, error) {
	return unix.MmapPtr(-1, 0, nil, size, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
}

func (a *arena) find(m Memory) *sharedMemory {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byMem[m]
}

// sharedMemory is the linear memory of a guest, in a range of the arena. When there is no range left, or the
// guest wants more from the start than a range has, its pages are Go memory and in no window.
type sharedMemory struct {
	arena  *arena
	near   *sharedMemory // beside which it should be placed
	slot   int
	base   unsafe.Pointer // nil for Go memory
	handle Memory
	bytes  []byte // Go memory
	size   uint64
	shown  []sizeGlobal // of the windows to it
}

// sizeGlobal is a window's global with the size of a memory.
type sizeGlobal struct {
	window *window
	global Global
}

func (m *sharedMemory) register(handle Memory) {
	if m.base == nil {
		return
	}
	m.handle = handle
	m.arena.mu.Lock()
	defer m.arena.mu.Unlock()
	m.arena.byMem[handle] = m
}

// Reallocate makes the memory as long as size: at its start, and when it grows.
func (m *sharedMemory) Reallocate(size uint64) []byte {
	if m.base == nil && m.bytes == nil {
		if size > WindowStride || m.mapRange() != nil {
			m.bytes = make([]byte, size)
			return m.bytes
		}
	}
	if m.base == nil {
		m.bytes = append(m.bytes, make([]byte, size-uint64(len(m.bytes)))...)
		return m.bytes
	}
	if size > WindowStride {
		return nil
	}
	m.size = size
	for _, s := range m.shown {
		s.global.Set(size)
	}
	return unsafe.Slice((*byte)(m.base), WindowStride)[:size:size]
}

func (m *sharedMemory) mapRange() error {
	slot, base, err := m.arena.take(m.near)
	if err != nil {
		return err
	}
	m.slot, m.base = slot, base
	return nil
}

// Free gives the range back, emptied.
func (m *sharedMemory) Free() {
	if m.base == nil {
		m.bytes = nil
		return
	}
	a := m.arena
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byMem, m.handle)
	const hole = unix.FALLOC_FL_PUNCH_HOLE | unix.FALLOC_FL_KEEP_SIZE
	if unix.Fallocate(a.fd, hole, int64(m.slot)*WindowStride, WindowStride) != nil && a.regions != nil {
		clear(unsafe.Slice((*byte)(m.base), m.size))
	}
	if a.regions != nil {
		hide(m.base)
	}
	a.used[m.slot] = false
	m.base = nil
}

// window is the linear memory of an adapter.
type window struct {
	base  unsafe.Pointer
	owned bool // it has address space of its own
	shows []*sharedMemory
}

// watch keeps the size of a memory in a global. A memory and the windows to it are used by one goroutine at a
// time, like all of a store.
func (w *window) watch(m *sharedMemory, size Global) {
	w.shows = append(w.shows, m)
	m.shown = append(m.shown, sizeGlobal{w, size})
	size.Set(m.size)
}

const windowBytes = WindowPages << 16

// layout says where in a window two memories are.
func layout(caller, callee *sharedMemory) Window {
	region := caller.slot/regionSlots == callee.slot/regionSlots
	if region && callee.slot+1 == caller.slot {
		return Window{Caller: WindowStride, neighbours: true}
	}
	return Window{Callee: WindowStride, neighbours: region && caller.slot+1 == callee.slot}
}

func (a *arena) window(caller, callee *sharedMemory) (*window, error) {
	if l := layout(caller, callee); l.neighbours {
		return &window{base: unsafe.Add(caller.base, -int(l.Caller))}, nil
	}
	base, err := reserve(windowBytes)
	if err != nil {
		return nil, fmt.Errorf("no room for a window: %w", err)
	}
	w := &window{base: base, owned: true}
	for i, m := range []*sharedMemory{caller, callee} {
		if err := a.show(m.slot, unsafe.Add(base, i*WindowStride)); err != nil {
			w.Free()
			return nil, fmt.Errorf("mapping a memory into a window: %w", err)
		}
	}
	return w, nil
}

// Reallocate returns the whole window: adapters do not grow their memory.
func (w *window) Reallocate(size uint64) []byte {
	if size > windowBytes {
		return nil
	}
	return unsafe.Slice((*byte)(w.base), windowBytes)[:size:size]
}

// Free unmaps the window.
func (w *window) Free() {
	for _, m := range w.shows {
		m.shown = slices.DeleteFunc(m.shown, func(s sizeGlobal) bool { return s.window == w })
	}
	w.shows = nil
	if w.owned {
		_ = unix.MunmapPtr(w.base, windowBytes) // can't fail: the range is ours
		w.owned = false
	}
}
