// Command testpayload is a payload with a declared entry point, for the tests of what finds it and of what enters it. It
// prints what it was told, and ends with status 42.
package main

import (
	"fmt"
	"os"

	"github.com/witan-os/witan/loader"
)

var entry = loader.Entry(boot, loader.Options{StackSize: 64 << 10, CPUs: 3, Memory: 32 << 20, PhysicalMap: 0x7e80_0000_0000})

func main() { entry.Run() }

func boot(info *loader.BootInfo) {
	fmt.Printf("version %d, %d CPUs with stacks of %d, physical map at %#x\n", info.PayloadVersion, info.CPUs, info.StackSize, info.PhysicalMap)
	fmt.Printf("loader measured: %v; ACPI: %v; ramdisk: %d\n", info.TSCRate != 0 && info.TimerRate != 0, info.RSDP != 0, info.RamdiskSize)
	fmt.Printf("framebuffer: %v; arguments: %q\n", info.Framebuffer.Size != 0, os.Args[1:])
	os.Exit(42)
}
