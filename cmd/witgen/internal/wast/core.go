package wast

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/witan-os/witan/runtime/engine"
	vminstance "github.com/witan-os/witan/runtime/instance"
)

// This file makes core modules that stand by themselves in a script, and calls their instances.

// coreDef is a core module that can be instantiated.
type coreDef struct{ *engine.Code }

func (x *execution) defineCore(data []byte) (definition, error) {
	code, err := x.engine.Compile(x.ctx, data)
	if err != nil {
		return nil, err
	}
	return coreDef{code}, nil
}

func (d coreDef) close(ctx context.Context) { _ = d.Code.Close(ctx) } // no instance is left

func (d coreDef) instantiate(x *execution, _ string) (instance, error) {
	for _, i := range d.Imports() {
		if err := x.checkCoreImport(i); err != nil {
			return nil, err
		}
	}
	m, err := x.engine.Instantiate(x.ctx, d.Code, func(name string) engine.Module {
		return x.registered[name].(*coreInstance).module
	})
	if err != nil {
		return nil, vminstance.TrapOf("", "", err)
	}
	return &coreInstance{m, d.Code}, nil
}

func (x *execution) checkCoreImport(i engine.Import) error {
	from, ok := x.registered[i.Module].(*coreInstance)
	if !ok {
		return fmt.Errorf("the module imports %q from %q, which is not registered", i.Name, i.Module)
	}
	have, ok := from.code.Export(i.Name)
	if !ok {
		return fmt.Errorf("the module imports %q from %q, which has no such export", i.Name, i.Module)
	}
	if have.Kind != i.Kind || !have.Func.Equal(i.Func) {
		return fmt.Errorf("the module imports %q from %q as %s %s, but it is %s %s", i.Name, i.Module, i.Kind, i.Func, have.Kind, have.Func)
	}
	return nil
}

// coreInstance is an instance of a core module.
type coreInstance struct {
	module engine.Module
	code   *engine.Code
}

func (i *coreInstance) close(ctx context.Context) { _ = i.module.Close(ctx) } // the script is over

func (i *coreInstance) invoke(ctx context.Context, a *action, want []datum) (string, error) {
	var results []uint64
	switch a.Type {
	case "get":
		g := i.module.ExportedGlobal(a.Field)
		if g == nil {
			return "", fmt.Errorf("there is no exported global %q", a.Field)
		}
		results = []uint64{g.Get()}
	case "invoke":
		f := i.module.ExportedFunction(a.Field)
		if f == nil {
			return "", fmt.Errorf("there is no exported function %q", a.Field)
		}
		args, err := coreValues(a.Args)
		if err != nil {
			return "", err
		}
		if results, err = f.Call(ctx, args...); err != nil {
			return "", vminstance.TrapOf("", a.Field, err)
		}
	default:
		return "", fmt.Errorf("actions of type %s are not supported", a.Type)
	}
	have := fmt.Sprintf("%#x", results)
	if want == nil {
		return have, nil
	}
	return have, compareCore(want, results)
}

func coreValues(data []datum) ([]uint64, error) {
	list := make([]uint64, len(data))
	for i, d := range data {
		v, err := coreValue(d)
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		list[i] = v
	}
	return list, nil
}

// errVector is the error of values that the engine can't pass to or from Go.
var errVector = errors.New("v128 values are not supported in calls from Go")

// coreValue reads a core value; a null reference is 0.
func coreValue(d datum) (uint64, error) {
	text, err := decode[string](d)
	switch {
	case d.Type == "v128":
		return 0, errVector
	case err != nil:
		return 0, err
	case text == "null":
		return 0, nil
	}
	switch d.Type {
	case "i32":
		v, err := strconv.ParseInt(text, 10, 32)
		return uint64(uint32(v)), err
	case "i64":
		v, err := strconv.ParseInt(text, 10, 64)
		return uint64(v), err
	case "f32", "f64":
		p, err := readPattern(text, coreWidth(d.Type))
		if err == nil && p.(floatPattern).kind != "" {
			return 0, fmt.Errorf("%s is a pattern, not a value", text)
		}
		return p.(floatPattern).bits, err
	default:
		v, err := strconv.ParseUint(text, 10, 64)
		return v + 1, err // 0 is null
	}
}

func coreWidth(typ string) int {
	if typ == "f32" {
		return 32
	}
	return 64
}

func compareCore(want []datum, have []uint64) error {
	if len(want) != len(have) {
		return errDifferent
	}
	for i, d := range want {
		if err := compareCoreValue(d, have[i]); err != nil {
			return err
		}
	}
	return nil
}

func compareCoreValue(d datum, have uint64) error {
	switch {
	case d.Type == "either":
		for _, one := range d.Values {
			if compareCoreValue(one, have) == nil {
				return nil
			}
		}
		return errDifferent
	case d.Type == "f32", d.Type == "f64":
		text, err := decode[string](d)
		if err != nil {
			return err
		}
		width := coreWidth(d.Type)
		p, err := readPattern(text, width)
		if err == nil && !p.(floatPattern).matches(have, width) {
			err = errDifferent
		}
		return err
	case d.Value == nil && d.Type != "v128": // any reference
		return nil
	}
	v, err := coreValue(d)
	if err == nil && v != have {
		err = errDifferent
	}
	return err
}
