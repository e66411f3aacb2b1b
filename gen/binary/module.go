package binary

import (
	"strings"

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
		d.base, d.at, d.section, d.path = w.at, 0, "", nil
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

// worldSections finds the custom sections of a core module that hold worlds. All others are the business of
// whoever compiles the module.
func (d *decoder) worldSections(data []byte) []encodedWorld {
	var found []encodedWorld
	d.sections(data, func(_, end int, name string, contents []byte) {
		if !strings.HasPrefix(name, worldSection) {
			return
		}
		if len(found) == maxWorlds {
			d.fail("the core module has more than %d custom sections %q", maxWorlds, worldSection)
		}
		found = append(found, encodedWorld{int64(end - len(contents)), contents})
	})
	return found
}

const (
	moduleHeader  = 8
	customSection = 0
)

// sections calls f for each section of a core module with the place of the section and, of a custom section, its
// name and contents. The name is empty for all others.
func (d *decoder) sections(data []byte, f func(at, end int, name string, contents []byte)) {
	for at := moduleHeader; at < len(data); {
		d.at = int64(at)
		contents, end := d.cut(data, at+1, "section")
		if data[at] == customSection {
			d.section = "custom"
			name, nameEnd := d.cut(contents, 0, "name of the section")
			f(at, end, string(name), contents[nameEnd:])
			d.section = ""
		} else {
			f(at, end, "", contents)
		}
		at = end
	}
	d.at = 0
}

// cut returns the bytes that stand behind their number, and where they end.
func (d *decoder) cut(data []byte, at int, what string) (contents []byte, end int) {
	size, n, err := leb128.Uint32(data[at:])
	if err != nil {
		d.fail("the size of the %s cannot be read: %v", what, err)
	}
	begin := at + n
	if uint64(size) > uint64(len(data)-begin) {
		d.fail("the %s has %d bytes, but only %d are left", what, size, len(data)-begin)
	}
	end = begin + int(size)
	return data[begin:end], end
}
