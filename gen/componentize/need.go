package componentize

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// need is what answers an import of a core module: a [*lowering], [*builtin] or [*borrowed].
type need interface {
	// key is equal for needs that the same function answers.
	key() any
}

// lowering is a function that the component imports, in core form.
type lowering struct {
	of    *module // who calls it, with the memory and allocator of whom
	item  *item
	fn    *model.Func
	plan  *abi.Plan
	async bool
}

// builtin is a function that the canonical ABI provides.
type builtin struct {
	of       *module
	def      component.Builtin
	item     *item          // where the types below are named
	resource *model.TypeDef // of the built-ins about resources
	payload  *model.Type    // of those about streams and futures, nil for the one that carries nothing
	result   *model.Type    // of task.return, nil for none
}

// borrowed is an export of another module.
type borrowed struct {
	from *module
	name string
	sort component.Sort
}

func (n *lowering) key() any { return *n }
func (n *builtin) key() any  { return *n }
func (n *borrowed) key() any { return *n }
