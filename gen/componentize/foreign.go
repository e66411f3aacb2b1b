package componentize

import (
	"github.com/witan-os/witan/gen/componentize/internal/stub"
	"github.com/witan-os/witan/runtime/component"
)

// growExport is the export of what allocates where the main module cannot.
const growExport = "cabi_realloc"

// stacks says what there is to know about the stacks of adapters that work in the memory of the main module.
func (w *wiring) stacks(add func(name string, exports ...component.CoreExport)) []stub.Stack {
	return nil
}
