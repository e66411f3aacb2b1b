package cguest

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
)

// Forward writes a program for a world that imports and exports the same interfaces. Each function of an export calls
// that of the import, to which it passes what it gets, and frees its arguments. No value changes its place in memory:
// types of an import and an export differ in their names only. There may be no resources. If the program counts
// blocks, the function blocks, which the world has to export, says how many there are.
func Forward(w *model.World) string {
	whole := newGenerator(w, Options{})
	whole.world()
	count := "0" // a world without memory has no blocks
	if whole.memory {
		count = "cabi_blocks"
	}
	g := newGenerator(w, Options{})
	imports := map[*model.Func]*signature{}
	var out text
	out.line("#include %q", g.prefix+".h")
	for _, v := range g.views.all {
		for _, f := range v.funcs {
			s := g.signature(v, f)
			if !v.export {
				imports[f] = s
				continue
			}
			out.gap()
			out.line("%s {", s.declaration(false))
			if f.Name == "blocks" {
				out.line("return %s;", count)
			} else {
				forward(&out, s, imports[f].name)
			}
			out.line("}")
		}
	}
	return out.String()
}

func forward(out *text, s *signature, to string) {
	var args []string
	for _, p := range append(s.params, s.outs...) {
		if p.pointer {
			args = append(args, "(void *)"+p.name)
		} else {
			args = append(args, p.name)
		}
	}
	call := to + "(" + strings.Join(args, ", ") + ")"
	if s.result == "void" {
		out.line("%s;", call)
	} else {
		out.line("%s result = %s;", s.result, call)
	}
	for _, p := range s.params {
		switch {
		case p.ctype.free == "":
		case p.maybe:
			out.line("if (%s)", p.name)
			out.line("    %s(%s);", p.ctype.free, p.name)
		default:
			out.line("%s(%s);", p.ctype.free, p.name)
		}
	}
	if s.result != "void" {
		out.line("return result;")
	}
}
