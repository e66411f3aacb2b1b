// Package meter rewrites core modules so that whoever runs them can stop them.
//
// Compiled guest code has no safepoints: a guest that spins holds up the garbage collector of its process
// and can't be cancelled. An instrumented module counts down while it works, in a global of its own, and
// calls an imported function when the count runs out. That function, yield, is the safepoint: it may let
// others in, take note of the work that was done, or end the guest. The count depends on nothing but the
// module and its input, so it serves as fuel too.
//
// What is counted are units, about three for a nanosecond where code does what it seems to do (see price in
// plan.go). Loop headers charge for a round, entries of functions for what is outside of their loops, and
// bulk operations for what they move; plan.go says where charges can be left out, and emit.go what the code
// looks like.
//
// The module must be validated by whoever compiles the result. Here only what the rewriting relies on is
// checked; an invalid module is refused, or gives an invalid one.
package meter

import "fmt"

// Budget is what yield should grant at a time: the units that a module may then work on without calling it
// again, but for one charge and what precedes the next check. It lasts about twenty microseconds, and some
// milliseconds when each access to memory is the first to its page.
const Budget = 1 << 16

// maxCharge bounds a single charge, and what may be done between two checks. A loop header charges once more
// after it has yielded, so a charge that exceeds the budget would never pass.
const maxCharge = Budget / 2

// Limits that core engines share (the JavaScript API's). A module beyond them is refused before it costs
// memory, and the rewriting does not take one across.
const (
	maxBodySize = 7_654_321
	maxLocals   = 50_000
)

// Result is an instrumented module.
type Result struct {
	Module []byte
	// Import is the name of the module from which yield is imported, and of nothing else that the module
	// imports. yield is a function without parameters that returns the next grant, an i32 that is positive.
	// It is called for the first time with the first charge.
	Import string
	// Counter is the name under which the module exports the i32 global with what is left of the last grant,
	// and nothing of its own. Both names are "" for a module without code, of which only custom sections are
	// left out.
	Counter string
	// Start is the name under which the module exports what was its start function: whoever instantiates the module
	// has to call it. It is "" if there is none.
	Start string
}

// Yield is the name of the imported function.
const Yield = "yield"

// Rewrite instruments a module. The result computes the same. Function indices above those of the imports
// are one higher in it, because yield is the last imported function; names of functions are adapted, and
// other custom sections are left out, debugging information among them, whose offsets would be wrong.
//
// An error is an [*Error]. Memory and time are in proportion to the module's size.
func Rewrite(wasm []byte) (Result, error) { return RewriteMarked(wasm, "") }

// RewriteMarked is [Rewrite] for a module whose name, which stack traces show, is to begin with a mark.
func RewriteMarked(wasm []byte, mark string) (Result, error) {
	m, err := readModule(wasm)
	if err != nil {
		return Result{}, err
	}
	m.mark = mark
	if len(m.bodies) == 0 {
		return Result{Module: m.plain()}, nil
	}
	g, err := m.link()
	if err != nil {
		return Result{}, err
	}
	return m.write(g)
}

// Plain checks a module as [Rewrite] does and returns it without its custom sections, but not instrumented.
func Plain(wasm []byte) ([]byte, error) {
	m, err := readModule(wasm)
	if err != nil {
		return nil, err
	}
	return m.plain(), nil
}

// plain is the module without custom sections. They are not checked here, and the engine allocates whatever
// their lengths and counts say.
func (m *module) plain() []byte {
	out := []byte(header)
	for _, s := range m.sections {
		if s.id != sectionCustom {
			out = appendSection(out, s.id, m.wasm[s.start:s.end])
		}
	}
	return out
}

// Error says why a module can't be instrumented.
type Error struct {
	Offset int // in the module
	Err    error
}

// Error gives the offset and the reason.
func (e *Error) Error() string { return fmt.Sprintf("offset %#x: %v", e.Offset, e.Err) }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }
