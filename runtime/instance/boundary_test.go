package instance_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// returning is a guest with one page of memory whose function f returns a value of some type; code gives what
// the core function returns, and data lies at address 8.
func returning(typ, code, data string) *testwasm.Component {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	m.Memory("memory", 1)
	m.Data(8, data)
	m.Func("f", "-> i32", code)
	inst := c.Instantiated(m)
	memory := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory"))
	c.ExportFunc("f", c.CoreFunc(inst, "f"), "func() -> "+typ, memory)
	return c
}

const (
	at8  = "i32.const 8"
	page = 1 << 16
)

// word is a number as it lies in memory.
func word(n uint32) string {
	return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
}

func TestWhatGuestsReturn(t *testing.T) {
	for _, tt := range []struct {
		typ, data string
		want      value.Value
	}{
		{"string", word(16) + word(2) + "é", "é"},
		{"string", word(page) + word(0), ""}, // the end of the memory has room for nothing
		{"list<u8>", word(16) + word(3) + "\x01\x02\x03", []byte{1, 2, 3}},
		{"list<u16>", word(16) + word(2) + "\x01\x02\x03\x04", value.List{uint16(0x201), uint16(0x403)}},
		{"option<char>", word(1) + word('x'), value.Some(value.Char('x'))},
		{"option<char>", word(0) + word(0xd800), value.None()}, // what is not there is not looked at
		{"result<u8, u16>", "\x01\x00\x07\x01", value.Err(uint16(0x107))},
		{"tuple<bool, u8>", "\x02\xff", value.Tuple{true, uint8(0xff)}},
		{"map<u8, u16>", word(16) + word(2) + "\x01\x00\x02\x03\x01\x00\x04\x05", value.Map{{Key: uint8(1), Value: uint16(0x302)}, {Key: uint8(1), Value: uint16(0x504)}}},
		{"list<u8, 3>", "\x01\x02\x03", []byte{1, 2, 3}},
		{"list<tuple<u8, string>, 2>", "\x01...\x20\x00\x00\x00\x02\x00\x00\x00\x02...\x22\x00\x00\x00\x00\x00\x00\x00é", value.List{value.Tuple{uint8(1), "é"}, value.Tuple{uint8(2), ""}}},
	} {
		i := startGated(t, returning(tt.typ, at8, tt.data))
		wantCall(t, i, tt.want, "f")
	}
}

// TestFixedListsAreFlat checks that a fixed-length list goes in as many core values as it has elements.
func TestFixedListsAreFlat(t *testing.T) {
	c := scalarGuest(
		[4]string{"a", "i32 i32 i32 -> i32", "local.get 1", "func(l: list<u8, 3>) -> list<u8, 1>"},
		[4]string{"b", "i32 i32 i32 i32 -> i32", "local.get 3", "func(l: list<tuple<u8, bool>, 2>) -> bool"},
	)
	i := startGated(t, c)
	wantCall(t, i, []byte{8}, "a", []byte{7, 8, 9})
	wantCall(t, i, true, "b", value.List{value.Tuple{uint8(7), false}, value.Tuple{uint8(8), true}})
	if _, err := i.Call(ctx, "", "a", []byte{7, 8}); err == nil || !strings.Contains(err.Error(), "want a list of 3 elements, have one of 2") {
		t.Errorf("a list that is too short: error %v", err)
	}
	if _, err := newVM(t).Compile(ctx, "guest", c.Bytes()); err == nil || !strings.Contains(err.Error(), "fixed-length lists") {
		t.Errorf("fixed-length lists are not a feature that has been released, but compile: %v", err)
	}
}

func TestHostileResults(t *testing.T) {
	for _, tt := range []struct{ name, typ, code, data, reason string }{
		{"result area unaligned", "string", "i32.const 10", "", "address 0xa is not a multiple of 4"},
		{"result area at the end", "string", "i32.const 0xfffc", "", "8 bytes at address 0xfffc are outside of the memory of 65536 bytes"},
		{"result area nowhere", "string", "i32.const 0xfffffff8", "", "8 bytes at address 0xfffffff8 are outside"},
		{"string outside", "string", at8, word(page-1) + word(2), "2 bytes at address 0xffff are outside"},
		{"string wraps", "string", at8, word(0xfffffff0) + word(0x20), "outside of the memory"},
		{"string too long", "string", at8, word(16) + word(0xffffffff), "longer than 268435455"},
		{"not UTF-8", "string", at8, word(16) + word(2) + "\xc3\x28", "the string of 2 bytes at 0x10 is not valid UTF-8"},
		{"half a surrogate pair", "string", at8, word(16) + word(3) + "\xed\xa0\x80", "not valid UTF-8"},
		{"list outside", "list<u8>", at8, word(0) + word(page+1), "65537 bytes at address 0x0 are outside"},
		{"list wraps", "list<u64>", at8, word(0) + word(1<<29), "larger than"},
		{"list unaligned", "list<u32>", at8, word(18) + word(1), "address 0x12 is not a multiple of 4"},
		{"empty list unaligned", "list<u32>", at8, word(18) + word(0), "address 0x12 is not a multiple of 4"},
		{"map outside", "map<u8, u8>", at8, word(page-2) + word(2), "4 bytes at address 0xfffe are outside"},
		{"map unaligned", "map<u8, u16>", at8, word(17) + word(1), "address 0x11 is not a multiple of 2"},
		{"map too large", "map<u8, u64>", at8, word(0) + word(1<<28), "a map of 268435456 elements of 16 bytes is larger than"},
		{"key of a map", "map<char, u8>", at8, word(16) + word(1) + word(0xd800), "0xd800 is not a Unicode scalar value"},
		{"fixed list outside", "list<u64, 8192>", at8, "", "65536 bytes at address 0x8 are outside"},
		{"the longest fixed list", "list<u8, 268435455>", at8, "", "268435455 bytes at address 0x8 are outside"},
		{"list of lists outside", "list<list<u8>>", at8, word(16) + word(1) + word(page) + word(1), "1 bytes at address 0x10000 are outside"},
		{"bad option", "option<u8>", at8, "\x02", "option of 2 cases has no case 2"},
		{"bad result", "result<u8, u8>", at8, "\xff", "result of 2 cases has no case 255"},
		{"bad flat result", "result", "i32.const 2", "", "result of 2 cases has no case 2"},
		{"surrogate", "char", "i32.const 0xdfff", "", "0xdfff is not a Unicode scalar value"},
		{"beyond Unicode", "char", "i32.const 0x110000", "", "0x110000 is not a Unicode scalar value"},
		{"negative char", "char", "i32.const -1", "", "0xffffffff is not a Unicode scalar value"},
		{"surrogate in memory", "list<char>", at8, word(16) + word(1) + word(0xd800), "0xd800 is not a Unicode scalar value"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantTrap(t, startGated(t, returning(tt.typ, tt.code, tt.data)), tt.reason, "f")
		})
	}
}

// TestFlatScalarsAreCut checks that bits which a type has no room for do not count.
func TestFlatScalarsAreCut(t *testing.T) {
	i := start(t, scalarGuest(
		[4]string{"a", "-> i32", "i32.const 0x1ff", "func() -> u8"},
		[4]string{"b", "-> i32", "i32.const 0x180", "func() -> s8"},
		[4]string{"c", "-> i32", "i32.const 0x18000", "func() -> s16"},
		[4]string{"d", "-> i32", "i32.const 0x100", "func() -> bool"},
	))
	wantCall(t, i, uint8(0xff), "a")
	wantCall(t, i, int8(-128), "b")
	wantCall(t, i, int16(-32768), "c")
	wantCall(t, i, true, "d")
}

// allocating is a guest that takes a list and returns its first element; code is its realloc's, which may
// call the host function out.
func allocating(code string) *testwasm.Component {
	c := testwasm.NewComponent()
	lowered := importsAdd(c, "test:host/counter")
	m := testwasm.NewModule()
	m.ImportFunc("host", "out", "i32 -> i32")
	m.Memory("memory", 1, 3)
	m.Func("realloc", "i32 i32 i32 i32 -> i32", code)
	m.Func("first", "i32 i32 -> i32", "local.get 0 i32.load 0")
	given := c.CoreInline(testwasm.CoreExport{Name: "out", Index: lowered})
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
	memory := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory"))
	realloc := testwasm.WithRealloc(c.CoreFunc(inst, "realloc"))
	c.ExportFunc("first", c.CoreFunc(inst, "first"), "func(l: list<u32>) -> u32", memory, realloc)
	return c
}

func TestHostileRealloc(t *testing.T) {
	list := value.List{uint32(42), uint32(43)}
	for _, tt := range []struct{ name, code, reason string }{
		{"unaligned", "i32.const 1026", "address 0x402 is not a multiple of 4"},
		{"at the end", "i32.const 0xfffc", "8 bytes at address 0xfffc are outside of the memory of 65536 bytes"},
		{"behind the end", "i32.const -8", "8 bytes at address 0xfffffff8 are outside"},
		{"traps", "unreachable", "unreachable"},
		{"calls out", "i32.const 16 call 0", "the guest called out during realloc or post-return"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantTrap(t, start(t, allocating(tt.code), counter("test:host/counter", 0)), tt.reason, "first", list)
		})
	}
	t.Run("who is to blame", func(t *testing.T) {
		var unfit *glue.UnfitError
		_, err := start(t, allocating("unreachable"), counter("test:host/counter", 0)).Call(ctx, "", "first", list)
		if !errors.As(err, &unfit) {
			t.Errorf("what was passed has no room: %v", err)
		}
		// An address that is good, behind which nothing is that it could load.
		_, err = start(t, allocating("i32.const 65536"), counter("test:host/counter", 0)).Call(ctx, "", "first", value.List{})
		if err == nil || errors.As(err, &unfit) {
			t.Errorf("the function has trapped: %v", err)
		}
	})
	t.Run("wrong arguments", func(t *testing.T) {
		// It returns a good address only if it is asked for a new block of 8 bytes, a multiple of 4.
		code := `local.get 0 local.get 1 i32.or local.get 2 i32.const 4 i32.ne i32.or local.get 3 i32.const 8 i32.ne i32.or
			if unreachable end i32.const 1024`
		wantCall(t, start(t, allocating(code), counter("test:host/counter", 0)), uint32(42), "first", list)
	})
	t.Run("grows the memory", func(t *testing.T) {
		i := start(t, allocating("i32.const 1 memory.grow i32.const 65536 i32.mul"), counter("test:host/counter", 0))
		wantCall(t, i, uint32(42), "first", list)
		wantCall(t, i, uint32(42), "first", list)
		wantTrap(t, i, "8 bytes at address 0xffff0000 are outside", "first", list) // it can't grow any more
	})
}

// posting is a guest whose post-return notes how often it ran and what it got, and then runs more code.
func posting(more string) *testwasm.Component {
	c := testwasm.NewComponent()
	lowered := importsAdd(c, "test:host/counter")
	m := testwasm.NewModule()
	m.ImportFunc("host", "out", "i32 -> i32")
	times, got := m.Global("", 0), m.Global("", 0)
	m.Memory("memory", 1)
	m.Data(8, word(16)+word(2)+"ok")
	m.Func("f", "-> i32", at8)
	m.Func("bad", "-> i32", "i32.const 9")
	m.Func("post", "i32 ->", fmt.Sprintf("global.get %[1]d i32.const 1 i32.add global.set %[1]d local.get 0 global.set %[2]d %[3]s", times, got, more))
	m.Func("times", "-> i32", fmt.Sprintf("global.get %d", times))
	m.Func("got", "-> i32", fmt.Sprintf("global.get %d", got))
	inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: c.CoreInline(testwasm.CoreExport{Name: "out", Index: lowered})})
	memory := testwasm.WithMemory(c.Core(inst, testwasm.Memory, "memory"))
	post := testwasm.WithPostReturn(c.CoreFunc(inst, "post"))
	c.ExportFunc("f", c.CoreFunc(inst, "f"), "func() -> string", memory, post)
	c.ExportFunc("bad", c.CoreFunc(inst, "bad"), "func() -> string", memory, post)
	c.ExportFunc("times", c.CoreFunc(inst, "times"), "func() -> u32")
	c.ExportFunc("got", c.CoreFunc(inst, "got"), "func() -> u32")
	return c
}

func TestPostReturn(t *testing.T) {
	i := start(t, posting(""), counter("test:host/counter", 0))
	for want := uint32(1); want <= 3; want++ {
		wantCall(t, i, "ok", "f")
		wantCall(t, i, want, "times")
		wantCall(t, i, uint32(8), "got")
	}
	wantTrap(t, start(t, posting("unreachable"), counter("test:host/counter", 0)), "unreachable", "f")
	wantTrap(t, start(t, posting("i32.const 1 call 0 drop"), counter("test:host/counter", 0)),
		"the guest called out during realloc or post-return", "f")
	// A trap of another kind must not lead to a trap of post-return, which would hide it.
	wantTrap(t, start(t, posting("unreachable"), counter("test:host/counter", 0)), "not a multiple of 4", "bad")
}

// TestCallBudget lifts a list whose elements cost far more in Go than in the guest.
func TestCallBudget(t *testing.T) {
	data := word(16) + word(4000)
	fits := start(t, returning("list<u8>", at8, data))
	if got := call(t, fits, "f").([]byte); len(got) != 4000 {
		t.Errorf("got %d bytes", len(got))
	}
	small := startWith(t, returning("list<u8>", at8, data), vm.Options{Limits: vm.Limits{CallBudget: 3999}})
	wantTrap(t, small, "the values of the call take more than 3999 bytes of host memory", "f")

	// The budget is that of one call, not of the instance.
	enough := startWith(t, returning("list<u8>", at8, data), vm.Options{Limits: vm.Limits{CallBudget: 4200}})
	for range 3 {
		call(t, enough, "f")
	}

	// Lists of nothing cost the guest nothing: sixty thousand lists in a page, as often as an outer list says.
	wide := returning("list<list<u8>>", at8, word(0)+word(page/8))
	wantTrap(t, startWith(t, wide, vm.Options{Limits: vm.Limits{CallBudget: 100_000}}), "more than 100000 bytes of host memory", "f")
}

// TestHostsMistakes checks that a host can't break a guest: what it gives is checked as well.
func TestHostsMistakes(t *testing.T) {
	type body = func(b *glue.Boundary, stack []uint64)
	for _, tt := range []struct {
		name   string
		body   body
		reason string
	}{
		{"fails", func(b *glue.Boundary, _ []uint64) { b.Fail(fmt.Errorf("out of ink")) }, "host: out of ink"},
		{"no memory", func(b *glue.Boundary, _ []uint64) { b.StoreString("x") }, "the guest gave no realloc option for a value that needs memory"},
		{"not UTF-8", func(b *glue.Boundary, _ []uint64) { b.StoreString("\xff") }, "the host gave a string that is not valid UTF-8"},
		{"no character", func(b *glue.Boundary, _ []uint64) { glue.FromChar(b, 0xdabc) }, "0xdabc is not a Unicode scalar value"},
		{"no resource", func(b *glue.Boundary, _ []uint64) {
			glue.GiveOwn(b, &glue.Resource{Name: "file"}, glue.Own[glue.Dropper]{})
		}, "the host gave no resource of type file"},
		{"panics", func(*glue.Boundary, []uint64) { panic("mind the gap") }, "mind the gap"},
		{"Go runtime error", func(_ *glue.Boundary, stack []uint64) { stack[len(stack)+int(stack[0])] = 0 }, "index out of range"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			host := counter("test:host/counter", 0)
			host.Funcs[0].Call = func(_ context.Context, b *glue.Boundary, stack []uint64) { tt.body(b, stack) }
			wantTrap(t, start(t, adder("test:host/counter"), host), tt.reason, "add", uint32(1))
		})
	}
}

// TestReuse looks at whose memory the bytes are that a function returns.
func TestReuse(t *testing.T) {
	const text = "some bytes"
	for _, reuse := range []bool{false, true} {
		i := start(t, returning("tuple<list<u8>>", at8, word(16)+word(uint32(len(text)))+text))
		if reuse {
			i.Reuse("")
		}
		e, err := i.Func("", "f")
		if err != nil {
			t.Fatal(err)
		}
		lift := func() (one, other []byte, err error) {
			if err := e.Enter(ctx); err != nil {
				return nil, nil, err
			}
			defer e.Leave(&err)
			e.Invoke()
			span := glue.SpanAt(e.View(uint32(e.Stack()[0]), 8, 4), 0)
			one, other = glue.LoadScalars[uint8](&e.Boundary, span), glue.LoadScalars[uint8](&e.Boundary, span)
			e.View(16, 1, 1)[0]++ // what was lifted is not the guest's memory
			return one, other, nil
		}
		var firsts [3]*byte
		for n := range firsts {
			one, other, err := lift()
			want := string(text[0]+byte(n)) + text[1:]
			if err != nil || string(one) != want || string(other) != want || &one[0] == &other[0] {
				t.Errorf("call %d: got %q and %q, %v; want %q in two places", n, one, other, err, want)
			}
			firsts[n] = &one[0]
		}
		if again := firsts[1] == firsts[2]; again != reuse { // the first call makes the buffer grow
			t.Errorf("reuse %v: the same memory again: %v", reuse, again)
		}
	}
}

// TestBorrows has a host function look at bytes that it gets: they are its own unless it has said that it keeps none.
func TestBorrows(t *testing.T) {
	for _, borrows := range []bool{false, true} {
		c := testwasm.NewComponent()
		store := testwasm.NewModule()
		store.Memory("memory", 1)
		memory := testwasm.WithMemory(c.Core(c.Instantiated(store), testwasm.Memory, "memory"))
		host := c.ImportInstance("test:host/counter", testwasm.NewInstanceType().Func("add", "func(n: u32) -> u32"))
		lowered := c.Lower(c.Alias(host, testwasm.SortFunc, "add"), memory)
		m := testwasm.NewModule()
		add := m.ImportFunc("host", "add", "i32 -> i32")
		m.Func("add", "i32 -> i32", fmt.Sprintf("local.get 0 call %d", add))
		given := c.CoreInline(testwasm.CoreExport{Name: "add", Index: lowered})
		inst := c.Instantiated(m, testwasm.CoreArg{Name: "host", Instance: given})
		c.ExportFunc("add", c.CoreFunc(inst, "add"), "func(n: u32) -> u32")

		counting := counter("test:host/counter", 0)
		counting.Funcs[0].Borrows = borrows
		counting.Funcs[0].Call = func(_ context.Context, b *glue.Boundary, stack []uint64) {
			bytes := glue.LoadScalars[uint8](b, glue.Span{Ptr: uint32(stack[0]), Len: 4})
			b.View(8, 1, 1)[0] = 7
			stack[0] = uint64(bytes[0])
		}
		want := uint32(0)
		if borrows {
			want = 7
		}
		i := start(t, c, counting)
		wantCall(t, i, want, "add", uint32(8))
		wantTrap(t, i, "4 bytes at address 0xfffd are outside of the memory", "add", uint32(page-3))
	}
}
