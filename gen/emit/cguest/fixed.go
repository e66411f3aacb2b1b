package cguest

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/abi"
)

// The parts of the generated code that are the same for all worlds are C files. They have a directory of their own,
// because the go command takes C beside Go for cgo.
var (
	//go:embed c/memory.h
	memoryHeader string
	//go:embed c/memory.c
	memorySource string
	//go:embed c/string.h
	stringHeader string
	//go:embed c/string.c
	stringSource string
)

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

// fixed writes the parts that are the same for all worlds, as far as the world needs them.
func (g *generator) fixed(to *text, memory, string string) {
	if g.memory {
		to.gap()
		to.WriteString(memory)
	}
	if g.strings {
		to.gap()
		to.WriteString(strings.ReplaceAll(string, "world_string", g.prefix+"_string"))
	}
}

// claimFixed takes the names that the parts which are the same for all worlds may declare.
func (g *generator) claimFixed() {
	for _, suffix := range []string{"t", "set", "dup", "dup_n", "free"} {
		g.names.claim(fmt.Sprintf("%s_string_%s", g.prefix, suffix))
	}
}
