package kernel

import (
	"context"
	"fmt"

	"github.com/witan-os/witan/runtime/vm"
)

// Link is a component whose exports answer imports of a program, and of other linked components.
type Link struct {
	Name string // which imports; see [vm.Link]
	File string // what messages call Wasm
	Wasm []byte
}

// compileLinks compiles the links of a program. Whoever gets them calls free, also after an error.
func (k *Kernel) compileLinks(ctx context.Context, links []Link) (list []vm.Link, free func(), err error) {
	free = func() {
		for _, l := range list {
			l.Component.Close(ctx)
		}
	}
	for _, l := range links {
		c, err := k.vm.Compile(ctx, l.File, l.Wasm)
		if err != nil {
			return list, free, fmt.Errorf("linked %w", err)
		}
		list = append(list, vm.Link{Name: l.Name, Component: c})
	}
	return list, free, nil
}
