package binary

import (
	"strings"
	"unicode/utf8"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// worldSection is how the names of the custom sections begin in which a core module has the worlds that it was
// written for: tools that generate bindings put one there for each.
const worldSection = "component-type"

// encodedWorld is what such a section holds: a component that exports one world.
type encodedWorld struct {
	at    int64 // in the file
	bytes []byte
}

// module makes the model of the worlds of a core module. If there are several, the component that the module
// is to become has all their imports and exports.
func (d *decoder) module(data []byte) *model.Tree {
	worlds := d.worldSections(data)
	if len(worlds) == 0 {
		d.fail("the core module has no custom section %q, and so no WIT in it: only a component has a type of its own", worldSection)
	}
	var root *model.Package
	var all *scope
	if len(worlds) > 1 {
		root = d.pkg(moduleWorld)
		all = d.newWorld(root, moduleWorld.item)
	}
	for _, w := range worlds {
		d.base, d.path = w.at, nil
		c := d.component(w.bytes)
		types := exportedTypes(c)
		if len(types) != 1 {
			d.fail("the custom section %q does not hold a world", worldSection)
		}
		name, t := d.worldIn(types[0])
		into := all
		if into == nil {
			root = d.pkg(name)
			into = d.newWorld(root, name.item)
		}
		into.described(t)
		d.path = nil
		d.docs(c, d.packages[name.pkg().ID()])
	}
	return d.tree(root)
}

// worldIn finds the world in an exported type, which has nothing else.
func (d *decoder) worldIn(x *component.Export) (id, *component.ComponentType) {
	t := d.exportedType(x)
	if len(t.Exports) == 1 {
		world := &t.Exports[0]
		if inner, ok := world.Type.Type.(*component.ComponentType); ok {
			return d.id(world.Name, world.VersionSuffix), inner
		}
	}
	d.fail("it is not an encoded world, as the section should have")
	return id{}, nil
}

// worldSections finds the custom sections of a core module that hold worlds.
func (d *decoder) worldSections(data []byte) []encodedWorld {
	if _, err := component.DecodeModule(data, component.AllFeatures); err != nil {
		panic(err)
	}
	const headerSize, customSection = 8, 0
	var found []encodedWorld
	for at := headerSize; at < len(data); {
		// The decoder has been here: sections have the sizes that they claim.
		size, n, _ := leb128.Uint32(data[at+1:])
		begin := at + 1 + n
		end := begin + int(size)
		if data[at] == customSection {
			d.section, d.at = "custom", int64(at)
			name, contents := d.cutName(data[begin:end])
			if strings.HasPrefix(name, worldSection) {
				found = append(found, encodedWorld{int64(end - len(contents)), contents})
			}
		}
		at = end
	}
	return found
}

// cutName takes the name of a custom section off its front.
func (d *decoder) cutName(b []byte) (name string, rest []byte) {
	size, n, err := leb128.Uint32(b)
	if err != nil || uint64(size) > uint64(len(b)-n) || !utf8.Valid(b[n:n+int(size)]) {
		d.fail("the name of the section is cut off or not valid UTF-8")
	}
	end := n + int(size)
	return string(b[n:end]), b[end:]
}
