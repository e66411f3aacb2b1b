package wast

import (
	"context"
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file makes components and calls their instances.

// componentDef is a component that can be instantiated.
type componentDef struct{ *vm.Component }

// defineComponent compiles a component. Valid ones are known by their suites: which features they need, scripts
// say only in part, so all are enabled.
func (x *execution) defineComponent(data []byte) (definition, error) {
	if x.validatesOnly() {
		_, err := component.DecodeWith(data, component.AllFeatures)
		return validated{}, err
	}
	c, err := x.vm.CompileWith(x.ctx, x.script.Source.Path, data, component.AllFeatures)
	if err != nil {
		return nil, err
	}
	return &componentDef{c}, nil
}

func (d *componentDef) close(ctx context.Context) { d.Component.Close(ctx) }

func (d *componentDef) instantiate(x *execution) (instance, error) {
	i, err := d.Component.Instantiate(x.ctx, vm.Options{})
	if err != nil {
		return nil, err
	}
	return &componentInstance{i}, nil
}

// validated is a component of a suite that is never instantiated.
type validated struct{}

func (validated) close(context.Context) {}

func (validated) instantiate(*execution) (instance, error) { return validated{}, nil }

var errNeverInstantiated = errors.New("components of this suite are never instantiated")

func (validated) invoke(context.Context, *action, []datum) (string, error) {
	return "", errNeverInstantiated
}

// componentInstance is an instance of a component.
type componentInstance struct{ *vm.Instance }

func (i *componentInstance) close(ctx context.Context) { _ = i.Instance.Close(ctx) } // the script is over

func (i *componentInstance) invoke(ctx context.Context, a *action, want []datum) (string, error) {
	if a.Type != "invoke" {
		return "", fmt.Errorf("a component has nothing to %s", a.Type)
	}
	f, err := i.Find(a.Field)
	if err != nil {
		return "", err
	}
	params := f.Type().Params
	if len(params) != len(a.Args) {
		return "", fmt.Errorf("%s takes %d arguments, the script has %d", a.Field, len(params), len(a.Args))
	}
	args := make([]value.Value, len(params))
	for n, p := range params {
		if args[n], err = arguments.read(p.Type, a.Args[n]); err != nil {
			return "", fmt.Errorf("argument %d of %s: %w", n+1, a.Field, err)
		}
	}
	result, err := vm.CallExport(ctx, f, args...)
	if err != nil {
		return "", err
	}
	t := f.Type().Result
	if t == nil {
		return "nothing", compareCount(want, 0)
	}
	have := t.String() + " " + value.Format(t, result)
	if err := compareCount(want, 1); want == nil || err != nil {
		return have, err
	}
	expected, err := expectations.read(t, want[0])
	if err == nil && !same(expected, result) {
		err = errDifferent
	}
	return have, err
}

// compareCount compares the number of results with what is expected, if anything is.
func compareCount(want []datum, have int) error {
	if want != nil && len(want) != have {
		return errDifferent
	}
	return nil
}
