package componentize_test

import (
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/testwasm"
)

// FuzzModule checks that any module, in the place of the main one, of an adapter and of a window, makes an error or a
// component whose type is one that WIT has words for.
func FuzzModule(f *testing.F) {
	tree, w := load(f, greetWIT)
	embedded, err := binary.Embed(asyncDummy(w), tree, w)
	if err != nil {
		f.Fatal(err)
	}
	own := ownMemory()
	for _, seed := range [][]byte{dummy(w), embedded, oldProgram(nil), own.Module, own.Window, foreign(true).Module} {
		f.Add(seed)
	}
	adapterWorld := only(f, adapterWIT)
	f.Fuzz(func(t *testing.T, module []byte) {
		for _, o := range []componentize.Options{
			{},
			{World: w},
			{Adapters: []componentize.Adapter{{Name: "old", Module: own.Module, Window: own.Window, World: adapterWorld}}},
		} {
			checkReadable(t, module, o)
		}
		for _, a := range []componentize.Adapter{
			{Name: "old", Module: module, World: adapterWorld},
			{Name: "old", Module: module},
			{Name: "old", Module: own.Module, Window: module, World: adapterWorld},
		} {
			checkReadable(t, oldProgram(nil), componentize.Options{Adapters: []componentize.Adapter{a}})
		}
	})
}

func checkReadable(t *testing.T, module []byte, o componentize.Options) {
	t.Helper()
	out, err := componentize.New(module, o)
	if err != nil {
		return
	}
	if _, err := binary.Decode(out); err != nil {
		t.Errorf("the component that was made has a type that cannot be read: %v", err)
	}
}

// FuzzNames checks that names mean something or are refused, whatever they are.
func FuzzNames(f *testing.F) {
	w := only(f, greetWIT)
	for _, seed := range [][3]string{
		{"demo:greet/out@0.1.0", "[method]pipe.write", "tick"},
		{"[export]demo:greet/greeter@0.1.0", "[resource-new]guest", "demo:greet/greeter@0.1.0#[dtor]guest"},
		{"$root", "[async-lower][stream-read-0]pick", "[callback][async-lift]tick"},
		{"cm32p2|demo:greet/out@0.1", "pipe_drop", "cm32p2|demo:greet/greeter@0.1|greet_post"},
		{"$root", "[context-get-i64-1]", "cabi_post_tick"},
	} {
		for kind := range coreTypes {
			f.Add(seed[0], seed[1], seed[2], uint8(kind))
		}
	}
	f.Fuzz(func(t *testing.T, module, name, export string, kind uint8) {
		m := testwasm.NewModule()
		m.ImportFunc(module, name, coreTypes[int(kind)%len(coreTypes)])
		complete(m)
		if _, taken := map[string]bool{"memory": true, "cabi_realloc": true, "tick": true}[export]; !taken {
			m.Func(export, "i32 ->", "")
		}
		checkReadable(t, m.Bytes(), componentize.Options{World: w})
	})
}

// coreTypes are types that built-ins and functions have.
var coreTypes = []string{"->", "-> i32", "-> i64", "i32 ->", "i32 -> i32", "i32 i32 ->", "i32 i32 -> i32", "i32 i32 i32 -> i32", "i32 -> f64"}
