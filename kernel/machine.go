package kernel

import (
	"fmt"
	"runtime"

	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/vm"
)

// This file is what a system of processes asks of the machine, besides [Machine]. Everything in it is optional.

// Power is a [Machine] that can start anew.
type Power interface {
	// Reboot starts the machine anew. It does not return.
	Reboot()
}

// Usage is a [Machine] that knows how much of its memory is in use.
type Usage interface{ MemoryUsed() uint64 } // bytes

// With is a part for [Boot]: devices for the processes that the manifest grants some. A [Machine] that is a
// [device.Bus] needs no other one; a program that runs hosted can have simulated ones.
func With(b device.Bus) vm.Provider { return busPart{b} }

type busPart struct{ device.Bus }

// Provide returns nothing: devices are for the kernel.
func (busPart) Provide(*vm.Process) ([]*vm.Interface, error) { return nil, nil }

// bus has the devices of the system, nil if there are none.
func (s *system) bus() device.Bus {
	if b, ok := s.machine.(device.Bus); ok {
		return b
	}
	return s.devices
}

// processMemory is how many bytes processes may have together: half of what the machine has left, less the regions of
// the manifest. A memory that has to move as it grows is there twice meanwhile, and the kernel needs some itself. It is
// 0, for no bound, when there is no machine: then the system below looks after its memory. The error is about a
// manifest that leaves nothing.
func (s *system) processMemory() (uint64, error) {
	if s.machine == nil {
		return 0, nil
	}
	left := s.machine.MemoryTotal()
	if u, ok := s.machine.(Usage); ok {
		left -= min(left, u.MemoryUsed())
	}
	left /= 2
	for _, region := range s.manifest.Memories {
		if uint64(region.Size) >= left {
			return 0, fmt.Errorf("memory %s: its %v are more than the machine has left", region.Name, region.Size)
		}
		left -= uint64(region.Size)
	}
	return left, nil
}

// summary is the machine as processes see it.
type summary system

// Summary says what there is. Hosted, that is what the program has.
func (s *summary) Summary() host.Summary {
	if s.machine == nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return host.Summary{CPUs: runtime.NumCPU(), Memory: m.Sys, MemoryUsed: m.HeapInuse + m.StackInuse}
	}
	sum := host.Summary{CPUs: s.machine.CPUs(), Memory: s.machine.MemoryTotal(), Metal: true}
	if u, ok := s.machine.(Usage); ok {
		sum.MemoryUsed = u.MemoryUsed()
	}
	return sum
}
