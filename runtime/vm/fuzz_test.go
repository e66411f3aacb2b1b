package vm_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/vm"
)

const maxFuzzed = 64 << 10

// FuzzInstantiate compiles and instantiates anything. It may fail, but neither panic nor stay for ever.
func FuzzInstantiate(f *testing.F) {
	examples, err := filepath.Glob("../../examples/*/*.wasm")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(newGuest().export("a", "one", number).iface("test:a/b@1.0.0", [2]string{"c", scale}).Bytes())
	f.Add(composed().Bytes())
	v := newVM(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > maxFuzzed {
			return
		}
		decoded, err := component.Decode(data)
		if err != nil || !bounded(decoded) {
			return
		}
		c, err := v.Compile(ctx, "fuzzed", data)
		if err != nil {
			return
		}
		defer c.Close(ctx)
		i, err := c.Instantiate(ctx, vm.Options{})
		if err != nil {
			return
		}
		for _, fn := range i.Funcs() {
			if _, err := i.Func(fn.Interface, fn.Name); err != nil {
				t.Logf("%s: %v", fn, err) // it may be one that can't be called
			}
		}
		if err := i.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

// composed is a component with another inside, which it imports a function from.
func composed() *testwasm.Component {
	inner := newGuest().export("f", "ten", scale)
	forward := testwasm.NewModule()
	forward.ImportFunc("inner", "f", "i32 -> i32")
	forward.Func("g", "i32 -> i32", "local.get 0 call 0")

	user := testwasm.NewComponent()
	f := user.ImportFunc("f", scale)
	given := user.CoreInline(testwasm.CoreExport{Name: "f", Index: user.Lower(f)})
	core := user.Instantiated(forward, testwasm.CoreArg{Name: "inner", Instance: given})
	user.ExportFunc("g", user.CoreFunc(core, "g"), scale)

	outer := testwasm.NewComponent()
	one := outer.Instance(outer.Component(inner.Component))
	two := outer.Instance(outer.Component(user), testwasm.Arg{Name: "f", Sort: testwasm.SortFunc, Index: outer.Alias(one, testwasm.SortFunc, "f")})
	outer.Export("g", testwasm.SortFunc, outer.Alias(two, testwasm.SortFunc, "g"))
	return outer
}

// bounded reports whether making an instance costs little: start functions may run for ever, and memories and
// tables may be large from the start.
func bounded(c *component.Component) bool {
	for _, def := range c.Defs {
		switch def := def.(type) {
		case *component.CoreModule:
			if !boundedModule(def.Bytes) {
				return false
			}
		case *component.Component:
			if !bounded(def) {
				return false
			}
		}
	}
	return true
}

// The sections of a core module that can make it costly.
const (
	sectionTable  = 4
	sectionMemory = 5
	sectionStart  = 8
)

func boundedModule(wasm []byte) bool {
	for rest := wasm[8:]; len(rest) > 0; {
		id := rest[0]
		size, n, err := leb128.Uint32(rest[1:])
		if err != nil || uint64(size) > uint64(len(rest)-1-n) {
			return false
		}
		body := rest[1+n:][:size]
		rest = rest[1+n:][size:]
		switch {
		case id == sectionStart:
			return false
		case id == sectionMemory && !small(body, 0, 16):
			return false
		case id == sectionTable && !small(body, 1, 1<<16):
			return false
		}
	}
	return true
}

// small reports whether a section defines nothing, or one table or memory that begins with at most some
// elements. The limits of one follow skip bytes of its type.
func small(section []byte, skip int, most uint32) bool {
	if len(section) == 1 && section[0] == 0 {
		return true
	}
	if len(section) < 2+skip || section[0] != 1 {
		return false
	}
	least, _, err := leb128.Uint32(section[2+skip:])
	return err == nil && least <= most
}
