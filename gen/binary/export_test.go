package binary

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/component"
)

// EncodeWhole writes the root of a tree in the encoding that came before today's: one type has all interfaces and
// worlds. Nobody needs it written any more, but there are files that have it.
func EncodeWhole(tree *model.Tree) ([]byte, error) {
	root := tree.Root
	return encode(tree, "package "+root.ID(), func(e *encoder, w *component.Writer) {
		s := e.newComponentSpace()
		for _, i := range root.Interfaces {
			for _, of := range usedBy(i.Types) {
				if of.Package != root {
					s.need(of)
				}
			}
		}
		for _, i := range root.Interfaces {
			s.instance(s.world.Export, plainName(i.ID()), &i.Scope, i.Funcs)
		}
		for _, x := range root.Worlds {
			s.world.Export(plainName(x.ID()), component.ComponentDesc(s.w.ComponentType(e.world(x))))
		}
		name := &model.Scope{Package: root, Name: "wit"}
		exportType(w, name.ID(), s.world)
	})
}
