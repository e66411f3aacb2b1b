package component_test

import (
	"errors"
	"os"
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

// FuzzDecode decodes whatever there is. A component that is accepted must be sound; anything else must give
// an error inside the file.
func FuzzDecode(f *testing.F) {
	for _, c := range constructs {
		f.Add(c.wasm)
	}
	for _, m := range malformed {
		f.Add(m.wasm)
	}
	f.Add(module(moduleTypes(coreFunc(bin(i32), nil)), moduleImports(bin("a", "b", 0, 0)), moduleExports(bin("f", 0, 0))))
	for _, file := range []string{"../../examples/greet/greet.wasm", "../../examples/print-time/print-time.wasm"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := DecodeModule(data, Released); err != nil {
			checkError(t, data, err)
		}
		for _, features := range []Features{Released, AllFeatures} {
			c, err := DecodeWith(data, features)
			if err != nil {
				checkError(t, data, err)
				continue
			}
			if c.Size != len(data) {
				t.Fatalf("%d of %d bytes were read", c.Size, len(data))
			}
			if err := checkDecoded(c); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func checkError(t *testing.T, data []byte, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data)) || e.Rule == "" {
		t.Fatalf("%d bytes give %#v", len(data), err)
	}
}
