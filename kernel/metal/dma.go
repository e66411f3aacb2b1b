package metal

import (
	"sync"
	"unsafe"
)

// maxDMA bounds one piece of memory for transfers.
const maxDMA = 16 << 20

// DMA is memory that a device reaches by its physical address. Writes are seen by the
// device in the order in which they are made, and before what is read after them.
type DMA struct {
	address uint64

	mu   sync.RWMutex
	view []byte // nil once it is given back
}

// Address returns the physical address, which is what a device is told.
func (m *DMA) Address() uint64 { return m.address }

// Size returns the number of bytes.
func (m *DMA) Size() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.view)
}

// Read copies bytes at offset to p.
func (m *DMA) Read(offset uint64, p []byte) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.check(offset, uint64(len(p))); err != nil {
		return err
	}
	copy(p, m.view[offset:])
	return nil
}

// Write copies p to the bytes at offset.
func (m *DMA) Write(offset uint64, p []byte) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.check(offset, uint64(len(p))); err != nil {
		return err
	}
	copy(m.view[offset:], p)
	orderMemory()
	return nil
}

// Load reads 1, 2, 4 or 8 bytes, little endian, at a multiple of that, in one access.
func (m *DMA) Load(offset uint64, width int) (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.check(offset, uint64(width)); err != nil {
		return 0, err
	}
	if !aligned(offset, width) {
		return 0, ErrOutOfRange
	}
	return loadDevice(placeOf(m.view)+offset, width), nil
}

// Store writes 1, 2, 4 or 8 bytes, little endian, at a multiple of that, in one access.
func (m *DMA) Store(offset uint64, width int, v uint64) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := m.check(offset, uint64(width)); err != nil {
		return err
	}
	if !aligned(offset, width) {
		return ErrOutOfRange
	}
	storeDevice(placeOf(m.view)+offset, width, v)
	orderMemory()
	return nil
}

func (m *DMA) check(offset, size uint64) error {
	n := uint64(len(m.view))
	switch {
	case m.view == nil:
		return ErrDeviceClosed
	case offset > n || size > n-offset:
		return ErrOutOfRange
	}
	return nil
}

// placeOf returns where the bytes of a view lie. It lies outside of Go's heap.
func placeOf(view []byte) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(view)))) }

// release gives the memory back. The device has been stopped.
func (m *DMA) release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.view != nil {
		m.view = nil
		freeDMA(m.address)
	}
}
