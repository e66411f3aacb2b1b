package wasi01

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// repetitions is how often a program makes the call that is measured.
const repetitions = 1000

// repeating is a program that opens the file "data" as descriptor 4, and then reads or writes a buffer of some size
// again and again.
func repeating(function string, fd, size int) []byte {
	m := testwasm.NewModule()
	open := m.ImportFunc(Name, "path_open", signatures["path_open"])
	call := m.ImportFunc(Name, function, signatures[function])
	m.Memory("memory", 3)
	m.Data(0x10, "data")
	m.Data(0x20, u32s(0x10000, uint32(size)))
	code := fmt.Sprintf("local i32 i32.const 3 i32.const 0 i32.const 16 i32.const 4 i32.const 0 i64.const -1 i64.const -1 i32.const 0 i32.const 48 call %d drop ", open)
	arguments := fmt.Sprintf("i32.const %d i32.const 32 i32.const 1 ", fd)
	if function == "fd_pread" {
		arguments += "i64.const 0 "
	}
	code += fmt.Sprintf("loop %s i32.const 48 call %d if unreachable end local.get 0 i32.const 1 i32.add local.tee 0 i32.const %d i32.lt_u br_if 0 end", arguments, call, repetitions)
	m.Func("_start", "->", code)
	return m.Bytes()
}

// BenchmarkCalls measures calls of the program's. Its output goes nowhere.
func BenchmarkCalls(b *testing.B) {
	for _, bb := range []struct {
		function string
		fd, size int
	}{
		{"fd_write", 1, 1}, {"fd_write", 1, 1 << 12}, {"fd_write", 1, 1 << 16}, {"fd_pread", 4, 1}, {"fd_pread", 4, 1 << 16},
	} {
		b.Run(fmt.Sprint(bb.function, "/", bb.size), func(b *testing.B) {
			wasm := adapted(b, repeating(bb.function, bb.fd, bb.size))
			benchmark(b, wasm)
		})
	}
}

func benchmark(b *testing.B, wasm []byte) {
	ctx := context.Background()
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "data"), make([]byte, 1<<16), 0o666); err != nil {
		b.Fatal(err)
	}
	machine, err := vm.New(ctx, vm.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer machine.Close(ctx)
	c, err := machine.Compile(ctx, "program", wasm)
	if err != nil {
		b.Fatal(err)
	}
	p := &glue.Process{Name: "program", Mounts: []glue.Mount{{Host: dir, Guest: "/"}}}
	defer p.Close()
	imports, err := wasi.Default().Provide(p)
	if err != nil {
		b.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{Imports: imports})
	if err != nil {
		b.Fatal(err)
	}
	defer i.Close(ctx)
	for b.Loop() {
		if _, err := i.Call(ctx, "wasi:cli/run@0.2.12", "run"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*repetitions), "ns/call")
}
