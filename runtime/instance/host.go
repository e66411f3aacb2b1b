package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
)

// HostInterface is a Go implementation of one WIT interface, as data for the linker. Generated code
// makes it.
type HostInterface struct {
	Name      string // with its version, for example "wasi:clocks/wall-clock@0.2.12"
	Funcs     []HostFunc
	Resources []NamedResource
}

// NamedResource is a resource type under the name that its interface exports it with.
type NamedResource struct {
	Name string
	Type *abi.Resource
}

// HostFunc is one function of a host interface.
type HostFunc struct {
	Name string // as components spell it, for example "[method]input-stream.read"
	Type string // the type as abi.Func prints it; a component that imports another type is refused
	// Flat signature of the lowered function.
	Params, Results []abi.CoreType
	// Call lifts the parameters from stack, calls the implementation and lowers the result.
	Call func(ctx context.Context, b *Boundary, stack []uint64)
}
