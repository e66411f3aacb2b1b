// Package rows lists what is measured: which calls and programs, what passes in them, and how Witan should do
// compared with others. Every side, Witan or peer, does as many of the rows as it can.
package rows

// The sides, which are the columns of the table.
const (
	Witan    = "witan"
	Dynamic  = "dynamic"
	Hand     = "by hand"
	Wasmtime = "wasmtime"
	JCO      = "jco"
)

// Legend explains the sides.
var Legend = []struct{ Side, Text string }{
	{Witan, "generated glue; calls between components through adapters; guests can be stopped (metered)"},
	{Dynamic, "Witan, called with values whose types the Go program does not know"},
	{Hand, "plain wazero, with glue written by hand for this guest; programs as they are, not metered"},
	{Wasmtime, "driven from Go through its C API; guests can't be stopped"},
	{JCO, "components as JavaScript, on node; guests can't be stopped"},
}

// Section is a part of the table.
type Section struct {
	Title string
	Rows  []Row
	Mean  *Row // of all rows, the geometric one, if that is of interest
}

// Row is one line of the table.
type Row struct {
	ID   string // section/name
	What string
	Aims []Aim
}

// Aim is what Witan should not exceed.
type Aim struct {
	// Of is the side that Witan is divided by, or another way in which Witan does the same; "" when the row itself is
	// the aim.
	Of   string  `json:"of,omitempty"`
	Most float64 `json:"most"`
}

// OneProgram is what Witan does within one program that is made of components, where a row is about two programs.
const OneProgram = "one program"

// Pipes are what two processes of the operating system would send messages through.
const Pipes = "pipes"

// Otherwise names the subject that does what a row is about in another way.
func Otherwise(row, way string) string { return row + " in " + way }

// NoAllocs is the aim of not allocating in Go.
var NoAllocs = Aim{Of: "allocs"}

// Calls from Go into a component.
const (
	ExportNoop    = "export/noop"
	ExportAdd     = "export/add"
	ExportEcho16  = "export/echo-16"
	ExportEcho1K  = "export/echo-1k"
	ExportRecord  = "export/record"
	ExportVariant = "export/variant"
	ExportOption  = "export/option"
	ExportResult  = "export/result"
	ExportBytes   = "export/bytes-1m"
	ExportMethod  = "export/resource"
)

// Calls from a component into Go.
const (
	ImportTick  = "import/tick"
	ImportLog16 = "import/log-16"
	ImportLog1K = "import/log-1k"
)

// Calls from one component to another.
const (
	CrossNoop        = "cross/noop"
	CrossNoopGuarded = "cross/noop-guarded"
	CrossAdd         = "cross/add"
	CrossAddGuarded  = "cross/add-guarded"
	CrossEcho16      = "cross/echo-16"
	CrossEcho1K      = "cross/echo-1k"
	CrossRecord      = "cross/record"
	CrossVariant     = "cross/variant"
	CrossOption      = "cross/option"
	CrossResult      = "cross/result"
	CrossBytes       = "cross/bytes-1m"
	CrossBorrow      = "cross/borrow"
	CrossOwn         = "cross/own"
)

// Calls from one process to another, which share a store.
const (
	TeamNoop   = "team/noop"
	TeamAdd    = "team/add"
	TeamEcho16 = "team/echo-16"
	TeamRecord = "team/record"
)

// Calls from one process to another, each of which has a store of its own: the kernel carries them.
const (
	GuardNoop   = "guard/noop"
	GuardAdd    = "guard/add"
	GuardEcho16 = "guard/echo-16"
	GuardRecord = "guard/record"
)

// A message of so many bytes from one process to another, and the answer: to a server that is called for it, to a process
// that waits for it, and what of that the kernel takes.
const (
	MessageCall    = "message/call"
	MessageReceive = "message/receive"
	MessageKernel  = "message/kernel"
	MessageLength  = 48
)

// Programs that compute.
const (
	KernelSHA256      = "kernel/sha256"
	KernelNBody       = "kernel/nbody"
	KernelMatMul      = "kernel/matmul"
	KernelSort        = "kernel/sort"
	KernelFib         = "kernel/fib"
	KernelInterpreter = "kernel/interpreter"
	KernelMean        = "kernel/mean"
)

// Turns are the rows that are measured in turns: calls, which take nanoseconds, and programs.
var Turns = []Section{
	{Title: "Go calls a component", Rows: []Row{
		{ExportNoop, "nothing", []Aim{{Hand, 1.2}, {Wasmtime, 0.12}, NoAllocs}},
		{ExportAdd, "two u32, returns u32", []Aim{{Hand, 1.2}, {Wasmtime, 0.12}, NoAllocs}},
		{ExportEcho16, "string of 16 B, returned", []Aim{{Wasmtime, 0.25}}},
		{ExportEcho1K, "string of 1 KiB, returned", nil},
		{ExportRecord, "record of 10 fields, returned", nil},
		{ExportVariant, "variant, returned", nil},
		{ExportOption, "option, returned", nil},
		{ExportResult, "u32, returns result", nil},
		{ExportBytes, "list<u8> of 1 MiB", nil},
		{ExportMethod, "method of a resource", nil},
	}},
	{Title: "a component calls Go", Rows: []Row{
		{ImportTick, "u32, returns u32", []Aim{{Hand, 1.1}, NoAllocs}},
		{ImportLog16, "string of 16 B", nil},
		{ImportLog1K, "string of 1 KiB", nil},
	}},
	{Title: "a component calls another", Rows: []Row{
		{CrossNoop, "nothing, and no call can nest", []Aim{{Wasmtime, 1.15}, NoAllocs}},
		{CrossNoopGuarded, "nothing, with a guard against nesting", []Aim{{Wasmtime, 1.5}, NoAllocs}},
		{CrossAdd, "two u32, and no call can nest", []Aim{{Wasmtime, 1.15}, NoAllocs}},
		{CrossAddGuarded, "two u32, with a guard against nesting", []Aim{{Wasmtime, 1.5}, NoAllocs}},
		{CrossEcho16, "string of 16 B, returned", []Aim{{Wasmtime, 1.25}}},
		{CrossEcho1K, "string of 1 KiB, returned", []Aim{{Wasmtime, 1.25}}},
		{CrossRecord, "record of 10 fields, returned", []Aim{{Wasmtime, 1.4}, NoAllocs}},
		{CrossVariant, "variant, returned", []Aim{{Wasmtime, 1.6}}},
		{CrossOption, "option, returned", []Aim{{Wasmtime, 1.6}}},
		{CrossResult, "u32, returns result", []Aim{{Wasmtime, 1.6}}},
		{CrossBytes, "list<u8> of 1 MiB", []Aim{{Wasmtime, 0.1}}},
		{CrossBorrow, "method of a resource", []Aim{NoAllocs}},
		{CrossOwn, "ownership of a resource, there and back", []Aim{NoAllocs}},
	}},
	{Title: "a process calls another, fused", Rows: []Row{
		{TeamNoop, "nothing", []Aim{{OneProgram, 1.2}, NoAllocs}},
		{TeamAdd, "two u32, returns u32", []Aim{{OneProgram, 1.2}, NoAllocs}},
		{TeamEcho16, "string of 16 B, returned", []Aim{{OneProgram, 1.2}}},
		{TeamRecord, "record of 10 fields, returned", []Aim{{OneProgram, 1.2}, NoAllocs}},
	}},
	{Title: "a process calls another, guarded", Rows: []Row{
		{GuardNoop, "nothing", []Aim{NoAllocs}},
		{GuardAdd, "two u32, returns u32", []Aim{NoAllocs}},
		{GuardEcho16, "string of 16 B, returned", nil},
		{GuardRecord, "record of 10 fields, returned", nil},
	}},
	{Title: "a process sends another a message", Rows: []Row{
		{MessageCall, "48 B through an endpoint, and the answer", []Aim{{Pipes, 0.1}}},
		{MessageReceive, "the same to a process that receives and replies", nil},
		{MessageKernel, "the same between two goroutines of the kernel", []Aim{{Pipes, 0.1}, NoAllocs}},
	}},
	{Title: "programs that compute", Rows: []Row{
		{KernelSHA256, "SHA-256 of 32 KiB", nil},
		{KernelNBody, "2,000 steps of five bodies", nil},
		{KernelMatMul, "product of two 96 × 96 matrices", nil},
		{KernelSort, "sorting 20,000 numbers", nil},
		{KernelFib, "24th Fibonacci number, by recursion", nil},
		{KernelInterpreter, "65,536 instructions of bytecode", nil},
	}, Mean: &Row{KernelMean, "geometric mean", []Aim{{Hand, 1.08}}}},
}

// Crowds are components of which many instances are made, and how many they are.
const (
	CrowdSmall  = "crowd/small"
	CrowdCallee = "crowd/callee"
	CrowdSize   = 1000
)

// EndlessGC and EndlessCancel name the rows about how long something takes while a program runs that never ends: a
// collection of garbage, and the end of its call after the context of that was cancelled.
func EndlessGC(program string) string     { return "endless/" + program + "/gc" }
func EndlessCancel(program string) string { return "endless/" + program + "/cancel" }

// EndlessIdle is the row about a collection when no program runs, to compare with.
const EndlessIdle = "endless/none/gc"

// EndlessLimit is the aim for both, in nanoseconds.
const EndlessLimit = 10e6
