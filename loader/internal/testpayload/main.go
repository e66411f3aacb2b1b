// Command testpayload is a payload with a declared entry point, for the tests of what finds it and of what enters it. It
// prints what it was told, and ends with status 42.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/witan-os/witan/loader"
)

var entry = loader.Entry(boot, loader.Options{StackSize: 64 << 10, CPUs: 3, Memory: 64 << 20, Heap: 48 << 20, PhysicalMap: 0x7e80_0000_0000})

func main() { entry.Run() }

func boot(info *loader.BootInfo) {
	file, err := os.ReadFile("/image/file")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Printf("version %d, %d CPUs with stacks of %d, physical map at %#x\n", info.PayloadVersion, info.CPUs, info.StackSize, info.PhysicalMap)
	fmt.Printf("loader measured: %v; ACPI: %v; ramdisk: %q\n", info.TSCRate != 0 && info.TimerRate != 0, info.RSDP != 0, file)
	fmt.Printf("framebuffer: %v; heap: %d MiB; arguments: %q\n", info.Framebuffer.Size != 0, debug.SetMemoryLimit(-1)>>20, os.Args[1:])
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Printf("input: %q\n", input)
	os.Exit(42)
}
