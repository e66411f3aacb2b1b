package policy

import (
	"slices"

	"github.com/witan-os/witan/generated/systable"
)

// Calls is a set of system calls: the bit of each is its number.
type Calls []uint64

// newCalls makes the empty set.
func newCalls() Calls { return make(Calls, (len(systable.Calls)+63)/64) }

// Has reports whether a call is in the set. Numbers that there are no calls of are not.
func (c Calls) Has(number uint16) bool {
	word := int(number / 64)
	return word < len(c) && c[word]>>(number%64)&1 == 1
}

func (c Calls) add(number uint16) { c[number/64] |= 1 << (number % 64) }

// All are the numbers in the set, in order.
func (c Calls) All() []uint16 {
	var list []uint16
	for n := range len(c) * 64 {
		if c.Has(uint16(n)) {
			list = append(list, uint16(n))
		}
	}
	return list
}

// grant adds the system calls of an interface that the kernel answers, as far as a key of the manifest that names
// so much gives the right to them.
func (c Calls) grant(name string, by scope) {
	for n := range systable.Calls {
		call := &systable.Calls[n]
		if n > 0 && !call.Retired && call.Interface == interfaceOf(name) && call.Track == track(name) && mayCall(call, by) {
			c.add(uint16(n))
		}
	}
}

// mayCall reports whether a key that names so much gives the right to a call of an interface. A call that asks for
// the package as a whole is not had by naming the interface.
func mayCall(call *systable.Call, by scope) bool {
	switch call.Right {
	case systable.Package:
		return by <= scopePackageVersion
	default:
		return true
	}
}

// kernelInterfaces are the interfaces that the kernel answers, with a version of their track.
func (in Inputs) kernelInterfaces() []string {
	if in.Kernel != nil {
		return in.Kernel
	}
	var names []string
	for n := range systable.Calls {
		call := &systable.Calls[n]
		if n == 0 || call.Retired {
			continue
		}
		name := call.Interface
		if call.Track != "" {
			name += "@" + call.Track
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
