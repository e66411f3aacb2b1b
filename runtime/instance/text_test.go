package instance_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// withEncoding says how a guest's strings stand in its memory.
func withEncoding(e abi.Encoding) testwasm.Option { return testwasm.Option{byte(e)} }

// noted is where [noting] has a realloc note what it is asked for: its four parameters each time.
const noted = 512

// noting exports a memory and a realloc that always moves, and notes how it is called. The result is the global
// that says where the notes end.
func noting(m *testwasm.Module) (notes int) {
	m.Memory("memory", 1)
	heap := m.Global("", 1024)
	notes = m.Global("", noted)
	m.Func("realloc", "i32 i32 i32 i32 -> i32", fmt.Sprintf(`local i32
		global.get %[2]d local.get 0 i32.store 0   global.get %[2]d local.get 1 i32.store 4
		global.get %[2]d local.get 2 i32.store 8   global.get %[2]d local.get 3 i32.store 12
		global.get %[2]d i32.const 16 i32.add global.set %[2]d
		global.get %[1]d local.get 2 i32.add i32.const 1 i32.sub i32.const 0 local.get 2 i32.sub i32.and local.tee 4
		local.get 3 i32.add global.set %[1]d
		local.get 4 local.get 0 local.get 1 memory.copy
		local.get 4`, heap, notes))
	return notes
}

// echoing is a guest that returns what it gets, of some type that is two core values. first is code of the
// function that runs first.
func echoing(c *testwasm.Component, e abi.Encoding, typ, first string, args ...testwasm.CoreArg) {
	m := testwasm.NewModule()
	if len(args) > 0 {
		m.ImportFunc(args[0].Name, "set", "i32 ->")
	}
	notes := noting(m)
	m.Func("echo", "i32 i32 -> i32", first+" i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8")
	m.Func("notes", "-> i32", fmt.Sprintf(`
		i32.const 0 i32.const %[2]d i32.store 0
		i32.const 0 global.get %[1]d i32.const %[2]d i32.sub i32.const 4 i32.shr_u i32.store 4
		i32.const 0`, notes, noted))
	inst := c.Instantiated(m, args...)
	memory := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory"))
	realloc := testwasm.WithRealloc(c.CoreFunc(inst, "realloc"))
	c.ExportFunc("echo", c.CoreFunc(inst, "echo"), "func(v: "+typ+") -> "+typ, memory, realloc, withEncoding(e))
	c.ExportFunc("notes", c.CoreFunc(inst, "notes"), "func() -> list<tuple<u32, u32, u32, u32>>", memory)
}

// wantNotes compares how an echoing guest's realloc was called.
func wantNotes(t *testing.T, i *vm.Instance, want ...[4]uint32) {
	t.Helper()
	list := value.List{}
	for _, w := range want {
		list = append(list, value.Tuple{w[0], w[1], w[2], w[3]})
	}
	wantCall(t, i, list, "notes")
}

func TestEncodings(t *testing.T) {
	for _, tt := range []struct {
		encoding abi.Encoding
		text     string
		want     [][4]uint32
	}{
		{abi.UTF8, "hö☃🍰", [][4]uint32{{0, 0, 1, 10}}},
		{abi.UTF16, "", [][4]uint32{{0, 0, 2, 0}}},
		{abi.UTF16, "abc", [][4]uint32{{0, 0, 2, 6}}},
		{abi.UTF16, "hö☃🍰", [][4]uint32{{0, 0, 2, 20}, {1024, 20, 2, 10}}},
		{abi.Latin1OrUTF16, "abc", [][4]uint32{{0, 0, 2, 3}}},
		{abi.Latin1OrUTF16, "grün", [][4]uint32{{0, 0, 2, 5}, {1024, 5, 2, 4}}},
		{abi.Latin1OrUTF16, "sn☃", [][4]uint32{{0, 0, 2, 5}, {1024, 5, 2, 10}, {1030, 10, 2, 6}}},
	} {
		t.Run(tt.encoding.String()+" "+tt.text, func(t *testing.T) {
			c := testwasm.NewComponent()
			echoing(c, tt.encoding, "string", "")
			i := start(t, c)
			wantCall(t, i, tt.text, "echo", tt.text)
			wantNotes(t, i, tt.want...)
		})
	}
	for _, e := range []abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16} {
		c := testwasm.NewComponent()
		echoing(c, e, "list<tuple<string, u8>>", "")
		list := value.List{value.Tuple{"é", uint8(1)}, value.Tuple{"", uint8(2)}, value.Tuple{"☃", uint8(3)}}
		wantCall(t, start(t, c), list, "echo", list)
	}
}

// TestMapsAndListsInEveryEncoding passes what is two core values.
func TestMapsAndListsInEveryEncoding(t *testing.T) {
	for _, e := range []abi.Encoding{abi.UTF8, abi.UTF16, abi.Latin1OrUTF16} {
		c := testwasm.NewComponent()
		echoing(c, e, "map<string, list<string, 2>>", "")
		m := value.Map{{Key: "é", Value: value.List{"☃", ""}}, {Key: "", Value: value.List{"a", "\x00"}}}
		wantCall(t, startGated(t, c), m, "echo", m)
	}
}

func TestHostileEncodings(t *testing.T) {
	for _, tt := range []struct {
		encoding     abi.Encoding
		data, reason string
	}{
		{abi.UTF16, word(17) + word(1), "address 0x11 is not a multiple of 2"},
		{abi.UTF16, word(16) + word(1<<27), "a string of 268435456 bytes is longer than 268435455"},
		{abi.UTF16, word(page-2) + word(2), "4 bytes at address 0xfffe are outside"},
		{abi.UTF16, word(16) + word(2) + "a\x00\x00\xdc", "the string of 4 bytes at 0x10 is not valid UTF-16"},
		{abi.Latin1OrUTF16, word(17) + word(1), "address 0x11 is not a multiple of 2"},
		{abi.Latin1OrUTF16, word(16) + word(1<<28), "a string of 268435456 bytes is longer than 268435455"},
		{abi.Latin1OrUTF16, word(16) + word(1|abi.UTF16Tag) + "\x00\xd8", "the string of 2 bytes at 0x10 is not valid UTF-16"},
	} {
		m, c := testwasm.NewModule(), testwasm.NewComponent()
		m.Memory("memory", 1)
		m.Data(8, tt.data)
		m.Func("f", "-> i32", at8)
		inst := c.Instantiated(m)
		memory := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory"))
		c.ExportFunc("f", c.CoreFunc(inst, "f"), "func() -> string", memory, withEncoding(tt.encoding))
		wantTrap(t, start(t, c), tt.reason, "f")
	}
}

// asking is a component around an import "echo", which it calls with a string from its memory; run returns
// the answer.
func asking(c *testwasm.Component, echo int, e abi.Encoding, data string, units uint32) {
	libc := testwasm.NewModule()
	noting(libc)
	libc.Data(16, data)
	lib := c.Instantiated(libc)
	memory := testwasm.WithMemory(c.Core(lib, testwasm.Memory, "memory"))
	options := []testwasm.Option{memory, testwasm.WithRealloc(c.CoreFunc(lib, "realloc")), withEncoding(e)}
	lowered := c.Lower(echo, options...)

	m := testwasm.NewModule()
	m.ImportFunc("host", "echo", "i32 i32 i32 ->")
	m.Func("run", "-> i32", fmt.Sprintf("i32.const 16 i32.const %d i32.const 8 call 0 i32.const 8", units))
	inst := c.Instantiated(m, testwasm.CoreArg{
		Name: "host", Instance: c.CoreInline(testwasm.CoreExport{Name: "echo", Index: lowered}),
	})
	c.ExportFunc("run", c.CoreFunc(inst, "run"), "func() -> string", memory, withEncoding(e))
}

// asked are strings as guests have them.
var asked = []struct {
	encoding abi.Encoding
	data     string
	units    uint32
	text     string
}{
	{abi.UTF8, "gr\xc3\xbcn", 5, "grün"},
	{abi.UTF16, "h\x00\xf6\x00\x03\x26\x3c\xd8\x70\xdf", 5, "hö☃🍰"},
	{abi.Latin1OrUTF16, "gr\xfcn", 4, "grün"},
	{abi.Latin1OrUTF16, "\x03\x26", 1 | abi.UTF16Tag, "☃"},
	{abi.Latin1OrUTF16, "\xfc\x00", 1 | abi.UTF16Tag, "ü"},
}

func TestHostsMeetEncodings(t *testing.T) {
	for _, tt := range asked {
		c := testwasm.NewComponent()
		host := c.ImportInstance("test:host/echo", testwasm.NewInstanceType().Func("echo", "func(s: string) -> string"))
		asking(c, c.Alias(host, testwasm.SortFunc, "echo"), tt.encoding, tt.data, tt.units)
		var got string
		i := start(t, c, &glue.Interface{Name: "test:host/echo", Funcs: []glue.Func{
			hostFunc("echo", "func(s: string) -> string", 3, 0, func(_ context.Context, b *glue.Boundary, stack []uint64) {
				got = glue.LoadString(b, glue.SpanOf(stack[0], stack[1]))
				glue.StoreString(b, got+"→"+got).StoreAt(b, uint32(stack[2]))
			}),
		}})
		wantCall(t, i, tt.text+"→"+tt.text, "run")
		if got != tt.text {
			t.Errorf("the host got %q, want %q", got, tt.text)
		}
	}
}

// TestEncodingsBetweenComponents checks what a component's realloc is asked for: that depends on the encoding
// of the other, also where values pass through Go.
func TestEncodingsBetweenComponents(t *testing.T) {
	want := [][3][][4]uint32{ // for a string of asked, by the callee's encoding
		{{{0, 0, 1, 5}}, {{0, 0, 2, 10}, {1024, 10, 2, 8}}, {{0, 0, 2, 5}, {1024, 5, 2, 4}}},
		{{{0, 0, 1, 5}, {1024, 5, 1, 15}, {1029, 15, 1, 10}}, {{0, 0, 2, 10}}, {{0, 0, 2, 5}, {1024, 5, 2, 10}}},
		{{{0, 0, 1, 4}, {1024, 4, 1, 8}, {1028, 8, 1, 5}}, {{0, 0, 2, 8}}, {{0, 0, 2, 4}}},
		{{{0, 0, 1, 1}, {1024, 1, 1, 3}}, {{0, 0, 2, 2}}, {{0, 0, 2, 2}}},
		{{{0, 0, 1, 1}, {1024, 1, 1, 3}, {1025, 3, 1, 2}}, {{0, 0, 2, 2}}, {{0, 0, 2, 2}, {1024, 2, 1, 1}}},
	}
	for n, tt := range asked {
		for e := abi.UTF8; e <= abi.Latin1OrUTF16; e++ {
			for _, dynamic := range []bool{false, true} {
				callee := testwasm.NewComponent()
				if dynamic {
					// What keeps values in the context of a call is called through Go.
					set := testwasm.CoreExport{Name: "set", Index: callee.Canon(byte(0x0b), byte(0x7f), 0)}
					echoing(callee, e, "string", "i32.const 1 call 0", testwasm.CoreArg{Name: "context", Instance: callee.CoreInline(set)})
				} else {
					echoing(callee, e, "string", "")
				}
				c := testwasm.NewComponent()
				inner := c.Instance(c.Component(callee))
				asking(c, c.Alias(inner, testwasm.SortFunc, "echo"), tt.encoding, tt.data, tt.units)
				c.Export("notes", testwasm.SortFunc, c.Alias(inner, testwasm.SortFunc, "notes"))
				i := start(t, c)
				wantCall(t, i, tt.text, "run")
				wantNotes(t, i, want[n][e]...)
				if dynamic && i.Edges()[0].Crossing != instance.CrossDynamic {
					t.Errorf("the call went across as %s", i.Edges()[0].Crossing)
				}
			}
		}
	}
}
