package metal

// The segments that 64-bit mode still asks for, in every CPU's GDT and in that of the
// trampoline.

// Selectors. The loader's stub uses the same first two.
const (
	codeSelector = 0x08
	dataSelector = 0x10
	taskSelector = 0x18
)

// Segment descriptors: flat 64-bit code and data, ring 0.
const (
	codeDescriptor = 0x00af9a000000ffff
	dataDescriptor = 0x00cf92000000ffff
)
