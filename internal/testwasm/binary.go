// Package testwasm has words to write small core modules and components with. Tests put their guests together
// from them where they are used, so that a reader sees the guest beside what is expected of it, and no test
// needs a compiler or a binary that nobody can read.
//
// A [Module] or [Component] is written definition by definition; each gives the index that later ones refer
// to it by. Nothing is checked but what would make the result mean something else than was written: a broken
// guest is as easy to write as a sound one. Mistakes in the words themselves panic.
package testwasm

import (
	"fmt"

	"github.com/witan-os/witan/internal/leb128"
)

// join writes bytes, numbers (int), names (string, with their length) and parts that are binary already.
func join(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case byte:
			out = append(out, p)
		case int:
			out = leb128.AppendUint(out, uint64(p))
		case string:
			out = append(leb128.AppendUint(out, uint64(len(p))), p...)
		case []byte:
			out = append(out, p...)
		default:
			panic(fmt.Sprintf("testwasm: a %T can't stand in a binary", p))
		}
	}
	return out
}

// vector writes entries behind their number.
func vector(entries [][]byte) []byte {
	out := join(len(entries))
	for _, e := range entries {
		out = append(out, e...)
	}
	return out
}

func section(id byte, contents []byte) []byte { return join(id, len(contents), contents) }
