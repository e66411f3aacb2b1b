package inspect

import (
	"fmt"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// The sections of a core module that are of interest here, by their ids.
const (
	sectionCustom   = 0
	sectionFunction = 3
)

const headerSize = 8

// module describes a core module of the given type that stands at an offset of the file.
func (d *describer) module(data []byte, offset int64, t *component.CoreModuleType) *Module {
	d.at = offset
	d.spend(offset, 0)
	shown := d.moduleType(t)
	m := &Module{Offset: offset, Size: len(data), Imports: shown.Imports, Exports: shown.Exports, Custom: []Custom{}}
	for at := headerSize; at < len(data); {
		// The decoder has been here: sections have the sizes that they claim.
		id := data[at]
		size, n, _ := leb128.Uint32(data[at+1:])
		start := at + 1 + n
		end := start + int(size)
		switch id {
		case sectionFunction:
			count, _, _ := leb128.Uint32(data[start:end])
			m.Funcs += int(count)
		case sectionCustom:
			d.customSection(m, offset+int64(at), data[start:end])
		}
		at = end
	}
	return m
}

// customSection adds a custom section of a core module, whose encoding is nobody's business so far.
func (d *describer) customSection(m *Module, at int64, contents []byte) {
	name, rest, ok := cutName(contents)
	if !ok {
		fail(at, "core module, custom", "the name of the section is cut off or not valid UTF-8")
	}
	d.spend(at, len(name))
	m.Custom = append(m.Custom, Custom{name, at, len(rest)})
	if name == "name" && m.Name == "" {
		m.Name = moduleName(rest)
	}
}

// cutName takes a name off the front of b.
func cutName(b []byte) (name string, rest []byte, ok bool) {
	size, n, err := leb128.Uint32(b)
	if err != nil || uint64(size) > uint64(len(b)-n) {
		return "", nil, false
	}
	end := n + int(size)
	return string(b[n:end]), b[end:], utf8.Valid(b[n:end])
}

// moduleName finds what the name section calls the module, which stands first in it. Names are for people
// only, so a module whose names are broken has none.
func moduleName(b []byte) string {
	const subsection = 0
	if len(b) == 0 || b[0] != subsection {
		return ""
	}
	_, n, err := leb128.Uint32(b[1:])
	if err != nil {
		return ""
	}
	name, _, ok := cutName(b[1+n:])
	if !ok {
		return ""
	}
	return name
}

// fail ends the description of the file.
func fail(at int64, section, format string, args ...any) {
	panic(&component.Error{Offset: at, Section: section, Entry: -1, Rule: fmt.Sprintf(format, args...)})
}
