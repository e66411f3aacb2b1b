package instance_test

import (
	"errors"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/vm"
)

// doubled is a component that consists of 2^n instances of another one, and those in between.
func doubled(n int, inner *testwasm.Component) *testwasm.Component {
	c := testwasm.NewComponent()
	last := c.Component(inner)
	for range n {
		twice := testwasm.NewComponent()
		half := twice.Outer(1, testwasm.SortComponent, last)
		twice.Instance(half)
		twice.Instance(half)
		last = c.Component(twice)
	}
	c.Instance(last)
	return c
}

// TestSmallFilesOfManyInstances instantiates what would need more memory than there is.
func TestSmallFilesOfManyInstances(t *testing.T) {
	large := testwasm.NewComponent()
	for range 5000 {
		large.FuncType("func()")
	}
	modules := testwasm.NewComponent()
	empty := modules.CoreModule(testwasm.NewModule())
	for range 100 {
		modules.CoreInstance(empty)
	}
	for _, tt := range []struct {
		name  string
		guest *testwasm.Component
		text  string
	}{
		{"instances", doubled(200, testwasm.NewComponent()), "the store would hold more than 10000 component instances"},
		{"definitions", doubled(12, large), "the instances of the store have more than 4000000 definitions"},
		{"core instances", doubled(12, modules), "the store would hold more than 10000 core instances"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compile(t, tt.guest).Instantiate(ctx, vm.Options{})
			var link *vm.LinkError
			if !errors.As(err, &link) {
				t.Errorf("the error is a %T", err)
			}
			wantError(t, err, tt.text)
		})
	}
	start(t, doubled(8, testwasm.NewComponent()))
}
