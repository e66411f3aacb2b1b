package componentize

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

// A compiler may write what a module in a component must not have. Go imports the same function once for each
// package that declares it, and a component can name it only once. And the worlds in custom sections have done what
// they are for when the component is there. Everything else of the module stays as it is, byte for byte.

// tidied is a module without that.
type tidied struct {
	code     []byte
	encoding abi.Encoding
	hasWorld bool // in a custom section
	byGo     bool // according to another one
}

// versionMark begins what a further import of the same function has at the end of its name. Other tools write it, too,
// and no name in WIT has a space.
const versionMark = " [v"

// originalName is the name of an import without that.
func originalName(name string) string {
	name, _, _ = strings.Cut(name, versionMark)
	return name
}

var errNoModule = errors.New("it is a component already")

// tidy makes a copy of a core module.
func tidy(data []byte) (*tidied, error) {
	if kind, err := component.Sniff(data); err != nil || kind != component.KindModule {
		return nil, cmp.Or(err, errNoModule)
	}
	t := &tidied{}
	t.code = append(make([]byte, 0, len(data)), data[:moduleHeader]...)
	for s, err := range sections(data) {
		if err == nil {
			err = t.section(s)
		}
		if err != nil {
			return nil, fmt.Errorf("offset 0x%x: %w", s.offset, err)
		}
	}
	return t, nil
}

// section copies what stays of a section.
func (t *tidied) section(s section) error {
	switch {
	case s.id == sectionImport:
		return t.imports(s.contents)
	case s.id == sectionCustom && t.isWorld(s.contents):
		return nil
	case s.id == sectionCustom:
		t.byGo = t.byGo || isByGo(s.contents)
	}
	t.code = append(t.code, s.whole...)
	return nil
}

// isWorld tells whether a custom section holds a world, and notes the encoding of strings that it asks for.
func (t *tidied) isWorld(contents []byte) bool {
	r := reader{data: contents}
	if !strings.HasPrefix(string(r.bytes()), "component-type") || r.err != nil {
		return false
	}
	t.hasWorld = true
	c, err := component.DecodeWith(contents[r.at:], component.AllFeatures)
	if err != nil {
		return true // who wants the world will say what is wrong with it
	}
	for _, def := range c.Defs {
		x, ok := def.(*component.Custom)
		if ok && x.Name == "wit-component-encoding" && len(x.Bytes) == 2 && abi.Encoding(x.Bytes[1]) <= abi.Latin1OrUTF16 {
			t.encoding = abi.Encoding(x.Bytes[1])
		}
	}
	return true
}

// imports writes the import section with a name of its own for each function that is imported again.
func (t *tidied) imports(contents []byte) error {
	r := reader{data: contents}
	n := r.u32()
	if r.err != nil {
		return fmt.Errorf("the imports: %w", r.err)
	}
	out := leb128.AppendUint(nil, uint64(n))
	type importName struct{ module, name string }
	seen := map[importName]int{}
	for range n {
		name := importName{string(r.bytes()), string(r.bytes())}
		begin := r.at
		isFunc := r.importType()
		if r.err != nil {
			return fmt.Errorf("the imports: %w", r.err)
		}
		now := name
		for isFunc && seen[now] > 0 {
			seen[name]++
			now.name = fmt.Sprintf("%s%s%d]", name.name, versionMark, seen[name])
		}
		seen[now]++
		out = appendName(appendName(out, now.module), now.name)
		out = append(out, contents[begin:r.at]...)
	}
	out = append(out, contents[r.at:]...) // nothing, or what the decoder will not like
	t.code = appendSection(t.code, sectionImport, out)
	return nil
}
