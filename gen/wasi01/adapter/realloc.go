//go:build wasip1

package adapter

// This file stands between the host and the guest's own allocator, if the guest has one for the host to call: a command
// has none.
//
// While the host allocates nothing may call out. But an allocator may call WASI 0.1: that of Go asks for the time when
// its heap grows, and is told the time that was asked for last. If there is no more memory it says so and ends the
// program. What it says is lost then, but the trap comes from there, and not from the call out.

//go:wasmimport __main_module__ cabi_realloc
func allocateInGuest(old guest, oldSize, alignment, size uint32) guest

// allocating says that the guest's allocator runs on behalf of the host.
var allocating bool

//go:wasmexport guest_realloc
func guestRealloc(old guest, oldSize, alignment, size uint32) guest {
	allocating = true
	at := allocateInGuest(old, oldSize, alignment, size)
	allocating = false
	return at
}
