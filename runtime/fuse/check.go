package fuse

import (
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
)

// This file is what an adapter checks about memory, and how it breaks off. The size of a memory is read anew for each
// check, because it may grow whenever its owner runs. It never shrinks, so that what was in bounds stays there.

// checks is code that may end the call.
type checks struct {
	*code
	site func(format string) // puts the number of a new trap site on the stack
	fail int                 // function (site, a, b) that ends the call
}

// trapIf ends the call if the value on the stack is not zero. a and b are locals that the reason shows.
func (c *checks) trapIf(format string, a, b int) {
	c.exitIf(func() {
		c.site(format)
		for _, l := range []int{a, b} {
			if l == none {
				c.i32(0)
			} else {
				c.get(l)
			}
		}
		c.call(c.fail)
		c.emit(opUnreachable)
	})
}

func (c *checks) checkAligned(ptr int, align uint32) {
	if align == 1 {
		return
	}
	c.get(ptr)
	c.i32(align - 1)
	c.emit(opI32And)
	c.trapIf(fmt.Sprintf("address %%#[1]x is not a multiple of %d", align), ptr, none)
}

// checkBounds traps unless n bytes at ptr are in the memory of s.
func (c *checks) checkBounds(s *side, ptr, n int) {
	c.get(ptr)
	c.emit(opI64ExtendU)
	c.get(n)
	c.emit(opI64ExtendU, opI64Add)
	c.size(s)
	c.emit(opI64GtU)
	c.trapIf("%[2]d bytes at address %#[1]x are outside of the memory", ptr, n)
}

// checkBlock traps unless the local ptr is the address of a value of type t.
func (c *checks) checkBlock(s *side, ptr int, t *abi.Type) {
	c.checkAligned(ptr, t.Align)
	c.get(ptr)
	c.emit(opI64ExtendU)
	c.i64(uint64(t.Size))
	c.emit(opI64Add)
	c.size(s)
	c.emit(opI64GtU)
	c.trapIf(fmt.Sprintf("%d bytes at address %%#[1]x are outside of the memory", t.Size), ptr, none)
}

// alloc has the realloc of s allocate, checks what it returns and leaves it in the local ptr. size puts the
// number of bytes on the stack.
func (c *checks) alloc(s *side, align uint32, size func(), ptr int) {
	c.realloc(s, func() { c.i32(0); c.i32(0) }, align, size, ptr)
}

// realloc is alloc for a block that becomes of another one, whose address and size old puts on the stack.
func (c *checks) realloc(s *side, old func(), align uint32, size func(), ptr int) {
	c.leave(s, 0)
	old()
	c.i32(align)
	n := c.local(abi.I32)
	size()
	c.tee(n)
	c.call(s.realloc)
	c.set(ptr)
	c.leave(s, 1)
	c.checkAligned(ptr, align)
	c.checkBounds(s, ptr, n)
}

// leave says whether a side may call out from here on.
func (c *checks) leave(s *side, may uint32) {
	if s.leave != none {
		c.i32(may)
		c.with(opGlobalSet, int64(s.leave))
	}
}

// window puts the address of a local in the window on the stack.
func (c *checks) window(s *side, ptr int) {
	c.get(ptr)
	if s.base != 0 {
		c.i32(s.base)
		c.emit(opI32Add)
	}
}
