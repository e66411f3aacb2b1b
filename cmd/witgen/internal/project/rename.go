package project

import (
	"bytes"
	"fmt"

	"github.com/witan-os/witan/internal/leb128"
)

// The structure of WebAssembly files as far as renaming needs it.
const (
	preamble         = 8 // bytes: what it is, and the version
	sectionCustom    = 0
	sectionModule    = 1 // of a component: a core module
	sectionComponent = 4 // of a component: another one
	layerByte        = 6 // of the preamble: 0 for a core module, 1 for a component
)

// namePrefixes may stand before the name of a package in the names of core imports and exports, the longest first.
var namePrefixes = []string{"cabi_post_", ""}

// rename gives a component another WIT package: the names that begin with old, such as "app:guest/visits@0.1.0",
// begin with name afterwards. Everything else stays as it is. The component is one of ours: old occurs in it as a name
// and as nothing else, and names are short.
func rename(wasm []byte, old, name string) ([]byte, error) {
	if len(wasm) < preamble {
		return nil, fmt.Errorf("the guest ends after %d bytes", len(wasm))
	}
	isComponent := wasm[layerByte] == 1
	out := bytes.Clone(wasm[:preamble])
	for rest := wasm[preamble:]; len(rest) > 0; {
		id := rest[0]
		size, n, err := leb128.Uint32(rest[1:])
		if err != nil {
			return nil, err
		}
		if uint64(size) > uint64(len(rest)-1-n) {
			return nil, fmt.Errorf("a section of the guest has %d bytes, but %d are left", size, len(rest)-1-n)
		}
		body := rest[1+n:][:size]
		rest = rest[1+n+int(size):]
		switch {
		case isComponent && (id == sectionModule || id == sectionComponent):
			body, err = rename(body, old, name)
		case id == sectionCustom && bytes.Contains(body, []byte(old)):
			continue // names for debugging, which have sizes around them
		default:
			body, err = renameIn(body, old, name)
		}
		if err != nil {
			return nil, err
		}
		out = leb128.AppendUint(append(out, id), uint64(len(body)))
		out = append(out, body...)
	}
	return out, nil
}

// renameIn renames in a section. A name has its size before it, in one byte up to 127.
func renameIn(body []byte, old, name string) ([]byte, error) {
	var out []byte
	for {
		at := bytes.Index(body, []byte(old))
		if at < 0 {
			return append(out, body...), nil
		}
		start, err := nameStart(body, at)
		if err != nil {
			return nil, err
		}
		size := int(body[start-1]) + len(name) - len(old)
		if size > 127 {
			return nil, fmt.Errorf("the name %s is too long", name)
		}
		out = append(out, body[:start-1]...)
		out = append(out, byte(size))
		out = append(out, body[start:at]...)
		out = append(out, name...)
		body = body[at+len(old):]
	}
}

// nameStart finds where the name begins that has a package's name at a place, with its size before it.
func nameStart(body []byte, at int) (int, error) {
	for _, prefix := range namePrefixes {
		start := at - len(prefix)
		if start < 1 || string(body[start:at]) != prefix {
			continue
		}
		if size := int(body[start-1]); size > at-start && size < 128 && start+size <= len(body) {
			return start, nil
		}
	}
	return 0, fmt.Errorf("the guest has the package's name at %#x of a section, and not as a name", at)
}
