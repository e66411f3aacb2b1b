package cguest

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// This file writes the functions for streams and futures. They are built-ins, in the form that waits: a program in C has
// one stack, which the host lets rest until there is something to go on with. The same holds for functions that are
// async in WIT, which need nothing here: waiting for one is calling it.

// channel is a stream or future type in the type of a function.
type channel struct {
	typ   *model.Type
	ctype *ctype
	in    *view // where its element is named
}

// channels lists the streams and futures in the type of a function: those inside of another one before it, and otherwise
// in the order in which they are written. Core names count them like that.
func (g *generator) channels(v *view, f *model.Func) []channel {
	w := &channelWalk{g: g}
	for _, p := range f.Params {
		w.use(v, p.Type)
	}
	w.use(v, f.Result)
	return w.found
}

type channelWalk struct {
	g     *generator
	found []channel
	steps int
}

// maxChannelWalk bounds the parts that are looked at. Types share parts, and every use of one counts.
const maxChannelWalk = 1 << 16

func (w *channelWalk) use(v *view, t *model.Type) {
	if w.steps++; t == nil || w.steps > maxChannelWalk || !t.ABI.HasAsync() {
		return
	}
	in := w.g.inside(v, t)
	w.use(in, t.Key)
	w.use(in, t.Elem)
	for _, f := range t.Fields {
		w.use(in, f.Type)
	}
	for _, c := range t.Cases {
		w.use(in, c.Type)
	}
	if t.Kind == abi.Stream || t.Kind == abi.Future {
		w.found = append(w.found, channel{t, w.g.origin(v, t), in})
	}
}

// origin is the C type for a type under the name that it was given first.
func (g *generator) origin(v *view, t *model.Type) *ctype {
	d := t.Alias
	if d == nil {
		return g.ctype(v, t)
	}
	return g.named(g.inside(v, t), d.Root())
}

// channelFuncs writes the functions for the streams and futures in the type of a function, unless an earlier function
// had them.
func (g *generator) channelFuncs(v *view, f *model.Func) {
	for i, c := range g.channels(v, f) {
		if c.ctype.channel {
			continue
		}
		c.ctype.channel, g.streams = true, true
		b := &channelWriter{
			generator: g, of: c, module: v.resourceModule(), stem: c.ctype.stem(),
			mark: func(what string) string { return fmt.Sprintf("[%s-%s-%d]%s", c.typ.Kind, what, i, f.Name) },
		}
		b.write()
	}
}

// channelWriter writes the functions for one type.
type channelWriter struct {
	*generator
	of     channel
	module string
	stem   string                   // begins their C names
	mark   func(what string) string // the core name of one
}

func (w *channelWriter) write() {
	reader := w.of.ctype.name
	writer := w.names.claim(w.stem + "_writer_t")
	w.header.gap()
	w.header.comment(fmt.Sprintf("The other end of a %s, which is what %s is for.", w.of.typ.Kind, reader))
	w.header.line("typedef uint32_t %s;", writer)

	declaration := prototype(reader, w.names.claim(w.stem+"_new"), []string{writer + " *writer"})
	w.header.comment("Makes both ends, each of which its owner has to drop.")
	w.header.line("%s;", declaration)
	core := w.builtin("new", "uint64_t")
	w.source.gap()
	w.source.line("%s {", declaration)
	w.source.line("uint64_t ends = %s();", core)
	w.source.line("*writer = (uint32_t)(ends >> 32);")
	w.source.line("return (uint32_t)ends;")
	w.source.line("}")

	w.transfer("read", reader, "")
	w.transfer("write", writer, "const ")
	w.drop("readable", reader)
	w.drop("writable", writer)
}

// builtin declares the core function behind a function and returns its C name.
func (w *channelWriter) builtin(what, result string, params ...string) string {
	name := w.names.claim("__wasm_import_" + w.stem + "_" + strings.ReplaceAll(what, "-", "_"))
	w.source.gap()
	w.source.line("%s", importAttribute(w.module, w.mark(what)))
	w.source.line("%s;", prototype(result, name, params))
	return name
}

// transfer writes the function that reads or writes elements. A future has one.
func (w *channelWriter) transfer(what, end, access string) {
	params, args, core := []string{end + " end"}, "end", []string{"uint32_t", access + "void *"}
	if w.of.typ.Elem != nil {
		params = append(params, access+w.ctype(w.of.in, w.of.typ.Elem).name+" *buf")
		args += ", buf"
	} else {
		args += ", NULL"
	}
	if w.of.typ.Kind == abi.Stream {
		params, args, core = append(params, "size_t amt"), args+", amt", append(core, "size_t")
	}
	declaration := prototype(w.prefix+"_waitable_status_t", w.names.claim(w.stem+"_"+what), params)
	w.header.line("%s;", declaration)
	call := w.builtin(what, "uint32_t", core...)
	w.source.gap()
	w.source.line("%s {", declaration)
	w.source.line("return %s(%s);", call, args)
	w.source.line("}")
}

func (w *channelWriter) drop(what, end string) {
	declaration := prototype("void", w.names.claim(w.stem+"_drop_"+what), []string{end + " end"})
	w.header.line("%s;", declaration)
	call := w.builtin("drop-"+what, "void", "uint32_t")
	w.source.gap()
	w.source.line("%s {", declaration)
	w.source.line("%s(end);", call)
	w.source.line("}")
}
