//go:build linux

package metal

import "unsafe"

// Handlers work on memory that Go knows nothing about: page tables, frames,
// device registers, buffers of the running program. These few functions are the
// only way in, so that what is unsafe can be found in one place.

// at returns the T at address a.
func at[T any](a uintptr) *T { return (*T)(unsafe.Add(unsafe.Pointer(nil), a)) }

// bytesAt returns the n bytes at address a.
func bytesAt(a, n uintptr) []byte { return unsafe.Slice(at[byte](a), n) }

// addressOf is the address of p; what it points to must not move.
func addressOf[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// zeroFrame clears the page-sized block at address a.
func zeroFrame(a uintptr) { clear(at[[pageSize]byte](a)[:]) }
