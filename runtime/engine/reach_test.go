package engine

import (
	"context"
	"testing"
)

func TestCallsOut(t *testing.T) {
	// Function 0 is imported; 1 to 7 are those below, each exported under its name.
	tests := []struct {
		name string
		body []byte
		want bool
	}{
		{"quiet", []byte{0, 0x0b}, false},
		{"calls the import", []byte{0, 0x10, 0, 0x0b}, true},
		{"calls who calls the import", []byte{0, 0x10, 2, 0x0b}, true},
		{"calls who is quiet", []byte{0, 0x10, 1, 0x0b}, false},
		{"calls itself", []byte{0, 0x10, 5, 0x0b}, false},
		{"calls through a table", []byte{0, 0x41, 0, 0x11, 0, 0, 0x0b}, true},
		// A block with a load, a constant with the bytes of a call, and a vector.
		{"has operands", []byte{
			1, 2, 0x7f, 0x02, 0x40, 0x20, 0, 0x28, 2, 0x10, 0x1a, 0x41, 0x90, 0x00, 0x1a, 0x42, 0x10, 0x1a, 0x0b,
			0xfd, 0x0c, 0x10, 0, 0x10, 0, 0x10, 0, 0x10, 0, 0x10, 0, 0x10, 0, 0x10, 0, 0x10, 0, 0x1a, 0x0b,
		}, false},
	}
	wasm := []byte("\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x02\x07\x01\x01m\x01f\x00\x00")
	var functions, exports, bodies []byte
	for i, tt := range tests {
		functions = append(functions, 0)
		exports = append(append(appendName(exports, tt.name), 0), byte(i+1))
		bodies = append(append(bodies, byte(len(tt.body))), tt.body...)
	}
	exports = append(append(appendName(exports, "imported"), 0), 0)
	wasm = appendVector(wasm, sectionFunction, len(tests), functions)
	wasm = appendSection(wasm, sectionTable, []byte{1, 0x70, 0, 1})
	wasm = appendSection(wasm, sectionMemory, []byte{1, 0, 1})
	wasm = appendVector(wasm, sectionExport, len(tests)+1, exports)
	wasm = appendVector(wasm, sectionCode, len(tests), bodies)
	code, err := newEngine(t).Compile(context.Background(), wasm)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if got := code.CallsOut(tt.name); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	for _, name := range []string{"imported", "absent"} {
		if !code.CallsOut(name) {
			t.Errorf("%s is taken to call nobody", name)
		}
	}
}
