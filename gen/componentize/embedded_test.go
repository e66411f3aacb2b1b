package componentize_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// embed adds the world of a package to a module.
func embed(t *testing.T, module []byte, wit string) []byte {
	t.Helper()
	tree, w := load(t, wit)
	out, err := binary.Embed(module, tree, w)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWorldInModule takes the world from the module, which is then gone from there.
func TestWorldInModule(t *testing.T) {
	w := only(t, greetWIT)
	file, err := componentize.New(embed(t, dummy(w), greetWIT), componentize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := componentize.New(dummy(w), componentize.Options{World: w})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, want) || strings.Contains(string(file), "component-type") {
		t.Error("it makes a difference whether the world is in the module")
	}
}

// TestWorldsInModule takes two worlds from a module, as programs have them that libraries are linked into.
func TestWorldsInModule(t *testing.T) {
	m := testwasm.NewModule()
	m.ImportFunc("$root", "f", "->")
	m.ImportFunc("$root", "g", "->")
	module := embed(t, m.Bytes(), "package a:one; world one { import f: func(); }")
	module = embed(t, module, "package a:two; world two { import g: func(); }")
	file, err := componentize.New(module, componentize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	checkImports(t, file, "f", "g")
}

// TestEncoding has a module say in which encoding its strings are.
func TestEncoding(t *testing.T) {
	const wit = "package a:b; world w { import f: func(s: string); export g: func() -> string; }"
	module := embed(t, dummy(only(t, wit)), wit)
	mark := []byte("wit-component-encoding")
	at := bytes.Index(module, mark)
	if at < 0 {
		t.Fatal("nothing tells the encoding")
	}
	module[at+len(mark)+1] = byte(abi.UTF16)
	file, err := componentize.New(module, componentize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := component.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, def := range c.Defs {
		var o component.Options
		switch def := def.(type) {
		case *component.Lift:
			o = def.Options
		case *component.Lower:
			o = def.Options
		default:
			continue
		}
		n++
		if o.Encoding != abi.UTF16 {
			t.Errorf("%T has the encoding %s", def, o.Encoding)
		}
	}
	if n != 2 {
		t.Errorf("%d functions are lifted or lowered, want two", n)
	}
}

// TestBadWorldInModule shows what is said about a section that is not what its name says.
func TestBadWorldInModule(t *testing.T) {
	module := append(testwasm.NewModule().Bytes(), "\x00\x10\x0ecomponent-type\x00"...)
	_, err := componentize.New(module, componentize.Options{})
	if want := "the world in the module: offset 0x"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("the error is %v, want %s …", err, want)
	}
	if _, err := componentize.New(module, componentize.Options{World: only(t, "package a:b; world w {}")}); err != nil {
		t.Errorf("nobody needs the section: %v", err)
	}
}
