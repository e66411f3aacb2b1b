// Package capability holds what a process may touch: references to kernel objects.
//
// A process has no ambient authority. All that it can reach are the references in its [Space], which it names by
// handles. A [Ref] says which object, with which [Rights], and under which badge the object knows its user. References
// are derived from each other, and each object's form a tree: rights only narrow on the way down, and whoever
// has lent a reference can take back all that was made of it, at once. So whom to trust is a question that has an answer
// at any moment, also after the fact.
//
// What a process lends ends with it, as do the objects that it has made. What it gives away, by moving its own reference
// into another space, is the receiver's.
package capability

import "strings"

// Kind says what an object is. The zero Kind is none.
type Kind uint8

// The kinds, in the order in which witan:kernel has them, from 1 on.
const (
	Endpoint    Kind = 1 + iota // takes messages
	Memory                      // bytes that several processes share
	Interrupt                   // a line on which a device asks for attention
	MMIO                        // registers of a device
	DMA                         // memory that a device can reach
	Framebuffer                 // a picture on a screen
	Log                         // a part of the kernel's log
	Process                     // another process, to watch or to end
	Port                        // ports of the processor's own I/O space
	kinds
)

var kindNames = [kinds]string{
	"nothing", "endpoint", "memory", "interrupt", "mmio", "dma", "framebuffer", "log", "process", "port",
}

// String returns the kind's name as manifests and messages have it.
func (k Kind) String() string {
	if k >= kinds {
		return "unknown kind"
	}
	return kindNames[k]
}

// KindNamed is the kind of that name.
func KindNamed(name string) (Kind, bool) {
	for k := Endpoint; k < kinds; k++ {
		if kindNames[k] == name {
			return k, true
		}
	}
	return 0, false
}

// Rights is a set of what one may do with an object. What a right means depends on the object's kind; see
// [Kind.Rights].
type Rights uint32

// The rights, in the order in which witan:kernel has them.
const (
	Read      Rights = 1 << iota // see what it holds, or how it is doing
	Write                        // change what it holds
	Execute                      // run what it holds; have it end
	Grant                        // pass the reference on to another process
	Map                          // have its memory in reach
	Send                         // leave messages in it, and call
	Receive                      // take messages out of it, and answer; be told when something happens
	allRights = Receive<<1 - 1
)

var rightNames = [...]string{"read", "write", "execute", "grant", "map", "send", "receive"}

// Has reports whether all of need is there.
func (r Rights) Has(need Rights) bool { return r&need == need }

// String lists the rights: "read, write", or "nothing".
func (r Rights) String() string {
	var names []string
	for i, name := range rightNames {
		if r&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if r&^allRights != 0 {
		names = append(names, "unknown rights")
	}
	if names == nil {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// RightNamed is the single right of that name.
func RightNamed(name string) (Rights, bool) {
	for i, n := range rightNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

var kindRights = [kinds]Rights{
	Endpoint:    Send | Receive | Grant,
	Memory:      Read | Write | Map | Grant,
	Interrupt:   Receive | Grant,
	MMIO:        Read | Write | Map | Grant,
	DMA:         Read | Write | Map | Grant,
	Framebuffer: Read | Write | Map | Grant,
	Log:         Send | Grant,
	Process:     Read | Execute | Receive | Grant,
	Port:        Read | Write | Grant,
}

// Rights are all that an object of the kind can be used for.
func (k Kind) Rights() Rights {
	if k >= kinds {
		return 0
	}
	return kindRights[k]
}

// Object is something of the kernel that processes hold references to.
type Object interface {
	Kind() Kind
	// Rights are all that the object can be used for: the kind's or fewer.
	Rights() Rights
	// Close ends the object: its last reference is gone, or its maker. It is called once, after every reference
	// has ended and with no lock held.
	Close()
}

// Waker is an object that keeps its own account of who waits for it, for waits that are too frequent for
// [Ref.Done]. Wake is called after references to the object have ended, with no lock held; the object then ends the
// operations that wait on those. It may be called several times at once, and after Close.
type Waker interface {
	Object
	Wake()
}
