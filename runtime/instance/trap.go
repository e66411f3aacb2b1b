package instance

import (
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/engine"
)

// Trap is the end of a component instance: something happened in it, or at its boundary, that the
// Component Model answers by stopping it. The instance is poisoned; nothing else is affected.
type Trap struct {
	Component string   // the component's name as given when it was compiled
	Function  string   // the export that was called, or the import at whose boundary the rule was broken
	Reason    string   // one sentence, for people
	Backtrace []string // the guest's frames, innermost first; names come from its name section
	Cause     error    // what the engine or a host function reported; may be nil

	inst *Instance // at whose boundary a rule was broken; nil if it was elsewhere
	// byCode and mark say which code trapped, see [engine.Report].
	byCode bool
	mark   string
}

// Error names component, function and reason, and then lists the guest's frames, one a line.
func (t *Trap) Error() string {
	var b strings.Builder
	b.WriteString("trap")
	if t.Component != "" {
		fmt.Fprintf(&b, " in component %q", t.Component)
	}
	if t.Function != "" {
		b.WriteString(", function " + t.Function)
	}
	b.WriteString(": " + t.Reason)
	for _, frame := range t.Backtrace {
		b.WriteString("\n    at " + frame)
	}
	return b.String()
}

// Unwrap returns the cause.
func (t *Trap) Unwrap() error { return t.Cause }

// unsupportedError says what this runtime can't do yet. It is an [errors.ErrUnsupported].
type unsupportedError string

func (e unsupportedError) Error() string { return string(e) }

func (unsupportedError) Is(target error) bool { return target == errors.ErrUnsupported }

// unsupported makes the error of something that "is" or "are" not supported.
func unsupported(format string, args ...any) error {
	return unsupportedError(fmt.Sprintf(format, args...) + " not supported")
}

// ErrAsync is the error of a call between a component and Go that would be asynchronous: the function is async, or
// passes streams, futures or error contexts.
var ErrAsync error = unsupportedError("asynchronous functions between components and Go are not run yet")

// inGo is why a function that is not supported can't be called from Go, or be one of Go's.
func inGo(unsupported error) error {
	if errors.Is(unsupported, errors.ErrUnsupported) {
		return fmt.Errorf("%w: %w", ErrAsync, unsupported)
	}
	return unsupported
}

// Exit is the error with which a program ends itself (wasi:cli/exit). It unwinds the guest like a trap
// does but is no fault.
type Exit struct {
	Code uint32 // 0 to 255 for WASI programs
}

// Error states the exit code.
func (e *Exit) Error() string { return fmt.Sprintf("program exited with code %d", e.Code) }

// TrapOf turns the error with which the engine ended a function into a *[Trap], or returns the *[Exit]
// inside it.
func TrapOf(component, function string, err error) error {
	var exit *Exit
	if errors.As(err, &exit) {
		return exit
	}
	var ended *endedError
	if errors.As(err, &ended) {
		return ended.cause
	}
	report := engine.Trace(err)
	var trap *Trap
	if errors.As(err, &trap) {
		// Raised by our own code inside a host call: the engine has added the frames to it.
		if trap.Component == "" {
			trap.Component = component
		}
		if trap.Backtrace == nil {
			trap.Backtrace = report.Frames
		}
		return trap
	}
	return &Trap{
		Component: component, Function: function, Reason: report.Reason, Backtrace: report.Frames, Cause: err,
		byCode: report.ByCode, mark: report.Mark,
	}
}
