package componentize

import (
	"cmp"
	"errors"
	"fmt"

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
	// renamed has the names that imports had before, by the ones that they have now.
	renamed map[importName]string
}

type importName struct{ module, name string }

const (
	moduleHeader  = 8
	sectionCustom = 0
	sectionImport = 2
)

var (
	errCutOff   = errors.New("the module is cut off")
	errNoModule = errors.New("it is a component already")
)

// tidy makes a copy of a core module.
func tidy(data []byte) (*tidied, error) {
	if kind, err := component.Sniff(data); err != nil || kind != component.KindModule {
		return nil, cmp.Or(err, errNoModule)
	}
	t := &tidied{renamed: map[importName]string{}}
	t.code = append(make([]byte, 0, len(data)), data[:moduleHeader]...)
	r := reader{data: data, at: moduleHeader}
	for r.at < len(data) {
		begin := r.at
		id := r.byte()
		contents := r.bytes()
		if r.err != nil {
			return nil, fmt.Errorf("offset 0x%x: %w", begin, r.err)
		}
		switch {
		case id == sectionCustom && t.isWorld(contents):
		case id == sectionImport:
			if err := t.imports(contents); err != nil {
				return nil, fmt.Errorf("offset 0x%x: the import section: %w", begin, err)
			}
		default:
			t.code = append(t.code, data[begin:r.at]...)
		}
	}
	return t, nil
}

// isWorld tells whether a custom section holds a world, and notes the encoding of strings that it asks for.
func (t *tidied) isWorld(contents []byte) bool {
	r := reader{data: contents}
	if !isWorldSection(string(r.bytes())) || r.err != nil {
		return false
	}
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

// hasWorld tells whether a core module has a custom section with a world.
func hasWorld(data []byte) bool {
	r := reader{data: data, at: moduleHeader}
	for r.err == nil && r.at < len(data) {
		id := r.byte()
		contents := reader{data: r.bytes()}
		if id == sectionCustom && isWorldSection(string(contents.bytes())) && contents.err == nil {
			return true
		}
	}
	return false
}

// imports writes the import section with a name of its own for each function that is imported again.
func (t *tidied) imports(contents []byte) error {
	r := reader{data: contents}
	n := r.u32()
	if r.err != nil {
		return r.err
	}
	out := leb128.AppendUint(nil, uint64(n))
	seen := map[importName]int{}
	for range n {
		name := importName{string(r.bytes()), string(r.bytes())}
		begin := r.at
		isFunc := r.importType()
		if r.err != nil {
			return r.err
		}
		now := name
		for isFunc && seen[now] > 0 {
			seen[name]++
			now.name = fmt.Sprintf("%s (%d)", name.name, seen[name])
		}
		seen[now]++
		if now != name {
			t.renamed[now] = name.name
		}
		out = appendName(appendName(out, now.module), now.name)
		out = append(out, contents[begin:r.at]...)
	}
	out = append(out, contents[r.at:]...) // nothing, or what the decoder will not like
	t.code = append(t.code, sectionImport)
	t.code = leb128.AppendUint(t.code, uint64(len(out)))
	t.code = append(t.code, out...)
	return nil
}

func appendName(b []byte, name string) []byte {
	return append(leb128.AppendUint(b, uint64(len(name))), name...)
}

// reader reads a part of a module. After an error it reads zeros.
type reader struct {
	data []byte
	at   int
	err  error
}

func (r *reader) byte() byte {
	if r.err != nil || r.at >= len(r.data) {
		r.fail(errCutOff)
		return 0
	}
	r.at++
	return r.data[r.at-1]
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) u32() uint32 {
	if r.err != nil {
		return 0
	}
	v, n, err := leb128.Uint32(r.data[r.at:])
	if err != nil {
		r.fail(err)
		return 0
	}
	r.at += n
	return v
}

// bytes reads bytes behind their number: a name, or the contents of a section.
func (r *reader) bytes() []byte {
	n := r.u32()
	if r.err != nil || uint64(n) > uint64(len(r.data)-r.at) {
		r.fail(errCutOff)
		return nil
	}
	r.at += int(n)
	return r.data[r.at-int(n) : r.at]
}

// integer passes over an integer of any width.
func (r *reader) integer() {
	for r.byte()&0x80 != 0 {
	}
}

// importType passes over the type of an import and tells whether it is a function.
func (r *reader) importType() bool {
	switch kind := r.byte(); kind {
	case 0x00:
		r.integer()
		return true
	case 0x01:
		r.valType()
		r.limits()
	case 0x02:
		r.limits()
	case 0x03:
		r.valType()
		r.byte()
	case 0x04:
		r.byte()
		r.integer()
	default:
		r.fail(fmt.Errorf("0x%02x is no kind of import", kind))
	}
	return false
}

// valType passes over a type of values or references; the general references have a heap type behind them.
func (r *reader) valType() {
	switch component.CoreValType(r.byte()) {
	case component.CoreRef, component.CoreRefNull:
		r.integer()
	}
}

// limits passes over the limits of a table or memory, with the size of the pages of a memory that has its own.
func (r *reader) limits() {
	const hasMax, hasPageSize = 0x01, 0x08
	flags := r.byte()
	r.integer()
	if flags&hasMax != 0 {
		r.integer()
	}
	if flags&hasPageSize != 0 {
		r.integer()
	}
}
