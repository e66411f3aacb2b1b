package cguest_test

import (
	"slices"
	"testing"

	"github.com/witan-os/witan/runtime/component"
)

// TestWaiting makes a component of a program that waits in functions, and for streams and futures. The runtime does not
// run it; that its built-ins are what the program thinks, and of the right types, is checked when it is made.
func TestWaiting(t *testing.T) {
	tree := tree(t, "testdata/async.wit")
	wasm := build(t, tree, tree.Root.Worlds[0], "testdata/guest/waiting.c")
	c, err := component.DecodeWith(wasm, component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	var got []component.BuiltinOp
	for _, d := range c.Defs {
		if b, ok := d.(*component.Builtin); ok {
			got = append(got, b.Op)
		}
	}
	for _, want := range []component.BuiltinOp{
		component.StreamNew, component.StreamRead, component.StreamWrite, component.StreamDropReadable, component.StreamDropWritable,
		component.FutureRead, component.FutureDropReadable, component.ErrorContextDebugMessage, component.ErrorContextDrop,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("there is no %s among the built-ins: %v", want, got)
		}
	}
}
