package wast

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// This file makes components and calls their instances.

// defineComponent compiles a component. Scripts say only in part which features theirs need, so all are
// enabled: what is not valid is a test of its own.
func (x *execution) defineComponent(data []byte) (definition, error) {
	if x.validatesOnly() {
		_, err := component.DecodeWith(data, component.AllFeatures)
		return &validated{execution: x, data: data}, err
	}
	return x.compile(data)
}

func (x *execution) compile(data []byte) (*componentDef, error) {
	c, err := x.vm.CompileWith(x.ctx, x.script.Source.Path, data, component.AllFeatures)
	if err != nil {
		return nil, err
	}
	return &componentDef{c}, nil
}

// componentDef is a component that can be instantiated.
type componentDef struct{ *vm.Component }

func (d *componentDef) close(ctx context.Context) { d.Component.Close(ctx) }

func (d *componentDef) instantiate(x *execution, name string) (instance, error) {
	links := x.links(d)
	o := vm.Options{Imports: x.host, Links: links}
	if x.shared(name) || len(links) > 0 {
		o.Store = x.commonStore()
	}
	i, err := d.Component.Instantiate(x.ctx, o)
	if err != nil {
		return nil, err
	}
	return &componentInstance{i}, nil
}

// links are the registered instances that a component imports.
func (x *execution) links(d *componentDef) (links []vm.Link) {
	for _, i := range d.Decoded().Type.Imports {
		if from, ok := x.registered[i.Name].(*componentInstance); ok {
			links = append(links, vm.Link{Name: i.Name, Instance: from.Instance})
		}
	}
	return links
}

// validated is a component of a suite that is not instantiated, unless a command wants to call something.
type validated struct {
	*execution
	data []byte
	def  definition
	inst instance
}

func (v *validated) instantiate(*execution, string) (instance, error) { return v, nil }

func (v *validated) invoke(ctx context.Context, a *action, want []datum) (string, error) {
	if v.inst == nil {
		def, err := v.compile(v.data)
		if err != nil {
			return "", err
		}
		v.def = def
		if v.inst, err = def.instantiate(v.execution, ""); err != nil {
			return "", err
		}
	}
	return v.inst.invoke(ctx, a, want)
}

func (v *validated) close(ctx context.Context) {
	if v.inst != nil {
		v.inst.close(ctx)
	}
	if v.def != nil {
		v.def.close(ctx)
	}
	v.inst, v.def = nil, nil
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
