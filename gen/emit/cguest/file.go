package cguest

import (
	"bytes"

	"github.com/witan-os/witan/gen/emit"
)

// headerFile puts the header together.
func (g *generator) headerFile() []byte {
	var out text
	guard := g.names.claim(shout(g.prefix) + "_H")
	out.write(emit.Header)
	out.gap()
	out.comment(
		"The WIT world "+g.def.ID()+" for programs in C.",
		"The program calls the imports and defines the exports. Who calls a function keeps what it passes: an import\n"+
			"only reads its arguments, and what it stores is the caller's, to be freed with the function for its type.\n"+
			"An export owns its arguments, and gives away what it stores: that is freed for it, so it must be from\n"+
			"cabi_malloc, or a string from "+g.prefix+"_string_dup, and not be a literal or a variable.",
		"Handles are dropped by those who have them: the results of imports, the arguments of exports, also borrowed ones,\n"+
			"and handles in what is freed. An owned handle that is passed on is no longer there.",
		"Functions for a result<T, E> return true and store a T, or return false and store an E. Those for an option<T>\n"+
			"return whether they have stored a T. Parameters called maybe_… are null for none.",
		"To be compiled for wasm32 with clang -mbulk-memory. No C library is needed.")
	out.gap()
	out.line("#ifndef %s", guard)
	out.line("#define %s", guard)
	out.gap()
	for _, name := range headers {
		out.line("#include <%s.h>", name)
	}
	out.gap()
	out.write("#ifdef __cplusplus")
	out.write(`extern "C" {`)
	out.write("#endif")
	g.fixed(&out, ".h")
	out.gap()
	out.Write(bytes.TrimRight(g.header.Bytes(), "\n"))
	out.WriteString("\n\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n")
	return out.Bytes()
}

// sourceFile puts the source together.
func (g *generator) sourceFile() []byte {
	var out text
	out.write(emit.Header)
	out.gap()
	out.line("#include %q", g.prefix+".h")
	g.fixed(&out, ".c")
	out.gap()
	out.write(heading("Layout"))
	out.gap()
	out.WriteString(layoutMacros)
	out.Write(g.layouts.Bytes())
	out.gap()
	g.bits.functions(&out)
	out.Write(g.helpers.Bytes())
	out.gap()
	out.Write(g.source.Bytes())
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n')
}
