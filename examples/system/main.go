// System is the whole in one place: a system of programs that know each other by the interfaces in wit/system.wit only. Two
// drivers work real devices, a file system lives on one of them, others use that, and one program does nothing but attack
// them all. boot.toml says who may do what; README.md tells the story.
//
//	witgen image build ./system -o os.img
//	witgen image run os.img                        # a shell on the serial port
//	witgen image run os.img --append selftest      # the system tests itself and says how that went
//	go run ./system                                # hosted, in this directory, with devices that are made of software
package main

import (
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/metal"
)

//go:generate go tool witgen generate

func main() {
	kernel.Boot(append(machine(), kernel.On(metal.This()), wasi.Default(), witan.Default())...)
}
