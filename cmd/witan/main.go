// Witan is the stock system: components with all of WASI and witan:kernel, and nothing else. It is what an
// image boots that names no program of its own, and, run hosted in a directory with a boot.toml, does the same
// there.
package main

import (
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/metal"
)

func main() {
	kernel.Boot(kernel.On(metal.This()), wasi.Default(), witan.Default())
}
