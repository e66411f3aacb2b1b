package instance

import (
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// This file compares what is given for an import of a root component with the type that it is imported with.
// The decoder can't do that, since the two are not in one file; and resource types only have an identity once
// there are instances.

// checkImported compares what was given for an import with what the component expects of it.
func (w *walk) checkImported(d *component.Import, s supply) error {
	if s.from == "" {
		return nil
	}
	c := &importCheck{walk: w, from: s.from, host: s.host}
	if err := c.extern(d.Type, s.extern); err != nil {
		return fmt.Errorf("import %s%s: %w", d.Name, c.member, err)
	}
	return nil
}

type importCheck struct {
	*walk
	from   string
	host   bool
	member string // of the import that is being compared, such as "#open"
}

func (c *importCheck) extern(want component.ExternType, x extern) error {
	sort, ok := x.sort()
	switch {
	case !ok && c.host && want.Sort == component.SortType && !want.Abstract:
		return nil // a host has no types but resource types, and those only in the interface that defines them
	case !ok:
		return fmt.Errorf("%s has no such %s", c.from, noun(want))
	case sort != want.Sort:
		return fmt.Errorf("it is imported as %s, but %s has it as %s", want.Sort, c.from, sort)
	}
	switch t := want.Type.(type) {
	case *component.FuncType:
		if sort == component.SortFunc {
			return c.function(t, x.function)
		}
	case *component.InstanceType:
		if sort == component.SortInstance {
			return c.instance(t, x.instance)
		}
	}
	switch sort {
	case component.SortType:
		return c.typ(want, x)
	case component.SortCoreModule:
		return c.static(want, component.ExternType{Sort: sort, Module: x.module.typ})
	}
	return c.static(want, component.ExternType{Sort: sort, Type: x.component.component.Type})
}

func noun(t component.ExternType) string {
	switch {
	case t.Sort == component.SortFunc:
		return "function"
	case t.Abstract:
		return "resource type"
	}
	return t.Sort.String()
}

func (c *importCheck) instance(want *component.InstanceType, x *instanceValue) error {
	outer := c.member
	for _, e := range want.Exports {
		c.member = outer + "#" + e.Name
		if err := c.extern(e.Type, x.exports[e.Name]); err != nil {
			return err
		}
	}
	c.member = outer
	return nil
}

// static compares what has no resource types of its own. The message of the comparison tells both sides.
func (c *importCheck) static(want, have component.ExternType) error {
	if err := component.Fits(want, have); err != nil {
		return fmt.Errorf("what %s has does not fit: %w", c.from, err)
	}
	return nil
}

// function compares functions. One of a type that can't be called yet fits: it traps when it is called.
func (c *importCheck) function(t *component.FuncType, f *function) error {
	if f.unsupported != nil {
		return nil
	}
	want, err := c.inst.env.function(t)
	if err != nil {
		if f.lift != nil {
			return nil
		}
		return inGo(err)
	}
	var have string
	switch {
	case f.host != nil && want.Async:
		return ErrAsync
	case f.host != nil && f.host.For != nil:
		if _, err := f.host.For(want); err != nil {
			return fmt.Errorf("the component expects\n    %s\nand %s has none of this type: %w", want, c.from, err)
		}
		return nil
	case f.lift == nil:
		if have = f.host.Type; have == want.String() {
			return nil
		}
	case abi.SameFunc(want, f.lift.typ):
		return nil
	default:
		have = f.lift.typ.String()
	}
	if have == want.String() {
		return fmt.Errorf("the component and %s both have\n    %s\nbut not with the same resource types", c.from, have)
	}
	return fmt.Errorf("the component expects\n    %s\nand %s has\n    %s", want, c.from, have)
}

var errOtherResource = errors.New("the resource type is not the one that the component knows from another import")

// typ compares types. The identities of resource types have been bound already: the first one that came in the
// place of a type counts.
func (c *importCheck) typ(want component.ExternType, x extern) error {
	if r, ok := want.Type.(*component.Resource); ok {
		if x.resource == nil {
			return fmt.Errorf("the component expects a resource type, and %s has another type", c.from)
		}
		if bound, err := c.inst.env.resource(r); err != nil || bound != x.resource {
			return errOtherResource
		}
		return nil
	}
	v, ok := want.Type.(component.ValueType)
	if !ok || x.typ == nil {
		return nil
	}
	given, ok := x.typ.static.(component.ValueType)
	if !ok {
		return fmt.Errorf("the component expects a type of values, and %s has another type", c.from)
	}
	wantType, err := c.inst.env.value(v)
	if err != nil {
		return nil // values of it can't be passed yet
	}
	haveType, err := x.typ.env.value(given)
	if err != nil {
		return fmt.Errorf("what %s has: %w", c.from, err)
	}
	if !abi.Same(wantType, haveType) {
		return fmt.Errorf("the component expects\n    %s\nand %s has\n    %s", wantType, c.from, haveType)
	}
	return nil
}
