package value

import (
	"unsafe"

	"github.com/witan-os/witan/runtime/abi"
)

// Boundary is where values pass between a component instance and Go. *instance.Boundary is one; the
// methods are described there. Whatever the guest claims is checked by them: a broken rule ends the
// call by Trap, which panics and never returns.
type Boundary interface {
	// Trap stops the guest with the given reason. It does not return.
	Trap(format string, args ...any)
	// Refuse is Trap for a value that the host gave.
	Refuse(format string, args ...any)
	// Reserve charges n bytes of Go memory to the call.
	Reserve(n uint64)

	// View returns size bytes of memory at an aligned address. It is stale after any allocation.
	View(ptr, size, align uint32) []byte
	// ListView returns the memory of a list of n elements of size bytes each.
	ListView(ptr, n, size, align uint32) []byte
	// LoadString copies a string out of memory and charges it to the call.
	LoadString(ptr, n uint32) string

	// Alloc returns the address of size bytes of memory that the guest allocates.
	Alloc(size, align uint32) uint32
	// AllocList allocates n elements of size bytes each and returns their address, and n.
	AllocList(n int, size, align uint32) (ptr, length uint32)
	// StoreString copies s into memory that the guest allocates.
	StoreString(s string) (ptr, n uint32)

	// TakeOwn moves the resource behind an own handle out of the instance.
	TakeOwn(r *abi.Resource, handle uint32) any
	// Borrowed returns the resource behind a handle that the guest lends.
	Borrowed(r *abi.Resource, handle uint32) any
	// GiveOwn moves a resource into the instance and returns its handle.
	GiveOwn(r *abi.Resource, rep any) uint32
	// Lend makes a handle for a resource that the instance may use during the call.
	Lend(r *abi.Resource, rep any) uint32
}

// What lifted values cost in Go memory, in bytes. It is charged before a value is made, so that a guest's
// data can't grow into more than the call's budget on this side: a few bytes of guest memory may stand
// for many of ours.
const (
	scalarCost  = 8 // a scalar in an interface
	stringCost  = uint64(unsafe.Sizeof(""))
	sliceCost   = uint64(unsafe.Sizeof(List{}))
	elemCost    = uint64(unsafe.Sizeof(List{}[0]))
	entryCost   = uint64(unsafe.Sizeof(Entry{}))
	fieldCost   = uint64(unsafe.Sizeof(Field{}))
	variantCost = uint64(unsafe.Sizeof(Variant{}))
	optionCost  = uint64(unsafe.Sizeof(Option{}))
	handleCost  = uint64(unsafe.Sizeof(Own{}))
)
