package trace

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/instance"
)

func nothing(context.Context, *instance.Boundary, []uint64) {}

// TestWatchLeavesTheRest looks at what is not a call. Calls are tested where there are components, in kernel.
func TestWatchLeavesTheRest(t *testing.T) {
	bad := errors.New("no such type")
	host := &instance.HostInterface{
		Name:      "a:b/c@1.2.3",
		Resources: []instance.NamedResource{{Name: "r"}},
		Funcs: []instance.HostFunc{
			{Name: "call", Type: "func(a: u8)", Params: []abi.CoreType{abi.I32}, Call: nothing},
			{Name: "async", Type: "async func()"},
			{Name: "any", For: func(*abi.Func) (instance.HostCall, error) { return nil, bad }},
		},
		Instances: []*instance.HostInterface{{Name: "inner", Funcs: []instance.HostFunc{{Name: "f", Type: "func()", Call: nothing}}}},
	}
	watched, err := Watch(host, func(*Event) {})
	if err != nil {
		t.Fatal(err)
	}
	if watched.Name != host.Name || len(watched.Resources) != 1 || len(watched.Instances) != 1 || watched.Instances[0] == host.Instances[0] {
		t.Errorf("the watched interface is %+v", watched)
	}
	if f := watched.Funcs[0]; f.Name != "call" || f.Type != "func(a: u8)" || len(f.Params) != 1 || f.Call == nil {
		t.Errorf("the watched function is %+v", f)
	}
	if f := watched.Funcs[1]; f.Call != nil || f.Type != "async func()" {
		t.Errorf("the asynchronous function is %+v", f)
	}
	if _, err := watched.Funcs[2].For(&abi.Func{}); !errors.Is(err, bad) {
		t.Errorf("error %v", err)
	}
	host.Funcs[0].Type = "func(a u8)"
	if _, err := Watch(host, func(*Event) {}); err == nil || !strings.Contains(err.Error(), "a:b/c@1.2.3#call: at byte 6 of the type") {
		t.Errorf("a bad type: %v", err)
	}
}

func TestDrops(t *testing.T) {
	var got []Event
	drops := Drops(func(e *Event) { got = append(got, *e) })
	drops(&abi.Resource{Name: "wasi:io/poll@0.2/pollable"}, 3)
	drops(&abi.Resource{Name: "own"}, 4)
	if len(got) != 2 || got[0].Interface != "wasi:io/poll@0.2" || got[0].Function != "[resource-drop]pollable" || string(got[0].Args) != "(self: pollable#3)" {
		t.Fatalf("events %+v", got)
	}
	if got[1].Interface != "" || got[1].Function != "[resource-drop]own" || string(got[1].Args) != "(self: own#4)" {
		t.Errorf("event %+v", got[1])
	}
}
