package instance

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// Component is a decoded component with its core modules compiled. It may be instantiated many times and
// from several goroutines.
type Component struct {
	name    string
	engine  *engine.Engine
	decoded *component.Component
	modules map[*component.CoreModule]*Module
	// composed says that components inside have core modules, so that memories may have to be shown to adapters.
	// Those that toolchains put around exports have none.
	composed bool
	adapters adapterCache

	mu     sync.Mutex
	habits map[*component.Component]habits
}

// Compile decodes and checks a component and compiles its core modules. name is what messages call it.
// Errors name the offset in data; data must not change afterwards.
func Compile(ctx context.Context, e *engine.Engine, name string, data []byte) (*Component, error) {
	return CompileWith(ctx, e, name, data, component.Released)
}

// CompileWith is [Compile] for components that use features beyond those that have been released.
func CompileWith(ctx context.Context, e *engine.Engine, name string, data []byte, features component.Features) (*Component, error) {
	decoded, err := component.DecodeWith(data, features)
	if err != nil {
		return nil, err
	}
	c := &Component{name: name, engine: e, decoded: decoded, modules: map[*component.CoreModule]*Module{}}
	if err := c.compile(ctx, decoded, false); err != nil {
		c.Close(ctx)
		return nil, err
	}
	return c, nil
}

// compile compiles the core modules of a component, which may be inside of the one of the file.
func (c *Component) compile(ctx context.Context, decoded *component.Component, inside bool) error {
	for _, def := range decoded.Defs {
		switch def := def.(type) {
		case *component.CoreModule:
			code, err := c.engine.Compile(ctx, def.Bytes)
			if err != nil {
				err = fmt.Errorf("offset %#x (core module): %w", def.Offset(), err)
			}
			// One that the engine can't run is an error only for who instantiates it.
			if err != nil && !errors.Is(err, errors.ErrUnsupported) {
				return err
			}
			c.modules[def] = &Module{code: code, typ: def.Type, lacking: err}
		case *component.CoreInstantiate:
			c.composed = c.composed || inside
		case *component.Import:
			c.composed = c.composed || def.Type.Sort == component.SortComponent
		case *component.AliasExport:
			c.composed = c.composed || def.Sort == component.SortComponent
		case *component.Component:
			if err := c.compile(ctx, def, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// Decoded is the component as the decoder sees it: imports, exports and their types.
func (c *Component) Decoded() *component.Component { return c.decoded }

// Close releases the machine code. No instance may be in use.
func (c *Component) Close(ctx context.Context) {
	for _, m := range c.modules {
		// Closing only fails for code that is still being instantiated, which the contract excludes.
		_ = m.Close(ctx)
	}
	c.adapters.close(ctx)
}
