package kernel

import (
	"bytes"
	"testing"

	"github.com/witan-os/witan/generated/systable"
	"github.com/witan-os/witan/runtime/trace"
	"github.com/witan-os/witan/runtime/vm"
)

func TestTrace(t *testing.T) {
	v := newVM(t)
	for _, tt := range []struct {
		name string
		arg  string
		want string
	}{
		{"a call that returns", "success", "witan: test:kernel/control.next() -> success\n"},
		{"a call that exits", "exit=3", "witan: test:kernel/control.next() ends the program\n"},
		{"a call that fails", "fail", "witan: test:kernel/control.next() ends the program\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s streams
			var calls bytes.Buffer
			program := &Program{
				Wasm: probeWasm(t), Trace: &calls,
				Process: vm.Process{Name: "probe", Args: []string{tt.arg}, Stdout: &s.out, Stderr: &s.err},
			}
			status := New(v, control(obey)).Run(t.Context(), program)
			if calls.String() != tt.want {
				t.Errorf("traced %q, want %q", calls.String(), tt.want)
			}
			program.Trace = nil
			if again := New(v, control(obey)).Run(t.Context(), program); again != status {
				t.Errorf("status %d with a trace and %d without", status, again)
			}
		})
	}
	var s streams
	status := New(v).Run(t.Context(), &Program{Wasm: coreModule(), Trace: &s.out, Process: vm.Process{Name: "module", Stderr: &s.err}})
	if status != StatusBad {
		t.Errorf("status %d for a core module", status)
	}
	s.check(t, "", "only a component's calls can be traced")
}

// TestTraceLines has events of system calls.
func TestTraceLines(t *testing.T) {
	poll := trace.Event{Interface: "wasi:io/poll@0.2", Function: "[method]pollable.block", Args: []byte("(self: pollable#1)")}
	now := trace.Event{Interface: "wasi:clocks/monotonic-clock@0.2", Function: "now", Args: []byte("()"), Result: []byte("5")}
	drop := trace.Event{Interface: "wasi:io/poll@0.2", Function: "[resource-drop]pollable", Args: []byte("(self: pollable#1)")}
	own := trace.Event{Function: "world-function", Args: []byte("()")}
	var out bytes.Buffer
	for _, e := range []trace.Event{poll, now, own} {
		for _, e.Stage = range []trace.Stage{trace.Begins, trace.Returns, trace.Ends} {
			tracer{out: &out}.event(&e)
		}
	}
	tracer{out: &out}.event(&drop)
	want := `witan: 101 wasi:io/poll.pollable.block(self: pollable#1) ...
witan: 101 wasi:io/poll.pollable.block(self: pollable#1)
witan: 101 wasi:io/poll.pollable.block(self: pollable#1) ends the program
witan: 12 wasi:clocks/monotonic-clock.now() -> 5
witan: 12 wasi:clocks/monotonic-clock.now() ends the program
witan: world-function()
witan: world-function() ends the program
witan: 199 wasi:io/poll.pollable.drop(self: pollable#1)
`
	if out.String() != want {
		t.Errorf("traced\n%swant\n%s", &out, want)
	}
}

// TestSystable holds that every number leads back to itself, because the kernel finds calls by name, and that its
// type is enough to show arguments.
func TestSystable(t *testing.T) {
	for n := range systable.Calls {
		c := &systable.Calls[n]
		if n > 0 && !c.Retired && systable.Number(c.Interface, c.Track, c.Function) != uint16(n) {
			t.Errorf("%s has number %d, and not %d", c.Name(), systable.Number(c.Interface, c.Track, c.Function), n)
		}
		if n == 0 || c.Retired {
			continue
		}
		f, err := trace.Parse(c.Type)
		if err != nil {
			t.Errorf("%s: %v", c.Name(), err)
		} else if f.CoreType().String() != c.Core {
			t.Errorf("%s has the core type %s, and not %s", c.Name(), c.Core, f.CoreType())
		}
	}
	if systable.Calls[0] != (systable.Call{}) {
		t.Error("number 0 is a call")
	}
}
