// Package machine implements witan:kernel/machine: what the machine has, and its end.
package machine

import (
	"context"

	wit "github.com/witan-os/witan/generated/witan/kernel/v0.1/machine"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(k host.Machine) glue.Fixed { return wit.Provide(provider{k}) }

type provider struct{ kernel host.Machine }

// Summary implements wit.Host.
func (p provider) Summary(context.Context) (wit.Resources, error) {
	s := p.kernel.Summary()
	return wit.Resources{Processors: uint32(s.CPUs), Memory: s.Memory, MemoryUsed: s.MemoryUsed, Metal: s.Metal}, nil
}

// Shutdown implements wit.Host. The system ends; the program that asked for it does not go on.
func (p provider) Shutdown(_ context.Context, status uint8) error {
	p.kernel.Shutdown(status)
	return &glue.Exit{Code: uint32(status)}
}

// Reboot implements wit.Host.
func (p provider) Reboot(context.Context) error {
	p.kernel.Reboot()
	return &glue.Exit{}
}
