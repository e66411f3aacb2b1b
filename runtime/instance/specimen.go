package instance

import (
	"context"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
)

// Specimen is the boundary of a function that no component imports, for tests of what lifts and lowers: its
// guest has memory, realloc and handles, and no code that runs by itself.
type Specimen struct{ boundary *Boundary }

// NewSpecimen makes a specimen with these canonical options.
func NewSpecimen(memory engine.Memory, realloc engine.Function) *Specimen {
	inst := newStore(nil, Limits{}).newMember(Settings{}).newInstance("specimen", &component.Component{}, habits{})
	return &Specimen{&Boundary{options: options{memory: memory, realloc: realloc}, name: "specimen", inst: inst}}
}

// Own puts a resource into the guest's table and returns its handle.
func (s *Specimen) Own(r *abi.Resource, v any) (uint32, error) {
	return s.boundary.inst.handles.add(handle{resource: r, host: v, own: true})
}

// Call makes the call that a guest would make. The error is the *[Trap] or *[Exit] that ends it.
func (s *Specimen) Call(ctx context.Context, call HostCall, stack []uint64) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Trap:
			err = p
		case *Exit:
			err = p
		default:
			panic(p)
		}
	}()
	s.boundary.serve(call).Call(ctx, stack)
	return nil
}
