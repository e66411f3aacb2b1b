package fuse

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
)

// The names by which adapters and those who link them know each other.
const (
	ExportName = "call"   // the adapter's function, with the caller's lowered signature
	EdgeGlobal = "edge"   // a global of type i32 that tells the host's functions which edge calls them
	HostModule = "host"   // where the host's functions are imported from
	HostTrap   = "trap"   // (edge, site, a, b): ends the call; does not return
	HostPass   = "pass"   // (edge, handle entry, index) -> index: passes a resource
	HostSettle = "settle" // (edge): ends the loans of the call
	HostCopy   = "copy"   // (edge, whether to the callee, to, from, bytes): copies what is in bounds

	ReachMemory = "memory" // where the module of [Reach] imports its memory from

	// Globals of type i32 of an adapter with a window, which has to be told how large both memories are.
	CallerSizeGlobal = "caller-size"
	CalleeSizeGlobal = "callee-size"
)

// Adapters of larger types are not worth their compilation.
const (
	maxCode  = 1 << 16 // instructions
	maxSites = 1 << 12
)

// Import names an extern of another module that an adapter uses.
type Import struct{ Module, Name string }

// Party is one side of an edge: what its canonical options name.
type Party struct {
	Plan     *abi.Plan
	Encoding abi.Encoding // of its strings
	Realloc  *Import      // nil without that option
	// Memory is the caller's memory, for an edge without a window.
	Memory *Import
	// Leave is a mutable global that the adapter sets to 0 while the party runs realloc or post-return, when
	// it may not call out. Nil when nobody looks at it.
	Leave *Import
}

// Window says where the memories of both parties are in the adapter's own memory.
type Window struct {
	Pages  uint32 // size of the adapter's memory; 0 when there is no window
	Caller uint32 // where the caller's memory begins
	Callee uint32
}

// Edge is a function that the caller imports and the callee exports.
type Edge struct {
	Caller, Callee Party
	Func           Import
	PostReturn     *Import // nil without that option
	// CheckLeave has the adapter refuse calls while the caller's Leave is 0.
	CheckLeave bool
	// Enter is a mutable global that is 0 while the callee is in a call: then it can't be entered. Nil when
	// no call can come back to the callee before it has returned.
	Enter  *Import
	Window Window
	// Reach is the module of [Reach] with the callee's memory, for an edge without a window.
	Reach string
	// Keeps reports whether a borrowed handle of the resource type is an entry in the callee's table, which
	// the callee must drop before it returns. It is not for types that the callee defines itself.
	Keeps func(*abi.Resource) bool
}

// Handle is one way in which resources cross an edge.
type Handle struct {
	Resource *abi.Resource
	Own      bool // ownership moves; otherwise the handle is lent for the call
	ToCallee bool
	// First says that nothing has passed before it in a call: of this handle alone, if there are several like it.
	First bool
}

// Site is a place in an adapter where the canonical ABI says "trap".
type Site struct {
	Where  string // for example "parameter 2, field name"
	Early  bool   // neither the callee nor a handle table has heard of the call
	format string // of the reason, with the two numbers that the adapter gives
}

// Message says what is wrong, with the numbers that the adapter gave.
func (s Site) Message(a, b uint32) string {
	reason := s.format
	if strings.Contains(reason, "%") {
		reason = fmt.Sprintf(reason, a, b)
	}
	if s.Where == "" {
		return reason
	}
	return s.Where + ": " + reason
}

// Adapter is the core module for an edge.
type Adapter struct {
	// Wasm is the module. Edges of the same shape have the same bytes.
	Wasm []byte
	// Window is set when the module has a memory, which must be a window.
	Window bool
	// Settles is set when a call ends with HostSettle.
	Settles bool
	Sites   []Site
	Handles []Handle

	module *module
}

// Text shows the adapter for people: imports, functions and trap sites.
func (a *Adapter) Text() string {
	var b strings.Builder
	b.WriteString(a.module.text())
	for i, s := range a.Sites {
		fmt.Fprintf(&b, "site %d %q %q\n", i, s.Where, s.format)
	}
	for i, h := range a.Handles {
		way, to := "borrow", "caller"
		if h.Own {
			way = "own"
		}
		if h.ToCallee {
			to = "callee"
		}
		fmt.Fprintf(&b, "handle %d %s<%s> to the %s\n", i, way, h.Resource.Name, to)
	}
	return b.String()
}

// The reasons why an edge has no adapter. Such an edge is crossed by dynamic values instead.
var (
	ErrTypes    = errors.New("the two sides have different types")
	ErrNoWindow = errors.New("the call goes through memory, and there is no way to it")
	ErrRealloc  = errors.New("a side has no realloc for values that need memory there")
	ErrLarge    = errors.New("the adapter of so large a type would be too long")
)

// Build makes the adapter for an edge, or returns one of the errors above.
func Build(e *Edge) (*Adapter, error) {
	if !sameFunc(e.Caller.Plan.Func, e.Callee.Plan.Func) {
		return nil, ErrTypes
	}
	memory := e.Caller.Plan.NeedsMemory()
	if memory && e.Window.Pages == 0 && (e.Caller.Memory == nil || e.Reach == "") {
		return nil, ErrNoWindow
	}
	if e.Callee.Plan.LiftNeedsRealloc() && e.Callee.Realloc == nil || e.Caller.Plan.LowerNeedsRealloc() && e.Caller.Realloc == nil {
		return nil, ErrRealloc
	}
	g := newGen(e, memory)
	g.function()
	if g.tooLarge() {
		return nil, ErrLarge
	}
	return &Adapter{
		Wasm: g.module.encode(), Window: g.module.memory != 0, Settles: g.settles,
		Sites: g.sites, Handles: g.handles, module: g.module,
	}, nil
}

// Direct reports whether an edge needs no adapter: the caller can call the callee's core function itself. The
// edge's guards are not looked at.
func Direct(e *Edge) bool {
	p := e.Callee.Plan
	if p.NeedsMemory() || e.PostReturn != nil || !sameFunc(e.Caller.Plan.Func, p.Func) {
		return false
	}
	plain := func(f abi.Flat) bool { return passes(f.Type) }
	return !slices.ContainsFunc(p.Params, func(f abi.Flat) bool { return !plain(f) }) && (p.Result == nil || plain(*p.Result))
}

// passes reports whether all core values of a type are values of it, and mean the same to both sides.
func passes(t *abi.Type) bool {
	switch t.Kind {
	case abi.S32, abi.U32, abi.S64, abi.U64, abi.F32, abi.F64:
		return true
	case abi.Record, abi.Tuple:
		return !slices.ContainsFunc(t.Fields, func(f abi.Field) bool { return !passes(f.Type) })
	}
	return false
}

func sameFunc(a, b *abi.Func) bool {
	if len(a.Params) != len(b.Params) || (a.Result == nil) != (b.Result == nil) {
		return false
	}
	c := comparison{}
	for i := range a.Params {
		if !c.same(a.Params[i].Type, b.Params[i].Type) {
			return false
		}
	}
	return a.Result == nil || c.same(a.Result, b.Result)
}

// comparison remembers the pairs of types that were found the same: types share parts.
type comparison map[[2]*abi.Type]bool

// same reports whether two types have the same structure and resource types. Names of fields and cases do
// not matter to an adapter.
func (c comparison) same(a, b *abi.Type) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || a.Len != b.Len || a.Resource != b.Resource ||
		len(a.Fields) != len(b.Fields) || len(a.Cases) != len(b.Cases) || len(a.Labels) != len(b.Labels) {
		return false
	}
	pair := [2]*abi.Type{a, b}
	if c[pair] {
		return true
	}
	if !c.same(a.Elem, b.Elem) {
		return false
	}
	for i := range a.Fields {
		if !c.same(a.Fields[i].Type, b.Fields[i].Type) {
			return false
		}
	}
	for i := range a.Cases {
		if !c.same(a.Cases[i].Type, b.Cases[i].Type) {
			return false
		}
	}
	c[pair] = true
	return true
}
