package cguest

import (
	"embed"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
)

// The parts of the generated code that are the same for all worlds are C files. They have a directory of their own,
// because the go command takes C beside Go for cgo.
//
//go:embed c
var files embed.FS

// fixedPart is the content of one of the files for a world, whose name the files call "world".
func (g *generator) fixedPart(name string) string {
	text, err := files.ReadFile("c/" + name)
	if err != nil {
		panic(err) // the name is one of those below
	}
	return strings.NewReplacer("world_", g.prefix+"_", "WORLD_", shout(g.prefix)+"_").Replace(string(text))
}

// fixed writes those that the world needs, in the header or in the source.
func (g *generator) fixed(to *text, extension string) {
	for _, part := range []struct {
		name   string
		needed bool
	}{
		{"memory", g.memory},
		{"string", g.strings},
		{"error-context", g.errorContexts},
		{"stream", g.streams && extension == ".h"}, // there is nothing to define
	} {
		if part.needed {
			to.gap()
			to.WriteString(g.fixedPart(part.name + extension))
		}
	}
}

// stringType returns the C type of strings.
func (g *generator) stringType() *ctype {
	name := g.prefix + "_string"
	c := &ctype{name: name + "_t", free: name + "_free"}
	if g.strings {
		return c
	}
	g.strings, g.memory = true, true
	t := abi.Primitive(abi.String)
	g.layouts.line("LAYOUT(%s, %d, %d);", c.name, t.Size, t.Align)
	return c
}

// claimFixed takes the names that the parts which are the same for all worlds may declare.
func (g *generator) claimFixed() {
	for _, name := range strings.Fields(`
		string_t string_set string_dup string_dup_n string_free waitable_status_t waitable_state waitable_state_t
		error_context_t error_context_new error_context_debug_message error_context_drop`) {
		g.names.claim(g.prefix + "_" + name)
	}
	for _, name := range []string{"STATE", "COUNT", "COMPLETED", "DROPPED", "CANCELLED"} {
		g.names.claim(shout(g.prefix) + "_WAITABLE_" + name)
	}
}
