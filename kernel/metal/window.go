package metal

import "sync/atomic"

// caching says how the CPU treats a mapping of device memory.
type caching uintptr

const (
	uncached       caching = iota // registers: each access reaches the device, in order
	writeCombining                // pixels: writes are gathered
)

// A Window is a range of device registers. Each access is one on the bus, of 1, 2, 4
// or 8 bytes, and at a multiple of that.
type Window struct {
	base, size uint64
	// hidden holds the interrupt messages: who writes them can send any interrupt.
	hidden [2]Extent
	closed atomic.Bool
}

// Size returns the window's length in bytes.
func (w *Window) Size() uint64 { return w.size }

// Read reads a register of so many bytes.
func (w *Window) Read(offset uint64, width int) (uint64, error) {
	if err := w.check(offset, width); err != nil {
		return 0, err
	}
	return loadDevice(w.base+offset, width), nil
}

// Write writes a register of so many bytes. What of v does not fit is left out.
func (w *Window) Write(offset uint64, width int, v uint64) error {
	if err := w.check(offset, width); err != nil {
		return err
	}
	storeDevice(w.base+offset, width, v)
	return nil
}

func (w *Window) check(offset uint64, width int) error {
	if w.closed.Load() {
		return ErrDeviceClosed
	}
	if !aligned(offset, width) || offset >= w.size || uint64(width) > w.size-offset {
		return ErrOutOfRange
	}
	for _, h := range w.hidden {
		if offset < uint64(h.Offset)+uint64(h.Length) && uint64(h.Offset) < offset+uint64(width) {
			return ErrOutOfRange
		}
	}
	return nil
}

// aligned reports whether width is one that the bus knows, and offset fits it.
func aligned(offset uint64, width int) bool {
	switch width {
	case 1, 2, 4, 8:
		return offset%uint64(width) == 0
	}
	return false
}
