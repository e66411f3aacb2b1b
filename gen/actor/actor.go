// Package actor makes components of actors: core modules written for Witan's ancestor, which import env.sys_log and
// its like and export _start.
//
// The functions of witan:kernel/actor are such that their lowered forms are these imports. So an adapter has
// nothing to do but to pass calls on under the other name, and to run the actor as a component is run. What an
// actor imports is compared with the WIT first, since a signature that differs says more about who wrote
// the actor for what than any error of the adapter's would.
package actor

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/witan-os/witan/gen/bare"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/wit"
)

// Name is the module name of an actor's imports.
const Name = "env"

// prefix begins the names of an actor's imports. Other modules import things from env, too.
const prefix = "sys_"

// The interfaces of an actor's component.
const (
	calls = "witan:kernel/actor@0.1.0"
	run   = "wasi:cli/run@0.2.12"
)

// Is reports whether a core module is an actor.
func Is(m *coremodule.Module) bool {
	return slices.ContainsFunc(m.Imports, func(i coremodule.Import) bool {
		return i.Module == Name && i.Space == coremodule.Func && strings.HasPrefix(i.Name, prefix)
	})
}

// Adapter makes what turns an actor into a component. The error says what of the actor is not as
// witan:kernel/actor has it; there can be several, joined.
func Adapter(m *coremodule.Module) (componentize.Adapter, error) {
	w, err := world()
	if err != nil {
		return componentize.Adapter{}, err
	}
	if err := check(m, w.Imports[0].Interface); err != nil {
		return componentize.Adapter{}, err
	}
	module, err := compiled()
	return componentize.Adapter{Name: Name, Module: module, World: w}, err
}

//go:embed adapter/adapter.go
var source string

// compiled is the adapter's module. Its memory is the actor's, to which the addresses in calls refer.
var compiled = sync.OnceValues(func() ([]byte, error) {
	return bare.Compile(map[string]string{"adapter.go": source}, bare.Options{Memory: bare.Imported("env", "memory")})
})

// world imports the calls of actors and exports what runs a program.
var world = sync.OnceValues(func() (*model.World, error) {
	tree, err := resolve.FS(wit.Files, ".", "wit", resolve.Options{})
	if err != nil {
		return nil, err
	}
	if err := layout.Compute(tree); err != nil {
		return nil, err
	}
	w := &model.World{}
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			switch i.ID() {
			case calls:
				w.Imports = append(w.Imports, &model.Item{Interface: i})
			case run:
				w.Exports = append(w.Exports, &model.Item{Interface: i})
			}
		}
	}
	if len(w.Imports) != 1 || len(w.Exports) != 1 {
		return nil, fmt.Errorf("the embedded WIT lacks %s or %s", calls, run)
	}
	return w, nil
})

// check compares what an actor imports and exports with what it may.
func check(m *coremodule.Module, known *model.Interface) error {
	var errs []error
	for _, i := range m.Imports {
		errs = append(errs, checkImport(m, i, known))
	}
	start := slices.IndexFunc(m.Exports, func(x coremodule.Export) bool { return x.Name == "_start" && x.Space == coremodule.Func })
	if start < 0 {
		return errors.Join(append(errs, errors.New("the actor exports no function _start"))...)
	}
	if t := m.FuncType(m.Exports[start].Index); len(t.Params)+len(t.Results) > 0 {
		errs = append(errs, fmt.Errorf("the actor's _start has the type %s: it must have no parameters and no results", signature(t)))
	}
	return errors.Join(errs...)
}

// checkImport compares an import with the function of the same name in WIT.
func checkImport(m *coremodule.Module, i coremodule.Import, known *model.Interface) error {
	if i.Module != Name || i.Space != coremodule.Func {
		return fmt.Errorf("the actor imports %s.%s: an actor imports functions of %s alone", i.Module, i.Name, Name)
	}
	var names []string
	for _, f := range known.Funcs {
		name := strings.ReplaceAll(f.Name, "-", "_")
		names = append(names, name)
		if name != i.Name {
			continue
		}
		want, got := f.Plan.Lowered, signature(m.FuncType(i.Index))
		if want.Equal(got) {
			return nil
		}
		return fmt.Errorf("the actor imports %s.%s as %s, and %s#%s is called as %s", Name, name, got, calls, f.Name, want)
	}
	hint := "the calls are " + strings.Join(names, ", ")
	if near := diag.Nearest(i.Name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	return fmt.Errorf("the actor imports %s.%s, which is no call of actors: %s", Name, i.Name, hint)
}

// signature is the type of a core function.
func signature(t coremodule.FuncType) abi.Signature {
	types := func(list []byte) []abi.CoreType {
		out := make([]abi.CoreType, len(list))
		for i, t := range list {
			out[i] = abi.CoreType(t)
		}
		return out
	}
	return abi.Signature{Params: types(t.Params), Results: types(t.Results)}
}
