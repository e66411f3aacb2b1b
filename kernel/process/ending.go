package process

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/runtime/vm"
)

// This file says how a life has ended, and what follows from it.

// The statuses of a system whose essential process did not end by itself.
const (
	StatusFailure = 1   // its run function returned an error
	StatusBad     = 2   // it could not be started
	StatusTrap    = 134 // it trapped
	StatusKilled  = 137 // it was ended by somebody else
)

// loadError is why a component could not be instantiated. Nothing of it has run.
type loadError struct{ error }

func (e *loadError) Unwrap() error { return e.error }

// verdict ends a life from outside.
type verdict struct {
	text    string
	again   bool // the process is started again, whatever its policy says, and that does not count as a restart
	trapped bool // it is the process's own fault
	wanted  bool // others are the reason for it: it does not count as a failure, whatever it is for the policy
}

func (v *verdict) Error() string { return v.text }

var (
	errShutdown = &verdict{text: "the system ends"}
	errParent   = &verdict{text: "its parent has ended", again: true}
	errSibling  = &verdict{text: "another child of its parent has failed", again: true}
	errOverdue  = &verdict{text: "it has not answered a call in time", trapped: true}
)

// killed is the verdict of a process on another one.
func killed(by *Process) *verdict { return &verdict{text: "killed by " + by.String(), wanted: true} }

// endingOf tells how a life has ended, by the error of its work and the verdict on it, which may be nil.
func endingOf(err error, v *verdict) host.Ending {
	var exit *vm.Exit
	var failed *vm.Failed
	var trap *vm.Trap
	switch {
	case v != nil && v.trapped:
		return host.Ending{Kind: host.Trapped, Reason: v.text}
	case v != nil:
		return host.Ending{Kind: host.Killed, Reason: v.text}
	case err == nil:
		return host.Ending{Kind: host.Exited}
	case errors.As(err, &exit):
		return host.Ending{Kind: host.Exited, Status: uint8(exit.Code)}
	case errors.As(err, &failed):
		return host.Ending{Kind: host.Exited, Status: StatusFailure}
	}
	reason := err.Error()
	if errors.As(err, &trap) {
		reason = firstLine(err)
	}
	return host.Ending{Kind: host.Trapped, Reason: reason}
}

// firstLine is the text of an error without the guest's frames.
func firstLine(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// explain is why a process has trapped, with the innermost of the guest's frames.
func explain(e host.Ending, cause error) string {
	var trap *vm.Trap
	if !errors.As(cause, &trap) || !strings.Contains(cause.Error(), e.Reason) {
		return e.Reason
	}
	text := e.Reason
	for i, frame := range trap.Backtrace {
		if i == maxFrames {
			return text + fmt.Sprintf("\n    and %d more", len(trap.Backtrace)-i)
		}
		text += "\n    at " + frame
	}
	return text
}

// maxFrames is how many frames of a guest are shown.
const maxFrames = 8

// systemStatus is the status of a system that ends with an essential process.
func systemStatus(e host.Ending, err error) int {
	var bad *loadError
	switch {
	case e.Kind == host.Exited:
		return int(e.Status)
	case e.Kind == host.Killed:
		return StatusKilled
	case errors.As(err, &bad) && !errors.As(err, new(*vm.Trap)):
		return StatusBad
	}
	return StatusTrap
}

// statusOf is the status of a system that has ended for a reason.
func statusOf(cause error) int {
	var s *shutdown
	if errors.As(cause, &s) {
		return s.status
	}
	return StatusKilled
}

// verdictOf is the verdict on a life, if its context was cancelled.
func verdictOf(ctx context.Context) *verdict {
	var v *verdict
	switch cause := context.Cause(ctx); {
	case cause == nil:
		return nil
	case errors.As(cause, &v):
		return v
	}
	return errShutdown
}

// describe says how a process has ended, as a predicate.
func describe(e host.Ending) string {
	switch e.Kind {
	case host.Exited:
		return fmt.Sprintf("ended with status %d", e.Status)
	case host.Killed:
		return "was ended: " + e.Reason
	}
	return "failed: " + e.Reason
}
