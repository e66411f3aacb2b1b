// Package process implements witan:kernel/process: what a program may ask about its own process, and how it
// ends it.
package process

import (
	"context"
	"runtime"
	"strings"
	"time"

	"github.com/witan-os/witan/generated/witan/kernel/v0.1/process"
	"github.com/witan-os/witan/runtime/glue"
)

// Interfaces are the host interfaces of one process.
func Interfaces(p *glue.Process) glue.Fixed { return process.Provide(host{p}) }

type host struct{ process *glue.Process }

// ID implements process.Host.
func (h host) ID(context.Context) (uint64, error) { return h.process.ID, nil }

// Name implements process.Host. A name is of any bytes, a string of WIT is not.
func (h host) Name(context.Context) (string, error) {
	return strings.ToValidUTF8(h.process.Name, "\ufffd"), nil
}

// Uptime implements process.Host. Go's clock does not go back, so the difference is never negative.
func (h host) Uptime(context.Context) (uint64, error) {
	return uint64(time.Since(h.process.Started)), nil
}

// Yield implements process.Host. Processes are scheduled as goroutines are.
func (h host) Yield(context.Context) error {
	runtime.Gosched()
	return nil
}

// Exit implements process.Host.
func (h host) Exit(_ context.Context, status uint8) error {
	return &glue.Exit{Code: uint32(status)}
}
