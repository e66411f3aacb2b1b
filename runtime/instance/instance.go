// Package instance runs components: it instantiates a checked component against host interfaces, owns the
// instance's resource handles, and carries calls across its boundary, with limits, traps and poisoning.
package instance

import (
	"sync/atomic"
)

// Limits bound what one component instance may cost. The zero value means the defaults.
type Limits struct {
	MaxHandles int    // resource handles held at a time
	CallBudget uint64 // bytes of Go memory for the values of one call
}

// Instance is a running component. It serves one call at a time; calls from several goroutines at once get
// [ErrBusy], except the first.
type Instance struct {
	component string
	limits    Limits
	handles   handles
	mayLeave  bool
	running   atomic.Bool
	dead      atomic.Pointer[error]
}

func (i *Instance) name() string { return i.component }

// enter claims the instance for a call.
func (i *Instance) enter() error {
	if !i.running.CompareAndSwap(false, true) {
		return ErrBusy
	}
	if dead := i.dead.Load(); dead != nil {
		i.running.Store(false)
		return *dead
	}
	return nil
}

func (i *Instance) leave() { i.running.Store(false) }

// die poisons the instance: every later call gets the same error.
func (i *Instance) die(err error) {
	i.dead.CompareAndSwap(nil, &err)
	i.leave()
}
