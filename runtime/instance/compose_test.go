package instance

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/fuse"
	"github.com/witan-os/witan/runtime/value"
)

// The tests in this file run a component that is composed of two: a driver whose export run calls the import f,
// and a callee that exports f. Both functions take and return a value of the same type.

// seq joins bytes (int), names (string, with their length) and parts that are binary already.
func seq(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = append(out, byte(p))
		case string:
			out = append(leb128.AppendUint(out, uint64(len(p))), p...)
		case []byte:
			out = append(out, p...)
		}
	}
	return out
}

// sized puts the length in front of contents.
func sized(contents []byte) []byte {
	return append(leb128.AppendUint(nil, uint64(len(contents))), contents...)
}

// part is a section with some entries.
func part(id int, entries ...[]byte) []byte {
	contents := leb128.AppendUint(nil, uint64(len(entries)))
	for _, e := range entries {
		contents = append(contents, e...)
	}
	return seq(id, sized(contents))
}

func coreModule(sections ...[]byte) []byte {
	return seq([]byte("\x00asm\x01\x00\x00\x00"), seq(bytesOf(sections)...))
}

func composite(sections ...[]byte) []byte {
	return seq([]byte("\x00asm\x0d\x00\x01\x00"), seq(bytesOf(sections)...))
}

func bytesOf(list [][]byte) []any {
	out := make([]any, len(list))
	for i, b := range list {
		out[i] = b
	}
	return out
}

// body is the code of a core function without locals.
func body(code ...any) []byte { return sized(seq(0, seq(code...), 0x0b)) }

// allocate is the code of a realloc that never frees, with a global for the end of what it gave.
var allocate = body(0x23, 0, 0x20, 2, 0x6a, 0x41, 1, 0x6b, 0x41, 0, 0x20, 2, 0x6b, 0x71, 0x22, 0, 0x20, 3, 0x6a, 0x24, 0, 0x20, 0)

const (
	coreI32 = 0x7f
	pages   = 4
)

// guestParts are what differs between the guests of these tests.
type guestParts struct {
	param, result []byte // the component type of the functions
	core          []byte // the core function type of f and of run
	f, run        []byte // bodies; run calls core function 0, whose type is lowered
	lowered       []byte
	realloc       []byte // body of the callee's; nil for an honest one
	noPost        bool   // the callee has no post-return
}

var fourInts = seq(0x60, 4, coreI32, coreI32, coreI32, coreI32, 1, coreI32)

// calleeModule exports memory, realloc, f and post.
func (g guestParts) calleeModule() []byte {
	realloc := g.realloc
	if realloc == nil {
		realloc = allocate
	}
	return coreModule(
		part(1, fourInts, g.core, seq(0x60, 1, coreI32, 0)),
		part(3, seq(0), seq(1), seq(2)),
		part(5, seq(0, pages)),
		part(6, seq(coreI32, 1, 0x41, 0x80, 0x08, 0x0b)),
		part(7, seq("memory", 2, 0), seq("realloc", 0, 0), seq("f", 0, 1), seq("post", 0, 2)),
		part(10, realloc, g.f, body()))
}

// libc exports memory and realloc; the driver's f is given to its core module before run is there.
func libc() []byte {
	return coreModule(
		part(1, fourInts),
		part(3, seq(0)),
		part(5, seq(0, pages)),
		part(6, seq(coreI32, 1, 0x41, 0x80, 0x08, 0x0b)),
		part(7, seq("memory", 2, 0), seq("realloc", 0, 0)),
		part(10, allocate))
}

func (g guestParts) driverModule() []byte {
	return coreModule(
		part(1, g.lowered, g.core),
		part(2, seq("env", "f", 0, 0), seq("libc", "memory", 2, 0, 1)),
		part(3, seq(1)),
		part(7, seq("run", 0, 1)),
		part(10, g.run))
}

// funcType is the type section with the types of the functions: type 0 is the parameter's, unless that is a
// primitive, and the last is the function's.
func (g guestParts) types(defs [][]byte) []byte {
	return part(7, append(defs, seq(0x40, 1, "v", g.param, 0, g.result))...)
}

// compose writes the component. defs are the value types that param and result refer to.
func (g guestParts) compose(defs [][]byte) []byte { return join(g.callee(defs), g.driver(defs)) }

// join writes a component that gives a driver the callee's f, and exports the driver's run.
func join(callee, driver []byte) []byte {
	return composite(
		seq(4, sized(callee)), seq(4, sized(driver)),
		part(5, seq(0, 0, 0)),
		part(6, seq(1, 0, 0, "f")),
		part(5, seq(0, 1, 1, "f", 1, 0)),
		part(6, seq(1, 0, 1, "run")),
		part(11, seq(0, "run", 1, 1, 0)))
}

// callee writes the component that exports f.
func (g guestParts) callee(defs [][]byte) []byte {
	fn := len(defs)
	lift := seq(0, 0, 0, 3, 3, 0, 4, 1, 5, 2, fn)
	if g.noPost {
		lift = seq(0, 0, 0, 2, 3, 0, 4, 1, fn)
	}
	return composite(
		seq(1, sized(g.calleeModule())),
		part(2, seq(0, 0, 0)),
		part(6, seq(0, 0, 1, 0, "f"), seq(0, 0, 1, 0, "realloc"), seq(0, 0, 1, 0, "post"), seq(0, 2, 1, 0, "memory")),
		g.types(defs),
		part(8, lift),
		part(11, seq(0, "f", 1, 0, 0)))
}

// driver writes the component that imports f and exports run.
func (g guestParts) driver(defs [][]byte) []byte {
	fn := len(defs)
	return composite(
		g.types(defs),
		part(10, seq(0, "f", 1, fn)),
		seq(1, sized(libc())),
		part(2, seq(0, 0, 0)),
		part(6, seq(0, 2, 1, 0, "memory"), seq(0, 0, 1, 0, "realloc")),
		part(8, seq(1, 0, 0, 2, 3, 0, 4, 0)),
		seq(1, sized(g.driverModule())),
		part(2, seq(1, 1, "f", 0, 1), seq(0, 1, 2, "env", 0x12, 1, "libc", 0x12, 0)),
		part(6, seq(0, 0, 1, 2, "run")),
		part(8, seq(0, 0, 2, 2, 3, 0, 4, 0, fn)),
		part(11, seq(0, "run", 1, 1, 0)))
}

// echo are guests that pass on lists, or strings, as they come: the caller's are at 16 and so are the callee's.
func echo(typ []byte) guestParts {
	return guestParts{
		param: typ, result: typ,
		core:    seq(0x60, 2, coreI32, coreI32, 1, coreI32),
		lowered: seq(0x60, 3, coreI32, coreI32, coreI32, 0),
		f:       body(0x41, 16, 0x20, 0, 0x36, 2, 0, 0x41, 16, 0x20, 1, 0x36, 2, 4, 0x41, 16),
		run:     body(0x20, 0, 0x20, 1, 0x41, 16, 0x10, 0, 0x41, 16),
	}
}

// scalar are guests that pass on a core value of type i32.
func scalar(typ int) guestParts {
	core := seq(0x60, 1, coreI32, 1, coreI32)
	return guestParts{
		param: seq(typ), result: seq(typ), core: core, lowered: core,
		f: body(0x20, 0), run: body(0x20, 0, 0x10, 0),
	}
}

// Types of components by their codes.
const (
	typeBool, typeU8, typeS16, typeU32, typeChar, typeString = 0x7f, 0x7d, 0x7c, 0x79, 0x74, 0x73
)

// composed is an instance of a composition.
type composed struct {
	*Instance
	run *Export
}

// way is how a composition is linked.
type way struct {
	name     string
	windows  bool // to both memories, on systems that have some
	dynamic  bool // because its parts are said to keep values in the context of a call
	crossing Crossing
}

var ways = []way{{"window", true, false, CrossFused}, {"apart", false, false, CrossFused}, {"dynamic", false, true, CrossDynamic}}

func instantiate(t *testing.T, wasm []byte, windows bool) *composed {
	t.Helper()
	return instantiateIn(t, wasm, way{windows: windows})
}

func instantiateIn(t *testing.T, wasm []byte, by way) *composed {
	t.Helper()
	ctx := context.Background()
	e, err := engine.New(ctx, engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compile(ctx, e, "composed", wasm)
	if err != nil {
		t.Fatal(err)
	}
	c.composed = by.windows // so that memories are in no window without
	for _, def := range c.decoded.Defs {
		if part, ok := def.(*component.Component); ok && by.dynamic {
			h := c.habitsOf(part)
			h.remembers = true
			c.habits[part] = h
		}
	}
	i, err := c.Instantiate(ctx, &Imports{}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = i.Close(ctx)
		c.Close(ctx)
		_ = e.Close(ctx)
	})
	run, err := i.Func("", "run")
	if err != nil {
		t.Fatal(err)
	}
	return &composed{i, run}
}

// call passes a value through both components.
func (c *composed) call(v value.Value) (result value.Value, err error) {
	if err := c.run.Enter(context.Background()); err != nil {
		return nil, err
	}
	defer c.run.Leave(&err)
	value.LowerParams(&c.run.Boundary, c.run.plan, c.run.stack, []value.Value{v})
	c.run.Invoke()
	return value.LiftResult(&c.run.Boundary, c.run.plan, c.run.stack), nil
}

// crossing checks how the only edge is crossed.
func (c *composed) crossing(t *testing.T, want Crossing) {
	t.Helper()
	edges := c.Edges()
	if len(edges) != 1 || edges[0].Crossing != want || edges[0].Function != "f" || (want == CrossDynamic) != (edges[0].Why != nil) {
		t.Errorf("the edges are %v, want one that is %s", edges, want)
	}
}

// Instances of one component may be made, used and closed by many goroutines at once.
func TestCompositionsRunSideBySide(t *testing.T) {
	ctx := context.Background()
	defs := [][]byte{seq(0x70, typeString)}
	first := instantiate(t, echo(seq(0)).compose(defs), true)
	c, err := Compile(ctx, first.engine, "side by side", echo(seq(0)).compose(defs))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for range 10 {
				i, err := c.Instantiate(ctx, &Imports{}, Limits{})
				if err != nil {
					t.Error(err)
					return
				}
				run, err := i.Func("", "run")
				if err != nil {
					t.Error(err)
					return
				}
				want := value.List{strings.Repeat("x", n), "end"}
				if got, err := (&composed{i, run}).call(want); err != nil || !value.Equal(got, want) {
					t.Errorf("%v came back as %v, %v", want, got, err)
				}
				if err := i.Close(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestCompositionsPassValues(t *testing.T) {
	const inList = 0 // the index of the first defined type
	tests := []struct {
		name string
		defs [][]byte
		v    value.Value
	}{
		{"list<u32>", [][]byte{seq(0x70, typeU32)}, value.List{uint32(1), uint32(1 << 31)}},
		{"list<u8>", [][]byte{seq(0x70, typeU8)}, []byte("some bytes, more than sixteen")},
		{"list<bool>", [][]byte{seq(0x70, typeBool)}, value.List{true, false}},
		{"list<string>", [][]byte{seq(0x70, typeString)}, value.List{"", "a", "naïve", "sixteen of ASCII", strings.Repeat("long ", 50)}},
		{"list<list<char>>", [][]byte{seq(0x70, typeChar), seq(0x70, inList)}, value.List{value.List{value.Char('é')}, value.List{}}},
		{"list<option<s16>>", [][]byte{seq(0x6b, typeS16), seq(0x70, inList)}, value.List{value.None(), value.Some(int16(-3))}},
		{"list<tuple<u8, string>>", [][]byte{seq(0x6f, 2, typeU8, typeString), seq(0x70, inList)}, value.List{value.Tuple{uint8(7), "x"}}},
		{"list<result<u32, string>>", [][]byte{seq(0x6a, 1, typeU32, 1, typeString), seq(0x70, inList)}, value.List{value.OK(uint32(5)), value.Err("no")}},
	}
	for _, tt := range tests {
		for _, way := range ways {
			t.Run(tt.name+"/"+way.name, func(t *testing.T) {
				c := instantiateIn(t, echo(seq(len(tt.defs)-1)).compose(tt.defs), way)
				c.crossing(t, way.crossing)
				for range 2 {
					got, err := c.call(tt.v)
					if err != nil || !value.Equal(got, tt.v) {
						t.Errorf("%v came back as %v, %v", tt.v, got, err)
					}
				}
			})
		}
	}
}

func TestCompositionsPassScalars(t *testing.T) {
	for typ, v := range map[int]value.Value{
		typeBool: true, typeU8: uint8(200), typeS16: int16(-7), typeU32: uint32(1 << 31), typeChar: value.Char('é'),
	} {
		c := instantiate(t, scalar(typ).compose(nil), false)
		c.crossing(t, CrossFused) // post-return has to be called
		if got, err := c.call(v); err != nil || !value.Equal(got, v) {
			t.Errorf("%v came back as %v, %v", v, got, err)
		}
	}
}

// An edge whose core values all pass unchanged needs nothing between the two core functions.
func TestScalarsAreBoundDirectly(t *testing.T) {
	g := scalar(typeU32)
	g.noPost = true
	c := instantiate(t, g.compose(nil), false)
	c.crossing(t, CrossDirect)
	if got, err := c.call(uint32(1 << 31)); err != nil || got != uint32(1<<31) {
		t.Errorf("got %v, %v", got, err)
	}
	g.param, g.result = seq(typeU8), seq(typeU8)
	c = instantiate(t, g.compose(nil), false)
	c.crossing(t, CrossFused)
	if got, err := c.call(uint8(200)); err != nil || got != uint8(200) {
		t.Errorf("got %v, %v", got, err)
	}
}

// Guests that break a rule trap, and for the same reason, whichever way a call goes.
func TestHostileCompositionsTrap(t *testing.T) {
	list, text := [][]byte{seq(0x70, typeU32)}, [][]byte{seq(0x70, typeString)}
	tests := []struct {
		name   string
		defs   [][]byte
		guests func() guestParts
		v      value.Value
		want   string
	}{
		{"list astray", list, func() guestParts {
			g := echo(seq(0))
			g.run = body(0x41, 2, 0x41, 1, 0x41, 16, 0x10, 0, 0x41, 16)
			return g
		}, value.List{}, "address 0x2 is not a multiple of 4"},
		{"list out of bounds", list, func() guestParts {
			g := echo(seq(0))
			g.run = body(0x41, 0x7c, 0x41, 1, 0x41, 16, 0x10, 0, 0x41, 16)
			return g
		}, value.List{}, "4 bytes at address 0xfffffffc are outside of the memory"},
		{"result out of bounds", list, func() guestParts {
			g := echo(seq(0))
			g.f = body(0x41, 0x7c)
			return g
		}, value.List{}, "8 bytes at address 0xfffffffc are outside of the memory"},
		{"room for the result out of bounds", list, func() guestParts {
			g := echo(seq(0))
			g.run = body(0x20, 0, 0x20, 1, 0x41, 0x7c, 0x10, 0, 0x41, 16)
			return g
		}, value.List{}, "8 bytes at address 0xfffffffc are outside of the memory"},
		{"realloc out of bounds", list, func() guestParts {
			g := echo(seq(0))
			g.realloc = body(0x41, 0x7c)
			return g
		}, value.List{uint32(1)}, "4 bytes at address 0xfffffffc are outside of the memory"},
		{"realloc astray", list, func() guestParts {
			g := echo(seq(0))
			g.realloc = body(0x41, 2)
			return g
		}, value.List{uint32(1)}, "address 0x2 is not a multiple of 4"},
		{"realloc traps", list, func() guestParts {
			g := echo(seq(0))
			g.realloc = body(0)
			return g
		}, value.List{uint32(1)}, "unreachable"},
		{"string of no text", text, func() guestParts {
			g := echo(seq(0))
			// The list has one string: the byte 0xff at 32.
			g.run = body(0x41, 32, 0x41, 0x7f, 0x3a, 0, 0, 0x41, 8, 0x41, 32, 0x36, 2, 0, 0x41, 12, 0x41, 1, 0x36, 2, 0,
				0x41, 8, 0x41, 1, 0x41, 16, 0x10, 0, 0x41, 16)
			return g
		}, value.List{}, "the string of 1 bytes at 0x20 is not valid UTF-8"},
	}
	for _, tt := range tests {
		for _, way := range ways {
			t.Run(tt.name+"/"+way.name, func(t *testing.T) {
				c := instantiateIn(t, tt.guests().compose(tt.defs), way)
				c.crossing(t, way.crossing)
				_, err := c.call(tt.v)
				trap, ok := err.(*Trap)
				if !ok || !strings.Contains(trap.Reason, tt.want) {
					t.Fatalf("got %v, want %s", err, tt.want)
				}
				if _, again := c.call(tt.v); again == nil {
					t.Error("the instance is alive after a trap")
				}
			})
		}
	}
}

// While the host has a guest allocate, the guest may not call out: also not to a component that it calls without
// the host.
func TestReallocMayNotCallOut(t *testing.T) {
	g := scalar(typeU8)
	g.noPost = true
	module := coreModule(
		part(1, g.core, fourInts, seq(0x60, 2, coreI32, coreI32, 1, coreI32)),
		part(2, seq("env", "f", 0, 0)),
		part(3, seq(1), seq(2)),
		part(5, seq(0, pages)),
		part(7, seq("memory", 2, 0), seq("realloc", 0, 1), seq("run", 0, 2)),
		part(10, body(0x41, 0, 0x10, 0, 0x1a, 0x41, 16), body(0x41, 1, 0x10, 0)))
	driver := composite(
		part(7, seq(0x40, 1, "v", g.param, 0, g.result), seq(0x40, 1, "v", typeString, 0, typeU32)),
		part(10, seq(0, "f", 1, 0)),
		part(8, seq(1, 0, 0, 0)),
		seq(1, sized(module)),
		part(2, seq(1, 1, "f", 0, 0), seq(0, 0, 1, "env", 0x12, 0)),
		part(6, seq(0, 0, 1, 1, "run"), seq(0, 0, 1, 1, "realloc"), seq(0, 2, 1, 1, "memory")),
		part(8, seq(0, 0, 1, 2, 3, 0, 4, 2, 1)),
		part(11, seq(0, "run", 1, 1, 0)))
	c := instantiate(t, join(g.callee(nil), driver), true)
	c.crossing(t, CrossFused) // not direct, because of the check
	_, err := c.call("any")
	if err == nil || !strings.Contains(err.Error(), "the guest called out during realloc or post-return") {
		t.Errorf("got %v", err)
	}
}

// A component that calls its child, which calls back: the second call into it traps, because the first has not
// returned. A call of the child alone may call it.
func TestCallsBackTrap(t *testing.T) {
	g := scalar(typeU8)
	parent := coreModule(
		part(1, g.core), part(3, seq(0)), part(7, seq("f", 0, 0)), part(10, g.f))
	caller := coreModule(
		part(1, g.core), part(2, seq("env", "run", 0, 0)), part(3, seq(0)), part(7, seq("go", 0, 1)), part(10, g.run))
	wasm := composite(
		seq(4, sized(g.driver(nil))),
		seq(1, sized(parent)),
		part(2, seq(0, 0, 0)),
		part(6, seq(0, 0, 1, 0, "f")),
		g.types(nil),
		part(8, seq(0, 0, 0, 0, 0)),
		part(5, seq(0, 0, 1, "f", 1, 0)),
		part(6, seq(1, 0, 0, "run")),
		part(8, seq(1, 0, 1, 0)),
		seq(1, sized(caller)),
		part(2, seq(1, 1, "run", 0, 1), seq(0, 1, 1, "env", 0x12, 1)),
		part(6, seq(0, 0, 1, 2, "go")),
		part(8, seq(0, 0, 2, 0, 0)),
		part(11, seq(0, "run", 1, 1, 0), seq(0, "go", 1, 2, 0)))
	c := instantiate(t, wasm, true)
	for _, e := range c.Edges() {
		if e.Crossing != CrossFused {
			t.Errorf("%+v is not fused", e)
		}
	}
	if got, err := c.call(uint8(7)); err != nil || got != uint8(7) {
		t.Errorf("run gives %v, %v", got, err)
	}
	var err error
	if c.run, err = c.Func("", "go"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.call(uint8(7)); err == nil || !strings.Contains(err.Error(), "the callee's instance is in a call already") {
		t.Errorf("go gives %v", err)
	}
}

// A bad character traps in adapters for core values as well, and the trap says where.
func TestHostileScalarsTrap(t *testing.T) {
	g := scalar(typeChar)
	g.f = body(0x41, 0x80, 0xb0, 0x03) // U+D800
	c := instantiate(t, g.compose(nil), false)
	c.crossing(t, CrossFused)
	_, err := c.call(value.Char('a'))
	trap, ok := err.(*Trap)
	if !ok || trap.Component != "composed" || trap.Function != "f" || trap.Reason != "result: 0xd800 is not a Unicode scalar value" {
		t.Errorf("got %v", err)
	}
}

// Later instances of a component find the machine code of its adapters.
func TestAdaptersAreCompiledOnce(t *testing.T) {
	ctx := context.Background()
	c := instantiate(t, scalar(typeU8).compose(nil), true)
	wasm := c.Edges()[0].Adapter.Wasm
	cache := &adapterCache{}
	first, err := cache.compile(ctx, c.engine, wasm)
	if err != nil {
		t.Fatal(err)
	}
	second, err := cache.compile(ctx, c.engine, append([]byte{}, wasm...))
	if err != nil || first != second {
		t.Errorf("the same adapter is compiled twice: %v", err)
	}
	if other, err := cache.compile(ctx, c.engine, fuse.Gate()); err != nil || other == first {
		t.Errorf("two modules share machine code: %v", err)
	}
	cache.close(ctx)
}

// Whether a call can come back follows from who may call whom.
func TestMayReturn(t *testing.T) {
	a, b, c := &Instance{complete: true}, &Instance{complete: true}, &Instance{complete: true}
	a.callees, b.callees = []*Instance{b, c}, []*Instance{c}
	for i, x := range []*Instance{a, b, c} {
		if x.mayReturn() {
			t.Errorf("instance %d of a chain may be entered again", i)
		}
	}
	c.callees = []*Instance{b}
	for i, want := range []bool{false, true, true} {
		if got := []*Instance{a, b, c}[i].mayReturn(); got != want {
			t.Errorf("instance %d: %v, want %v", i, got, want)
		}
	}
	c.callees, c.complete = nil, false
	if !a.mayReturn() {
		t.Error("an instance that is not complete may still learn whom to call")
	}
}
