// Greet is a program as an outsider would write it: a host interface in WIT (wit/greet.wit), its generated Go
// package, an implementation (host.go), and a guest component that uses it, in C (guest/greet.c) and once more in Go
// (goguest).
//
//	go generate ./greet      # after a change to wit/greet.wit or to the guest, which takes clang
//	go run ./greet           # hosted; run it in this directory, where boot.toml is
//	witgen image build ./greet -o greet.img && witgen image run greet.img
package main

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/examples/greet/generated/demo/greet/v0.1/greeting"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/metal"
)

//go:generate go tool witgen generate
//go:generate go tool witgen generate --guest c --world greeting --out guest/generated
//go:generate go tool witgen build ./guest -o greet.wasm

func main() {
	kernel.Boot(
		kernel.On(metal.This()),
		wasi.Default(),
		greeting.World{Visitors: newHouse()},
		kernel.Run("greet", greet),
	)
}

// greet asks the component to greet everyone that the command line names.
func greet(ctx context.Context, p *kernel.Process) error {
	guest, err := greeting.Bind(p.Instance.Instance)
	if err != nil {
		return err
	}
	for _, name := range p.Args {
		answer, err := guest.Greeter.Greet(ctx, name)
		if err != nil {
			return fmt.Errorf("greeting %q: %w", name, err)
		}
		fmt.Fprintln(p.Stdout, answer)
	}
	return nil
}
