package kernel

import (
	"fmt"
	"io"
	"strings"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

// This file prints the system calls of a program, each on one line when it returns:
//
//	witan: 14 wasi:clocks/monotonic-clock.subscribe-duration(when: 1000000) -> pollable#1
//
// A call that may wait has a line when it begins, too. Functions that are no system calls have no number.

// tracer prints calls.
type tracer struct {
	out io.Writer
	who string // makes them, with a space behind; "" where there is one program
}

// watch puts the tracer between a program and its host interfaces.
func (t tracer) watch(imports []*vm.Interface) ([]*vm.Interface, error) {
	watched := make([]*vm.Interface, len(imports))
	for i, iface := range imports {
		var err error
		if watched[i], err = trace.Watch(iface, t.event); err != nil {
			return nil, fmt.Errorf("tracing: %w", err)
		}
	}
	return watched, nil
}

func (t tracer) event(e *trace.Event) {
	path, track, _ := strings.Cut(e.Interface, "@")
	number := systable.Number(path, track, e.Function)
	call := fmt.Sprintf("%s%s", callName(path, e.Function), e.Args)
	if number != 0 {
		call = fmt.Sprintf("%d %s", number, call)
	}
	switch {
	case e.Stage == trace.Ends:
		fmt.Fprintf(t.out, "witan: %s%s ends the program\n", t.who, call)
	case e.Stage == trace.Returns && len(e.Result) > 0:
		fmt.Fprintf(t.out, "witan: %s%s -> %s\n", t.who, call, e.Result)
	case e.Stage == trace.Returns:
		fmt.Fprintf(t.out, "witan: %s%s\n", t.who, call)
	case strings.HasPrefix(e.Function, trace.Drop):
		fmt.Fprintf(t.out, "witan: %s%s\n", t.who, call)
	case systable.Calls[number].Blocking:
		fmt.Fprintf(t.out, "witan: %s%s ...\n", t.who, call)
	}
}

// callName is a function's name for people: "wasi:io/poll.pollable.ready" for "[method]pollable.ready".
func callName(path, function string) string {
	if rest, ok := strings.CutPrefix(function, trace.Drop); ok {
		function = rest + ".drop"
	} else if _, rest, ok := strings.Cut(function, "]"); ok {
		function = rest
	}
	if path == "" {
		return function
	}
	return path + "." + function
}
