package rows

import "slices"

// Guest is a component with loops.
type Guest string

// The guests. Guarded is one of those whose calls Witan has to check; peers check all calls, and measure the same
// functions of Composed instead, because some refuse calls from a component to one inside it.
const (
	Callee   Guest = "callee"
	Composed Guest = "composed"
	Guarded  Guest = "guarded"
	Owner    Guest = "owner"
	Kernels  Guest = "kernels"
)

// Loop is an exported function that does n times what its row is about. It takes n and, unless that is 0, a
// length, and returns an u32. The time of one call is the loop's, divided by n.
type Loop struct {
	Row      string
	Guest    Guest
	Export   string
	Length   int
	Optional bool // not every guest of that kind has the function
}

// Loops are the loops of all guests.
var Loops = []Loop{
	{Row: ImportTick, Guest: Callee, Export: "loop-tick"},
	{Row: ImportLog16, Guest: Callee, Export: "loop-log", Length: len(Short)},
	{Row: ImportLog1K, Guest: Callee, Export: "loop-log", Length: len(Long)},

	{Row: CrossNoop, Guest: Composed, Export: "drive-noop"},
	{Row: CrossNoopGuarded, Guest: Guarded, Export: "drive-noop"},
	{Row: CrossAdd, Guest: Composed, Export: "drive-add"},
	{Row: CrossAddGuarded, Guest: Guarded, Export: "drive-add"},
	{Row: CrossEcho16, Guest: Composed, Export: "drive-echo", Length: len(Short)},
	{Row: CrossEcho1K, Guest: Composed, Export: "drive-echo", Length: len(Long)},
	{Row: CrossRecord, Guest: Composed, Export: "drive-rec"},
	{Row: CrossVariant, Guest: Composed, Export: "drive-variant"},
	{Row: CrossOption, Guest: Composed, Export: "drive-option"},
	{Row: CrossResult, Guest: Composed, Export: "drive-result"},
	{Row: CrossBytes, Guest: Composed, Export: "drive-bytes", Length: len(Bytes)},
	{Row: CrossBorrow, Guest: Composed, Export: "drive-resource", Optional: true},
	{Row: CrossOwn, Guest: Owner, Export: "drive-own"},

	{Row: KernelSHA256, Guest: Kernels, Export: "sha256"},
	{Row: KernelNBody, Guest: Kernels, Export: "nbody"},
	{Row: KernelMatMul, Guest: Kernels, Export: "matmul"},
	{Row: KernelSort, Guest: Kernels, Export: "sort"},
	{Row: KernelFib, Guest: Kernels, Export: "fib"},
	{Row: KernelInterpreter, Guest: Kernels, Export: "interpreter"},
}

// LoopsOf are those of one guest.
func LoopsOf(guest Guest) []Loop {
	return slices.DeleteFunc(slices.Clone(Loops), func(l Loop) bool { return l.Guest != guest })
}

// TeamLoops are those of the driver, when it and the callee are processes.
var TeamLoops = []Loop{
	{Row: TeamNoop, Export: "drive-noop"},
	{Row: TeamAdd, Export: "drive-add"},
	{Row: TeamEcho16, Export: "drive-echo", Length: len(Short)},
	{Row: TeamRecord, Export: "drive-rec"},
}

// GuardLoops are those of the driver when the kernel is between it and the callee.
var GuardLoops = []Loop{
	{Row: GuardNoop, Export: "drive-noop"},
	{Row: GuardAdd, Export: "drive-add"},
	{Row: GuardEcho16, Export: "drive-echo", Length: len(Short)},
	{Row: GuardRecord, Export: "drive-rec"},
}
