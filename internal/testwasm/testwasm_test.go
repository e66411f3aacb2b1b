package testwasm

import (
	"bytes"
	"testing"
)

// TestModule compares a module with what the core specification says its bytes are.
func TestModule(t *testing.T) {
	m := NewModule()
	f := m.ImportFunc("h", "f", "i32 -> i64")
	m.Memory("m", 1, 2)
	g := m.Func("g", "i32 ->", "local i32 local.get 0 i32.const -200 i32.store 4")
	m.Start(g)
	m.Elem(3, f, g)
	m.Data(64, "hi")
	want := "\x00asm\x01\x00\x00\x00" +
		"\x01\x0a\x02" + "\x60\x01\x7f\x01\x7e" + "\x60\x01\x7f\x00" +
		"\x02\x07\x01" + "\x01h\x01f\x00\x00" +
		"\x03\x02\x01\x01" +
		"\x05\x04\x01\x01\x01\x02" +
		"\x07\x09\x02" + "\x01m\x02\x00" + "\x01g\x00\x01" +
		"\x08\x01\x01" +
		"\x09\x08\x01\x00" + "\x41\x03\x0b" + "\x02\x00\x01" +
		"\x0a\x0e\x01\x0c" + "\x01\x01\x7f" + "\x20\x00" + "\x41\xb8\x7e" + "\x36\x00\x04" + "\x0b" +
		"\x0b\x09\x01\x00" + "\x41\xc0\x00\x0b" + "\x02hi"
	if got := m.Bytes(); !bytes.Equal(got, []byte(want)) {
		t.Errorf("got\n%x, want\n%x", got, want)
	}
}

// TestFuncType compares a function type, and the types inside it, with what the specification says.
func TestFuncType(t *testing.T) {
	c := NewComponent()
	c.named["e"] = c.Define(byte(0x6d), 2, "a", "b") // enum
	if i := c.FuncType("async func(x: list<e>, y: result<_, string>) -> option<char>"); i != 4 {
		t.Errorf("the type's index is %d", i)
	}
	want := "\x00asm\x0d\x00\x01\x00" +
		"\x07\x07\x01" + "\x6d\x02\x01a\x01b" +
		"\x07\x03\x01" + "\x70\x00" +
		"\x07\x05\x01" + "\x6a\x00\x01\x73" +
		"\x07\x03\x01" + "\x6b\x74" +
		"\x07\x0b\x01" + "\x43\x02\x01x\x01\x01y\x02" + "\x00\x03"
	if got := c.Bytes(); !bytes.Equal(got, []byte(want)) {
		t.Errorf("got\n%x, want\n%x", got, want)
	}
}

// TestNamedTypes compares types that need a name, in the type of an instance, with what the specification says.
func TestNamedTypes(t *testing.T) {
	i := NewInstanceType().Outer("r", 7)
	i.Type("v", i.ValueType("variant{a, b(u8)}"))
	i.Type("n", i.ValueType("record{x: own<r>, y: v}"))
	i.ValueType("flags{f}")
	i.ValueType("map<string, list<u8, 300>>")
	i.ValueType("enum{g, h}")
	want := []string{
		"\x02\x03\x02\x01\x07",
		"\x01\x71\x02\x01a\x00\x00\x01b\x01\x7d\x00",
		"\x04\x00\x01v\x03\x00\x01",
		"\x01\x69\x00",
		"\x01\x72\x02\x01x\x03\x01y\x02",
		"\x04\x00\x01n\x03\x00\x04",
		"\x01\x6e\x01\x01f",
		"\x01\x67\x7d\xac\x02",
		"\x01\x63\x73\x07",
		"\x01\x6d\x02\x01g\x01h",
	}
	for n, decl := range i.decls {
		if n >= len(want) || string(decl) != want[n] {
			t.Errorf("declaration %d is %x", n, decl)
		}
	}
	if len(i.decls) != len(want) {
		t.Errorf("%d declarations, want %d", len(i.decls), len(want))
	}
}

func TestMistakesPanic(t *testing.T) {
	for name, mistake := range map[string]func(){
		"instruction":      func() { Code("i32.sum") },
		"operand":          func() { Code("local.get x") },
		"no operand":       func() { Code("local.get") },
		"core type":        func() { NewModule().Type("i33 ->") },
		"function type":    func() { NewModule().Type("i32") },
		"late import":      func() { m := NewModule(); m.Func("", "->", ""); m.ImportFunc("a", "b", "->") },
		"value type":       func() { NewComponent().FuncType("func(a: u9)") },
		"length of a list": func() { NewComponent().ValueType("list<u8, >") },
		"rest of a type":   func() { NewComponent().ValueType("enum{a} b") },
		"rest":             func() { NewComponent().FuncType("func() extra") },
		"type argument":    func() { NewComponent().FuncType("func(a: list<u8, u8>)") },
		"part of a binary": func() { join(1.5) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake()
		}()
	}
}
