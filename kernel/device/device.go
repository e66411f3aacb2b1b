// Package device makes parts of devices the objects of capabilities: register windows, ports, memory for transfers, and
// interrupts. A program that holds these, and nothing else, can drive the device.
//
// What a device really is comes from outside, through narrow interfaces that the machine's drivers fill, or a test. Here
// is what holds for all of them: an access lies within the object, is aligned and of a width that devices have, and is
// allowed by a reference; and once a reference was revoked no access through it happens any more, not even one that had
// begun.
package device

import (
	"fmt"
	"sync"

	"github.com/witan-os/witan/kernel/capability"
)

// RangeError is an access outside of an object, one that is not aligned, or one of a width that no device has. Sizes are
// in bytes.
type RangeError struct{ Offset, Length, Size uint64 }

// Error says what is wrong.
func (r *RangeError) Error() string {
	return fmt.Sprintf("an access of %d bytes at %#x: outside of %d bytes, or not aligned, or of an odd width", r.Length, r.Offset, r.Size)
}

// inRange checks an access of some bytes.
func inRange(offset, length, size uint64) error {
	if offset > size || length > size-offset {
		return &RangeError{offset, length, size}
	}
	return nil
}

// single checks an access in one piece.
func single(offset uint64, width int, size uint64) error {
	switch width {
	case 1, 2, 4, 8:
		if w := uint64(width); offset%w == 0 {
			return inRange(offset, w, size)
		}
	}
	return &RangeError{offset, uint64(width), size}
}

// fits checks a value that is to be written in one piece.
func fits(value uint64, width int) error {
	if width < 8 && value>>(8*width) != 0 {
		return fmt.Errorf("the value %#x does not fit into %d bytes", value, width)
	}
	return nil
}

// object is what the objects that are accessed have in common.
type object struct {
	kind  capability.Kind
	close func()
	// accesses is held for reading by each access. So whoever gets it for writing knows that all that began before are
	// over.
	accesses sync.RWMutex
}

// Kind is what the object was made as.
func (o *object) Kind() capability.Kind { return o.kind }

// Rights are all of the kind.
func (o *object) Rights() capability.Rights { return o.kind.Rights() }

// Close waits for accesses that have begun, and then tells the machine that nobody has the object any more.
func (o *object) Close() {
	o.Wake()
	if o.close != nil {
		o.close()
	}
}

// Wake returns when no access goes on through a reference that has ended.
func (o *object) Wake() {
	o.accesses.Lock()
	defer o.accesses.Unlock()
}

// begin begins an access, which goes on until accesses is unlocked.
func (o *object) begin(via *capability.Ref) error {
	o.accesses.RLock()
	err := via.Err()
	if err != nil {
		o.accesses.RUnlock()
	}
	return err
}
