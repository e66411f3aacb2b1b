package guests

import (
	_ "embed"

	"github.com/witan-os/witan/internal/testwasm"
)

//go:embed kernels.wasm
var kernels []byte

//go:embed endless.wasm
var endless []byte

// The functions of the programs, each of type func(n: u32) -> u32.
var (
	KernelFuncs  = []string{"sha256", "nbody", "matmul", "sort", "fib", "interpreter"}
	EndlessFuncs = []string{"spin", "store", "nested", "call-in-loop", "recursion", "leaf", "division", "bulk"}
)

// Kernels is a component with programs that only compute, over n rounds.
func Kernels() []byte { return program(kernels, KernelFuncs) }

// Endless is a component with programs that never end.
func Endless() []byte { return program(endless, EndlessFuncs) }

// KernelModule is the core module in Kernels.
func KernelModule() []byte { return kernels }

// program makes a component of a core module.
func program(module []byte, funcs []string) []byte {
	c := testwasm.NewComponent()
	i := c.CoreInstance(c.CoreBytes(module))
	for _, f := range funcs {
		c.ExportFunc(f, c.CoreFunc(i, f), "func(n: u32) -> u32")
	}
	return c.Bytes()
}

// Small is a component with a memory of one page and one function, "add".
func Small() []byte {
	m, c := testwasm.NewModule(), testwasm.NewComponent()
	m.Memory("memory", 1)
	m.Func("add", "i32 i32 -> i32", "local.get 0 local.get 1 i32.add")
	i := c.Instantiated(m)
	c.ExportFunc("add", c.CoreFunc(i, "add"), "func(a: u32, b: u32) -> u32")
	return c.Bytes()
}
