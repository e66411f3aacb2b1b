// Package witan is the Go implementation of Witan's own interfaces, witan:kernel, as one part of a program:
// what [Default] returns goes into kernel.Boot beside hostimpl/wasi and the program's own interfaces.
//
// A program that runs by itself gets its log and its process. Those about other processes, and about the objects that
// processes share, are there where a kernel runs more than one: see kernel/host.
package witan

import (
	"context"
	"slices"
	"time"

	"github.com/witan-os/witan/hostimpl/witan/actor"
	"github.com/witan-os/witan/hostimpl/witan/capability"
	"github.com/witan-os/witan/hostimpl/witan/device"
	"github.com/witan-os/witan/hostimpl/witan/display"
	"github.com/witan-os/witan/hostimpl/witan/endpoint"
	"github.com/witan-os/witan/hostimpl/witan/journal"
	"github.com/witan-os/witan/hostimpl/witan/log"
	"github.com/witan-os/witan/hostimpl/witan/machine"
	"github.com/witan-os/witan/hostimpl/witan/memory"
	"github.com/witan-os/witan/hostimpl/witan/monitor"
	"github.com/witan-os/witan/hostimpl/witan/process"
	"github.com/witan-os/witan/hostimpl/witan/processes"
	"github.com/witan-os/witan/hostimpl/witan/server"
	"github.com/witan-os/witan/hostimpl/witan/supervision"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/glue"
)

// flushTime is how long the end of a process waits for its last messages to be written.
const flushTime = time.Second

// Default provides witan:kernel to each process. Their log is the one of the system that they belong to, without
// the messages that are for developers.
func Default() glue.Provider { return New(log.New(nil, log.Info)) }

// New is [Default] with another log.
func New(l *log.Log) glue.Provider { return provider{l} }

type provider struct{ log *log.Log }

// Provide implements glue.Provider.
func (w provider) Provide(p *glue.Process) ([]*glue.Interface, error) {
	p.AtExit(w.flush)
	list := slices.Concat(w.log.Interfaces(p), process.Interfaces(p))
	if k, ok := host.Of(p); ok {
		list = append(list, w.objects(p, k)...)
	}
	return list, nil
}

// objects are the interfaces that need a kernel with processes.
func (w provider) objects(p *glue.Process, k host.Kernel) []*glue.Interface {
	h := &capability.Holder{Kernel: k, ID: p.ID}
	k.Handle(func(i *glue.Instance) (host.Handler, error) { return server.Bind(h, i) })
	say := func(text []byte) { w.log.Put(p, log.Info, "", string(text[:min(len(text), log.MaxMessage)])) }
	return slices.Concat(
		capability.Interfaces(h), endpoint.Interfaces(h), memory.Interfaces(h), device.Interfaces(h), display.Interfaces(h),
		processes.Interfaces(h), supervision.Interfaces(h), monitor.Interfaces(h), machine.Interfaces(k), actor.Interfaces(h, say),
		journal.Interfaces(h, func(part string, level log.Level, target, message string) {
			w.log.PutVia(part, p, level, target, message)
		}),
	)
}

// flush has the messages of a process out before anyone hears of its end, if somebody takes them.
func (w provider) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	_ = w.log.Flush(ctx) // nobody is left to be told
}
