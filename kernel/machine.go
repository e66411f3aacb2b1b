package kernel

import (
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
