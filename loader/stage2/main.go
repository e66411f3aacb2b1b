// Command stage2 is the loader's second stage: the program that firmware starts, and that starts the payload after it has
// checked every byte of it.
//
// It is a Go program on package metal, like any payload. The image builder links it above the place that the payload is
// going to have, with whom it trusts as part of its data: firmware that starts this program from a place that nobody else
// can write to thereby decides on all that runs later. The payload is what otherwise is the ramdisk.
//
// A payload that is refused is never unpacked, not even in part. The log then says why, and the machine ends with status
// loader.StatusRefused.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader"
	"github.com/witan-os/witan/loader/payload"
)

func main() {
	if err := start(); err != nil {
		report(os.Stderr, err)
		os.Exit(loader.StatusRefused)
	}
}

// report says on the log why nothing is started.
func report(log io.Writer, err error) {
	// Where even the log fails, the status is all that is left.
	_, _ = fmt.Fprintf(log, "witan: the loader refuses to boot: %v\n", err)
}

// start enters the payload. It returns only with an error.
func start() error {
	if !metal.Active() {
		return metal.ErrNotOnMetal
	}
	policy, err := linkedPolicy()
	if err != nil {
		return err
	}
	floor, memory := metal.LoadArea()
	policy.Floor, policy.Limit = floor, floor+uint64(len(memory))
	p, err := payload.Open(metal.Ramdisk(), policy)
	if err != nil {
		return err
	}
	if err := checkMachine(p); err != nil {
		return err
	}
	if err := unpack(p, memory, floor); err != nil {
		return err
	}
	return metal.Launch(p.EntryPoint, bootInfo(p))
}

// checkMachine looks for what the payload asks for and verification can't know: memory.
func checkMachine(p *payload.Payload) error {
	const mega = 1 << 20
	if have := metal.MemoryTotal(); have < p.Memory {
		return fmt.Errorf("the machine has %d MiB of memory, and the payload asks for %d", have/mega, p.Memory/mega)
	}
	// Also what lies between the parts is the payload's.
	if low := min(p.Parts[0].Addr, p.Stacks); !metal.Usable(low, p.End) {
		return fmt.Errorf("not all of the memory from %#x to %#x, which the payload is for, is there and left to us by the firmware", low, p.End)
	}
	return nil
}

// unpack fills the memory below this program, whose first byte has address floor.
func unpack(p *payload.Payload, memory []byte, floor uint64) error {
	unpacker, err := payload.NewUnpacker()
	if err != nil {
		return err
	}
	for i := range p.Parts {
		part := &p.Parts[i]
		if err := unpacker.Unpack(p, i, memory[part.Addr-floor:][:part.Size]); err != nil {
			return err
		}
	}
	return nil
}

// bootInfo is what this program was told, with what the payload was given.
func bootInfo(p *payload.Payload) metal.BootInfo {
	info := metal.Info()
	info.RamdiskAddr, info.RamdiskSize = 0, 0
	for i := range p.Parts {
		if part := &p.Parts[i]; part.Kind == payload.Ramdisk {
			info.RamdiskAddr, info.RamdiskSize = part.Addr, part.Size
		}
	}
	info.KernelEnd, info.PayloadVersion, info.Flags = p.End, p.Version, 0
	info.CPUs, info.Stacks, info.StackSize, info.PhysicalMap = p.CPUs, p.Stacks, p.StackSize, p.PhysicalMap
	return info
}
