package goguest_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// TestCommand runs a program that is started and not called, with imports of its own; and its tests, which run on the
// machine that this test runs on.
func TestCommand(t *testing.T) {
	tree := load(t, "testdata/wit")
	w := worldOf(t, tree, "tool")
	m := newModule(t)
	m.generate(t, "gen", tree, w)
	m.program(t, "tool")
	m.goCommand(t, false, "test", ".")
	d := &disk{}
	var host []*vm.Interface
	for _, i := range model.Interfaces(w.Imports) {
		if i.Name == "calls" {
			host = append(host, echo(t, i))
		}
		if i.Name == "files" {
			host = append(host, d.files(t, i))
		}
	}
	var out bytes.Buffer
	inst := runTo(t, &out, m.command(t, w), []string{"GOGC=1"}, host...)
	_, err := inst.Call(t.Context(), "wasi:cli/run@0.2.12", "run")
	var exit *vm.Exit // which Go programs always make
	if !errors.As(err, &exit) || exit.Code != 0 {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if out.String() != "4\n" {
		t.Errorf("the program says %q", out.String())
	}
	if len(d.dropped) != 1 {
		t.Errorf("dropped %q", d.dropped)
	}
}

// TestRunAndMore runs a program that is called as well: it implements wasi:cli/run like any other interface.
func TestRunAndMore(t *testing.T) {
	tree := load(t, "testdata/wit")
	w := worldOf(t, tree, "both")
	m := newModule(t)
	m.generate(t, "gen", tree, w)
	m.program(t, "both")
	var out bytes.Buffer
	inst := runTo(t, &out, m.component(t, w), nil)
	for range 2 {
		got, err := inst.Call(t.Context(), "wasi:cli/run@0.2.12", "run")
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if got != value.OK(nil) {
			t.Errorf("it returns %#v", got)
		}
	}
	if got, err := inst.Call(t.Context(), "", "answer"); err != nil || got != uint32(2) {
		t.Errorf("the answer is %v, %v", got, err)
	}
	if out.String() != "run 1\nrun 2\n" {
		t.Errorf("the program says %q", out.String())
	}
}
