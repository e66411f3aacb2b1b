package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// Module is a compiled core module with its type, as components and their hosts pass it on to each other.
type Module struct {
	code *engine.Code
	typ  *component.CoreModuleType
	// lacking is why the engine has no code for the module, nil if it has.
	lacking error
}

// CompileModule checks and compiles a core module that a host gives to components, see [HostInterface.Modules].
func CompileModule(ctx context.Context, e *engine.Engine, wasm []byte) (*Module, error) {
	typ, err := component.DecodeModule(wasm, component.Released)
	if err != nil {
		return nil, err
	}
	code, err := e.Compile(ctx, wasm)
	if err != nil {
		return nil, err
	}
	return &Module{code: code, typ: typ}, nil
}

// Close releases the machine code. No instance of the module may be in use.
func (m *Module) Close(ctx context.Context) error {
	if m.code == nil {
		return nil
	}
	return m.code.Close(ctx)
}
