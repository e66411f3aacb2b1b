package binary

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// Embed adds to a core module that it was written for a world of a tree: a custom section with the world, behind
// all others. One for a world of the same name that the module has already is replaced, so that the result is the
// same however often a module is built.
func Embed(module []byte, tree *model.Tree, w *model.World) ([]byte, error) {
	switch kind, err := component.Sniff(module); {
	case err != nil:
		return nil, err
	case kind != component.KindModule:
		return nil, fmt.Errorf("a world is embedded in a core module, and this is a %s", kind)
	}
	world, err := EncodeWorld(tree, w)
	if err != nil {
		return nil, err
	}
	name := worldSection + ":" + w.Name
	out, err := withoutSection(module, name)
	if err != nil {
		return nil, err
	}
	contents := append(leb128.AppendUint(nil, uint64(len(name))), name...)
	contents = append(contents, world...)
	out = append(out, customSection)
	out = leb128.AppendUint(out, uint64(len(contents)))
	return append(out, contents...), nil
}

// withoutSection copies a core module without its custom sections of a name.
func withoutSection(module []byte, name string) (out []byte, err error) {
	d := newDecoder()
	defer d.report(&err)
	out = slices.Clone(module[:moduleHeader])
	d.sections(module, func(at, end int, custom string, _ []byte) {
		if custom != name {
			out = append(out, module[at:end]...)
		}
	})
	return out, nil
}
