package simulated

import (
	"encoding/binary"
	"sync"

	"github.com/witan-os/witan/kernel/metal"
)

const (
	pageSize = 4096

	// Bounds of what one owner of a device can have.
	maxBlock  = 16 << 20
	maxBlocks = 256

	// firstAddress is where memory for transfers begins to appear to devices.
	firstAddress = 0x1000_0000
)

// memory is what a device reaches for one owner. Its lock is held for each access of the driver, and by the device for
// each request, so that a driver and its device see each other's writes as if they took turns.
type memory struct {
	mu     sync.Mutex
	blocks []*block
	next   uint64
	closed bool
}

// block is one piece of memory for transfers.
type block struct {
	memory  *memory
	address uint64
	bytes   []byte
}

func (m *memory) allocate(size int) (*block, error) {
	if size <= 0 || size > maxBlock {
		return nil, metal.ErrOutOfRange
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return nil, metal.ErrDeviceClosed
	case len(m.blocks) == maxBlocks:
		return nil, metal.ErrNoMemory
	}
	size = (size + pageSize - 1) &^ (pageSize - 1)
	b := &block{memory: m, address: firstAddress + m.next, bytes: make([]byte, size)}
	// An address that a driver gets wrong by a page belongs to nobody.
	m.next += uint64(size) + pageSize
	m.blocks = append(m.blocks, b)
	return b, nil
}

func (m *memory) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.blocks = nil
}

// at returns the size bytes at an address, if they are in one block. The lock is held.
func (m *memory) at(address, size uint64) ([]byte, bool) {
	for _, b := range m.blocks {
		if n := uint64(len(b.bytes)); address >= b.address && address-b.address <= n && size <= n-(address-b.address) {
			return b.bytes[address-b.address:][:size:size], true
		}
	}
	return nil, false
}

// Address returns the address that the device is told.
func (b *block) Address() uint64 { return b.address }

// Size returns the number of bytes.
func (b *block) Size() int { return len(b.bytes) }

// Read copies bytes at offset to p.
func (b *block) Read(offset uint64, p []byte) error {
	return b.access(offset, uint64(len(p)), func(at []byte) { copy(p, at) })
}

// Write copies p to the bytes at offset.
func (b *block) Write(offset uint64, p []byte) error {
	return b.access(offset, uint64(len(p)), func(at []byte) { copy(at, p) })
}

// Load reads 1, 2, 4 or 8 bytes.
func (b *block) Load(offset uint64, width int) (v uint64, err error) {
	if !aligned(offset, width) {
		return 0, metal.ErrOutOfRange
	}
	err = b.access(offset, uint64(width), func(at []byte) { v = load(at) })
	return v, err
}

// Store writes 1, 2, 4 or 8 bytes.
func (b *block) Store(offset uint64, width int, v uint64) error {
	if !aligned(offset, width) {
		return metal.ErrOutOfRange
	}
	return b.access(offset, uint64(width), func(at []byte) { store(at, v) })
}

func (b *block) access(offset, size uint64, f func([]byte)) error {
	b.memory.mu.Lock()
	defer b.memory.mu.Unlock()
	n := uint64(len(b.bytes))
	switch {
	case b.memory.closed:
		return metal.ErrDeviceClosed
	case offset > n || size > n-offset:
		return metal.ErrOutOfRange
	}
	f(b.bytes[offset:][:size])
	return nil
}

// aligned reports whether width is one that a bus knows, and offset fits it.
func aligned(offset uint64, width int) bool {
	switch width {
	case 1, 2, 4, 8:
		return offset%uint64(width) == 0
	}
	return false
}

// load and store access all of p as one little-endian number.
func load(p []byte) uint64 {
	var all [8]byte
	copy(all[:], p)
	return binary.LittleEndian.Uint64(all[:])
}

func store(p []byte, v uint64) {
	var all [8]byte
	binary.LittleEndian.PutUint64(all[:], v)
	copy(p, all[:])
}
