package gluetest

import (
	"context"
	"errors"
	"testing"

	"github.com/witan-os/witan/runtime/glue"
)

type thing struct{}

var things = &glue.Resource{Name: "thing"}

// FuzzHonest has functions that do with the boundary what generated code does.
func FuzzHonest(f *testing.F) {
	Fuzz(f, &glue.Interface{Name: "test", Funcs: []glue.Func{
		{
			Name: "text", Params: []glue.CoreType{glue.I32, glue.I32, glue.I32},
			Call: func(_ context.Context, b *glue.Boundary, s []uint64) {
				text := glue.LoadString(b, glue.SpanOf(s[0], s[1]))
				b.View(uint32(s[2]), 8, 4)
				glue.StoreString(b, text).StoreAt(b, uint32(s[2]))
			},
		},
		{
			Name: "own", Params: []glue.CoreType{glue.I32},
			Call: func(_ context.Context, b *glue.Boundary, s []uint64) {
				glue.TakeOwn[*thing](b, things, uint32(s[0]))
			},
		},
	}}, Resource{Type: things, Value: &thing{}})
}

// TestPanicsAreNoTraps has a function that believes its guest.
func TestPanicsAreNoTraps(t *testing.T) {
	trusting := glue.Func{
		Name: "trusting", Params: []glue.CoreType{glue.I32},
		Call: func(_ context.Context, b *glue.Boundary, s []uint64) { _ = b.View(0, 16, 1)[s[0]] },
	}
	guest := newGuest(t)
	if err := guest.call(t.Context(), trusting, []byte{15}, nil, nil); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a read behind the view was not noticed")
		}
	}()
	_ = guest.call(t.Context(), trusting, []byte{200}, nil, nil)
}

func TestGuest(t *testing.T) {
	guest := newGuest(t)
	var seen string
	read := glue.Func{
		Name: "read", Params: []glue.CoreType{glue.I32, glue.I32, glue.I32},
		Call: func(_ context.Context, b *glue.Boundary, s []uint64) {
			seen = glue.LoadString(b, glue.SpanOf(s[0], s[1]))
			glue.TakeOwn[*thing](b, things, uint32(s[2]))
		},
	}
	values := []byte{2, 0, 0, 0, 9, 9, 9, 9, 3, 0, 0, 0, 0, 0, 0, 0, 1}
	for range 2 { // the second call finds a new table of handles
		if err := guest.call(t.Context(), read, values, []byte("..abc.."), []Resource{{things, &thing{}}}); err != nil {
			t.Fatal(err)
		}
	}
	if seen != "abc" {
		t.Errorf("the function saw %q", seen)
	}
	var trap *glue.Trap
	values[16] = 2
	if err := guest.call(t.Context(), read, values, []byte("..abc.."), []Resource{{things, &thing{}}}); !errors.As(err, &trap) {
		t.Errorf("a handle that is not there gave %v", err)
	}
}
