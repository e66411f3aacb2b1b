package bare_test

import (
	"context"
	"io/fs"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"github.com/witan-os/witan/gen/bare"
	"github.com/witan-os/witan/gen/bare/baretest"
	"github.com/witan-os/witan/runtime/engine"
)

// machine runs all modules, so that they can import from each other.
var machine = sync.OnceValues(func() (*engine.Engine, error) {
	return engine.New(context.Background(), engine.Config{})
})

// instantiate compiles a module to machine code and makes an instance.
func instantiate(t *testing.T, wasm []byte, imports map[string]engine.Module) engine.Module {
	t.Helper()
	e, err := machine()
	if err != nil {
		t.Fatal(err)
	}
	code, err := e.Compile(context.Background(), wasm)
	if err != nil {
		t.Fatalf("the module is not valid: %v", err)
	}
	m, err := e.Instantiate(context.Background(), code, func(module string) engine.Module { return imports[module] })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// specimen returns the sources of package baretest.
func specimen(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(baretest.Sources, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := baretest.Sources.ReadFile(name)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// edges are numbers at which something changes.
var edges = []uint64{
	0, 1, 2, 3, 7, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 32767, 32768, 65535, 65536,
	1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1<<63 - 1, 1 << 63, 1<<64 - 2, 1<<64 - 1, 1<<64 - 128, 1<<64 - 1<<31,
}

func argument(r *rand.Rand) uint64 {
	switch r.IntN(3) {
	case 0:
		return edges[r.IntN(len(edges))]
	case 1:
		return r.Uint64() >> r.IntN(64)
	}
	return r.Uint64()
}

// native calls a Go function; failed says that it has panicked.
func native(f reflect.Value, args []uint64) (result uint64, failed bool) {
	defer func() { failed = recover() != nil }()
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.New(f.Type().In(i)).Elem()
		switch in[i].Kind() {
		case reflect.Bool:
			in[i].SetBool(uint32(a) != 0)
		case reflect.Int32, reflect.Int64:
			in[i].SetInt(shorten(int64(a), in[i].Type().Bits()))
		default:
			in[i].SetUint(uint64(shorten(int64(a), in[i].Type().Bits())))
		}
	}
	return bits(f.Call(in)[0]), false
}

// shorten makes a number of so many bits.
func shorten(a int64, bits int) int64 {
	if bits == 32 {
		return int64(int32(a))
	}
	return a
}

// bits are those of a value as the engine passes it.
func bits(v reflect.Value) uint64 {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return 1
		}
		return 0
	case reflect.Int32:
		return uint64(uint32(v.Int()))
	case reflect.Int64:
		return uint64(v.Int())
	}
	return v.Uint()
}

// TestAgainstGo runs the same functions compiled by bare and by Go, on the same arguments in the same order.
func TestAgainstGo(t *testing.T) {
	wasm, err := bare.Compile(specimen(t), bare.Options{Memory: bare.Own(1)})
	if err != nil {
		t.Fatal(err)
	}
	m := instantiate(t, wasm, nil)
	if got, want := len(m.ExportedFunctionDefinitions()), len(baretest.Functions); got != want {
		t.Fatalf("there are %d exports and %d functions in Go", got, want)
	}
	for name, function := range baretest.Functions {
		t.Run(name, func(t *testing.T) {
			compiled, f := m.ExportedFunction(name), reflect.ValueOf(function)
			if compiled == nil {
				t.Fatal("is not exported")
			}
			r := rand.New(rand.NewPCG(1, 2))
			for range 2000 {
				args := make([]uint64, f.Type().NumIn())
				for i := range args {
					args[i] = argument(r)
					if f.Type().In(i).Size() <= 4 {
						args[i] = uint64(uint32(args[i]))
					}
				}
				want, fails := native(f, args)
				got, err := compiled.Call(context.Background(), args...)
				if (err != nil) != fails {
					t.Fatalf("%v: gives %v, but in Go it fails: %t", args, err, fails)
				}
				if err == nil && f.Type().Out(0).Size() <= 4 {
					got[0] = uint64(uint32(got[0])) // the engine leaves what is above open
				}
				if !fails && got[0] != want {
					t.Fatalf("%v: gives %#x, but in Go %#x", args, got[0], want)
				}
			}
		})
	}
}
