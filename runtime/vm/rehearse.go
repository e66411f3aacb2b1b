package vm

import (
	"context"
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
)

// This file instantiates components whose hosts are elsewhere, for tools that look at how one is put together or
// compile it for later.

// Edge is a call between two components inside of another.
type Edge = instance.Edge

// rehearsalFuel is what the start functions of a component that is only looked at may use up.
const rehearsalFuel = 1 << 28

// Rehearse instantiates the component once, to learn how its parts call each other and to compile the adapters
// between them: machine code that ends up in the cache directory, if there is one, beside the component's own.
//
// No host is needed. Imports trap when they are called, and they only are if a start function does so. Then, and
// whenever else the component can't be instantiated, the error says why, and adapters that the component would
// have made after that point are not compiled.
func (c *Component) Rehearse(ctx context.Context) ([]Edge, error) {
	i, err := c.Instantiate(ctx, Options{Imports: c.Stubs(), Limits: Limits{Fuel: rehearsalFuel}})
	if err != nil {
		return nil, err
	}
	return i.Edges(), i.Close(ctx)
}

// Stubs answer all imports of the component with functions that trap, for those who rehearse several components that
// are linked to each other.
func (c *Component) Stubs() []*Interface {
	world := &Interface{}
	list := []*Interface{world}
	for _, i := range c.Decoded().Type.Imports {
		if t, ok := i.Type.Type.(*component.InstanceType); ok && i.Type.Sort == component.SortInstance {
			name := i.Name
			if i.Implements != "" {
				name = i.Implements
			}
			list = append(list, stub(name, t))
			continue
		}
		addStub(world, i)
	}
	return list
}

func stub(name string, t *component.InstanceType) *Interface {
	s := &Interface{Name: name}
	for _, e := range t.Exports {
		addStub(s, e)
	}
	return s
}

func addStub(to *Interface, e component.Extern) {
	switch t := e.Type.Type.(type) {
	case *component.InstanceType:
		to.Instances = append(to.Instances, stub(e.Name, t))
	case *component.FuncType:
		to.Funcs = append(to.Funcs, stubFunc(e.Name))
	case *component.Resource:
		if e.Type.Abstract {
			to.Resources = append(to.Resources, glue.NamedResource{Name: e.Name, Type: &abi.Resource{Name: e.Name}})
		}
	}
}

var errRehearsal = errors.New("imports can't be called while the component is only looked at")

func stubFunc(name string) glue.Func {
	return AnyHostFunc(name, func(*abi.Func) (ValueFunc, error) {
		return func(context.Context, []value.Value) (value.Value, error) {
			return nil, fmt.Errorf("%s: %w", name, errRehearsal)
		}, nil
	})
}
