package guestbuild

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/gen/actor"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/wasi01"
	"github.com/witan-os/witan/internal/coremodule"
)

// Exit is how a program's exit code reaches whoever runs it.
type Exit string

// The two ways that there are. A host of WASI 0.2 need not know the exact one, which is not stable there.
const (
	ExitExact     Exit = "exact"       // as it is
	ExitOKOrError Exit = "ok-or-error" // whether it is 0
)

// Adapter is a core module that answers what another one imports.
type Adapter struct {
	Name   string // of the module that the imports name
	Module []byte // it tells its world in a section of its own
}

// WrapOptions say what goes into a component besides a core module.
type WrapOptions struct {
	Adapters []Adapter // those of other people; they go before Witan's own
	Exit     Exit      // "" for ExitExact
}

// Wrap makes a component of a core module for a world, or for that which the module names itself if there is none.
// A module that imports WASI 0.1 gets Witan's adapter, and so does an actor, unless another one answers that. The result
// has been validated.
func Wrap(module []byte, world *model.World, opt WrapOptions) ([]byte, error) {
	var adapters []componentize.Adapter
	answered := map[string]bool{}
	for _, a := range opt.Adapters {
		adapters = append(adapters, componentize.Adapter{Name: a.Name, Module: a.Module})
		answered[a.Name] = true
	}
	m, err := coremodule.Read(module)
	if err != nil {
		return nil, err
	}
	if imports(m, wasi01.Name) && !answered[wasi01.Name] {
		own, err := wasi01.Adapter(wasi01.Options{Program: module, PlainExit: opt.Exit == ExitOKOrError})
		if err != nil {
			return nil, fmt.Errorf("the adapter for WASI 0.1: %w", err)
		}
		if !slices.ContainsFunc(m.Exports, func(x coremodule.Export) bool { return x.Name == "_start" }) {
			own.World = withoutExports(own.World) // it is no command
		}
		adapters = append(adapters, componentize.Adapter(own))
	}
	if actor.Is(m) && !answered[actor.Name] {
		own, err := actor.Adapter(m)
		if err != nil {
			return nil, err
		}
		adapters = append(adapters, own)
	}
	return componentize.New(module, componentize.Options{World: world, Adapters: adapters})
}

// imports reports whether a core module imports anything from another one.
func imports(m *coremodule.Module, name string) bool {
	return slices.ContainsFunc(m.Imports, func(i coremodule.Import) bool { return i.Module == name })
}

// withoutExports is a world that only imports.
func withoutExports(w *model.World) *model.World {
	imports := *w
	imports.Exports = nil
	return &imports
}
