// Package rows lists what is measured: which calls and programs, what passes in them, and how Witan should do
// compared with others. Every side, Witan or peer, does as many of the rows as it can.
package rows

// The sides, which are the columns of the table.
const (
	Witan    = "witan"    // generated glue; adapters between components; metered code
	Dynamic  = "dynamic"  // Witan with values whose types the Go program does not know
	Hand     = "by hand"  // plain wazero, with glue written by hand for these guests
	Wasmtime = "wasmtime" // driven from Go through its C API
	JCO      = "jco"      // on node
)

// Row is one line of the table.
type Row struct {
	ID   string // section/name
	What string
	Aims []Aim
}

// Aim is a ratio that Witan should not exceed.
type Aim struct {
	Of   string // the side that Witan is compared with
	Most float64
}

// Section is a part of the table.
type Section struct {
	Title string
	Rows  []Row
}

// NoAllocs says which rows may not allocate in Go: those that carry neither strings nor lists to Go, where
// their contents must live.
func (r Row) NoAllocs() bool { return noAllocs[r.ID] }

var noAllocs = map[string]bool{
	ExportNoop: true, ExportAdd: true, ExportVariant: true, ExportOption: true, ExportResult: true,
	ExportBytes: true, ImportTick: true,
	CrossNoop: true, CrossAdd: true, CrossEcho16: true, CrossEcho1K: true, CrossRecord: true, CrossVariant: true,
	CrossOption: true, CrossResult: true, CrossBytes: true, CrossBorrow: true,
}

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
	CrossNoop    = "cross/noop"
	CrossAdd     = "cross/add"
	CrossEcho16  = "cross/echo-16"
	CrossEcho1K  = "cross/echo-1k"
	CrossRecord  = "cross/record"
	CrossVariant = "cross/variant"
	CrossOption  = "cross/option"
	CrossResult  = "cross/result"
	CrossBytes   = "cross/bytes-1m"
	CrossBorrow  = "cross/resource"
)

// Calls are the rows about calls.
var Calls = []Section{
	{"Go calls a component", []Row{
		{ExportNoop, "nothing", []Aim{{Hand, 1.2}, {Wasmtime, 0.12}}},
		{ExportAdd, "two u32, returns u32", []Aim{{Hand, 1.2}, {Wasmtime, 0.12}}},
		{ExportEcho16, "string of 16 B, returned", []Aim{{Wasmtime, 0.25}}},
		{ExportEcho1K, "string of 1 KiB, returned", nil},
		{ExportRecord, "record of 10 fields, returned", nil},
		{ExportVariant, "variant, returned", nil},
		{ExportOption, "option, returned", nil},
		{ExportResult, "u32, returns result", nil},
		{ExportBytes, "list<u8> of 1 MiB", nil},
		{ExportMethod, "method of a resource", nil},
	}},
	{"a component calls Go", []Row{
		{ImportTick, "u32, returns u32", []Aim{{Hand, 1.1}}},
		{ImportLog16, "string of 16 B", nil},
		{ImportLog1K, "string of 1 KiB", nil},
	}},
	{"a component calls another", []Row{
		{CrossNoop, "nothing", []Aim{{Wasmtime, 1.15}}},
		{CrossAdd, "two u32, returns u32", []Aim{{Wasmtime, 1.15}}},
		{CrossEcho16, "string of 16 B, returned", []Aim{{Wasmtime, 1.25}}},
		{CrossEcho1K, "string of 1 KiB, returned", []Aim{{Wasmtime, 1.25}}},
		{CrossRecord, "record of 10 fields, returned", []Aim{{Wasmtime, 1.4}}},
		{CrossVariant, "variant, returned", []Aim{{Wasmtime, 1.6}}},
		{CrossOption, "option, returned", []Aim{{Wasmtime, 1.6}}},
		{CrossResult, "u32, returns result", []Aim{{Wasmtime, 1.6}}},
		{CrossBytes, "list<u8> of 1 MiB", []Aim{{Wasmtime, 0.1}}},
		{CrossBorrow, "method of a resource", nil},
	}},
}
