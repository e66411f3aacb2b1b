package trace

import (
	"context"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/link"
)

// Stage is how far a call is.
type Stage uint8

// The stages of a call.
const (
	Begins  Stage = iota
	Returns       // with its result
	Ends          // without: it has ended the program
)

// Event is a stage of a call.
type Event struct {
	Stage Stage
	// Interface is what the function belongs to, with its semver track, for example "wasi:io/poll@0.2"; "" for a
	// function that a world imports by itself.
	Interface string
	Function  string // as components spell it, for example "[method]pollable.ready"
	Args      []byte // as text in parentheses
	Result    []byte // as text; empty for a function without result, and in other stages than Returns
}

// Drop begins the names of functions that drop handles, as components spell them.
const Drop = "[resource-drop]"

// Watch returns the same host interface, but with calls that are told to log. The texts of an event must not be
// kept. Asynchronous functions, which have no calls yet, are left alone.
func Watch(host *instance.HostInterface, log func(*Event)) (*instance.HostInterface, error) {
	watched := *host
	watched.Funcs = make([]instance.HostFunc, len(host.Funcs))
	for i, f := range host.Funcs {
		w := watcher{iface: link.Key(host.Name), name: f.Name, log: log}
		var err error
		if watched.Funcs[i], err = w.function(f); err != nil {
			return nil, fmt.Errorf("%s#%s: %w", host.Name, f.Name, err)
		}
	}
	watched.Instances = make([]*instance.HostInterface, len(host.Instances))
	for i, inner := range host.Instances {
		var err error
		if watched.Instances[i], err = Watch(inner, log); err != nil {
			return nil, err
		}
	}
	return &watched, nil
}

// watcher is a function that is watched.
type watcher struct {
	iface, name string
	log         func(*Event)
}

func (w watcher) function(f instance.HostFunc) (instance.HostFunc, error) {
	switch {
	case f.For != nil:
		resolve := f.For
		f.For = func(t *abi.Func) (instance.HostCall, error) {
			call, err := resolve(t)
			if err != nil {
				return nil, err
			}
			text, err := NewFunction(t)
			if err != nil {
				return nil, err
			}
			return w.call(text, call), nil
		}
	case f.Call != nil:
		text, err := Parse(f.Type)
		if err != nil {
			return f, err
		}
		f.Call = w.call(text, f.Call)
	}
	return f, nil
}

// call is the body of a function, with words around it.
func (w watcher) call(f *Function, body instance.HostCall) instance.HostCall {
	slot := f.ResultSlot()
	return func(ctx context.Context, b *instance.Boundary, stack []uint64) {
		e := &Event{Stage: Begins, Interface: w.iface, Function: w.name, Args: f.AppendArgs(nil, b, stack)}
		var address uint64
		if slot >= 0 {
			address = stack[slot]
		}
		w.log(e)
		defer func() {
			if e.Stage == Begins { // it panics, which is how programs end
				e.Stage = Ends
				w.log(e)
			}
		}()
		body(ctx, b, stack)
		e.Result, e.Stage = f.AppendResult(nil, b, stack, address), Returns
		w.log(e)
	}
}

// Drops returns what tells log of dropped handles, see [instance.Store.OnDrop]. Such an event has no stage after
// [Begins]: nothing comes of a drop.
func Drops(log func(*Event)) func(r *abi.Resource, handle uint32) {
	return func(r *abi.Resource, handle uint32) {
		iface, name := "", r.Name
		if i := strings.LastIndexByte(r.Name, '/'); i >= 0 {
			iface, name = r.Name[:i], r.Name[i+1:]
		}
		args := fmt.Appendf(nil, "(self: %s#%d)", name, handle)
		log(&Event{Stage: Begins, Interface: iface, Function: Drop + name, Args: args})
	}
}
