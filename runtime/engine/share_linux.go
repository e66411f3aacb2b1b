package engine

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// arena hands out ranges of one memory file, each as long as WindowStride. The file is sparse: a range
// costs the pages that were touched.
type arena struct {
	fd int

	mu    sync.Mutex
	slots int64   // how many ranges the file has
	free  []int64 // ranges that can be used again; they hold zeros
	byMem map[Memory]*sharedMemory
}

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
}

func (a *arena) take() (slot int64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.free); n > 0 {
		slot, a.free = a.free[n-1], a.free[:n-1]
		return slot, nil
	}
	if err := unix.Ftruncate(a.fd, (a.slots+1)*WindowStride); err != nil {
		return 0, err
	}
	a.slots++
	return a.slots - 1, nil
}

func (a *arena) give(slot int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free = append(a.free, slot)
}

func (a *arena) find(m Memory) *sharedMemory {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byMem[m]
}

const readWrite = unix.PROT_READ | unix.PROT_WRITE

// sharedMemory is the linear memory of a guest, in a range of the arena. When there is no range left, or the
// guest wants more from the start than a range has, its pages are Go memory and in no window.
type sharedMemory struct {
	arena  *arena
	slot   int64
	base   unsafe.Pointer // nil for Go memory
	handle Memory
	bytes  []byte // Go memory
	most   uint64 // the largest size it had
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
		if size > WindowSize || m.mapRange() != nil {
			m.bytes = make([]byte, size)
			return m.bytes
		}
	}
	if m.base == nil {
		m.bytes = append(m.bytes, make([]byte, size-uint64(len(m.bytes)))...)
		return m.bytes
	}
	if size > WindowSize {
		return nil
	}
	m.most = max(m.most, size)
	*(*uint32)(unsafe.Add(m.base, WindowSize)) = uint32(size)
	return unsafe.Slice((*byte)(m.base), WindowSize)[:size:size]
}

func (m *sharedMemory) mapRange() error {
	slot, err := m.arena.take()
	if err != nil {
		return err
	}
	base, err := unix.MmapPtr(m.arena.fd, slot*WindowStride, nil, WindowStride, readWrite, unix.MAP_SHARED|unix.MAP_NORESERVE)
	if err != nil {
		m.arena.give(slot)
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
	if unix.Fallocate(a.fd, hole, m.slot*WindowStride, WindowStride) != nil {
		clear(unsafe.Slice((*byte)(m.base), m.most))
	}
	_ = unix.MunmapPtr(m.base, WindowStride) // can't fail: it is a whole mapping of ours
	a.free = append(a.free, m.slot)
	m.base = nil
}

// window is the linear memory of an adapter.
type window struct{ base unsafe.Pointer }

const windowBytes = WindowPages << 16

func (e *Engine) window(caller, callee Memory) (*window, error) {
	if !e.CanWindow(caller) || !e.CanWindow(callee) {
		return nil, errors.New("a memory is not in the arena")
	}
	base, err := unix.MmapPtr(-1, 0, nil, windowBytes, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("no room for a window: %w", err)
	}
	w := &window{base}
	for i, m := range []Memory{caller, callee} {
		at, slot := unsafe.Add(base, i*WindowStride), e.arena.find(m).slot
		if _, err := unix.MmapPtr(e.arena.fd, slot*WindowStride, at, WindowStride, readWrite,
			unix.MAP_SHARED|unix.MAP_FIXED|unix.MAP_NORESERVE); err != nil {
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
	if w.base != nil {
		_ = unix.MunmapPtr(w.base, windowBytes) // can't fail: the range is ours
		w.base = nil
	}
}
