package capability

import "fmt"

// Handle is a process's name for a capability in its [Space]: the slot's number in the lower half and, in the upper
// half, which of the slot's capabilities it was. No handle is zero, and none is negative as a signed number.
type Handle uint64

// maxGeneration is the last generation of a slot, which is then given up: no handle is ever valid twice.
const maxGeneration = 1<<31 - 1

func makeHandle(generation uint32, index int) Handle {
	return Handle(generation)<<32 | Handle(uint32(index))
}

func (h Handle) index() uint64      { return uint64(h) & 0xffff_ffff }
func (h Handle) generation() uint32 { return uint32(h >> 32) }

// String is for people: "slot 3, use 1".
func (h Handle) String() string { return fmt.Sprintf("slot %d, use %d", h.index(), h.generation()) }
