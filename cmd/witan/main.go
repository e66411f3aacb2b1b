// Witan is the stock system: components with all of WASI and witan:kernel, and nothing else. It is what an
// image boots that names no program of its own, and, run hosted in a directory with a boot.toml, does the same
// there.
package main

import (
	"fmt"
	"os"

	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/driver/virtio"
	"github.com/witan-os/witan/kernel/metal"
)

func main() {
	// No program of the stock system is given a device, so those that give entropy are the kernel's.
	if _, err := virtio.Feed(driver.Devices()); err != nil {
		fmt.Fprintln(os.Stderr, "witan: no more entropy than the CPU's:", err)
	}
	kernel.Boot(kernel.On(metal.This()), wasi.Default(), witan.Default())
}
