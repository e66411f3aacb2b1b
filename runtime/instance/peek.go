package instance

import "github.com/witan-os/witan/runtime/abi"

// This file is for those who only look at a call: nothing here has an effect on the guest, or stops it.

// Peek returns a view of the guest's memory, unless some of it is outside or the function has no memory.
func (b *Boundary) Peek(ptr, size uint32) (view []byte, ok bool) {
	if b.memory == nil {
		return nil, false
	}
	return b.memory.Read(ptr, size)
}

// Encoding is that of the function's strings.
func (b *Boundary) Encoding() abi.Encoding { return b.encoding }
