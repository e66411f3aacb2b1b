package ipc

import (
	"fmt"
	"sync"

	"github.com/witan-os/witan/kernel/capability"
)

// MaxMemory bounds the size of one region, in bytes, whatever the budgets are.
const MaxMemory = 1 << 30

// Memory is the object behind capabilities of the kind Memory: bytes that several processes can reach. They are copied
// in and out, one operation at a time as far as anybody can see: who reads while another writes gets all of that or
// nothing.
type Memory struct {
	size uint64

	mu    sync.RWMutex
	bytes []byte // nil when closed

	closed func() // may be nil
}

// RangeError is an access outside of a region, in bytes.
type RangeError struct{ Offset, Length, Size uint64 }

// Error names what was tried and what there is.
func (r *RangeError) Error() string {
	return fmt.Sprintf("%d bytes at %#x are not within %d bytes", r.Length, r.Offset, r.Size)
}

// NewMemory makes a region of zeros. It fails with [*RangeError] if the size exceeds [MaxMemory]. Whether there is so much
// memory is to be known before. When nobody has the region any more, closed is called, unless nil.
func NewMemory(size uint64, closed func()) (*Memory, error) {
	if size > MaxMemory {
		return nil, &RangeError{0, size, MaxMemory}
	}
	return &Memory{size: size, bytes: make([]byte, size), closed: closed}, nil
}

// Kind is capability.Memory.
func (*Memory) Kind() capability.Kind { return capability.Memory }

// Rights are all of the kind.
func (*Memory) Rights() capability.Rights { return capability.Memory.Rights() }

// Close gives the memory back.
func (m *Memory) Close() {
	m.mu.Lock()
	m.bytes = nil
	m.mu.Unlock()
	if m.closed != nil {
		m.closed()
	}
}

// Wake returns when no copy goes on through a reference that has ended.
func (m *Memory) Wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
}

// MemorySize is how many bytes a reference is to. It needs no right.
func MemorySize(via *capability.Ref) (uint64, error) {
	m, err := memory(via, 0, 0, 0)
	if err != nil {
		return 0, err
	}
	return m.size, nil
}

// ReadMemory copies the bytes at an offset to p. Needs the right to read. It fails with [*RangeError] if not all of them
// are within the region, and copies nothing.
func ReadMemory(via *capability.Ref, offset uint64, p []byte) error {
	m, err := memory(via, capability.Read, offset, len(p))
	if err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if err := via.Err(); err != nil {
		return err
	}
	copy(p, m.bytes[offset:])
	return nil
}

// WriteMemory copies p to an offset. Needs the right to write. It fails like [ReadMemory].
func WriteMemory(via *capability.Ref, offset uint64, p []byte) error {
	m, err := memory(via, capability.Write, offset, len(p))
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := via.Err(); err != nil {
		return err
	}
	copy(m.bytes[offset:], p)
	return nil
}

// memory is the region behind a reference, for one who needs a right to some of its bytes.
func memory(via *capability.Ref, need capability.Rights, offset uint64, length int) (*Memory, error) {
	m, err := capability.As[*Memory](via, capability.Memory, need)
	if err != nil {
		return nil, err
	}
	if n := uint64(length); offset > m.size || n > m.size-offset {
		return nil, &RangeError{offset, n, m.size}
	}
	return m, nil
}
