package print

import (
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// typeDef writes the definition of a type. A resource gets its functions, which are in the list.
func (w *writer) typeDef(d *model.TypeDef, funcs []*model.Func) {
	w.docs(d.Docs)
	w.gates(d.Stability, d.ExternalID)
	n := name(d.Name)
	switch {
	case d.AliasOf != nil:
		w.line("type ", n, " = ", name(d.AliasOf.Name), ";")
	case d.Resource != nil:
		w.resource(n, funcs)
	case d.Type.Alias != nil || d.Type.Def != d:
		w.alias(n, d.Type)
	default:
		w.named(n, d.Type)
	}
}

// alias writes another name for a type. As the type of a name, the handle that owns a resource is not the
// same as the resource.
func (w *writer) alias(n string, t *model.Type) {
	text := typ(t)
	if t.Alias == nil && t.Kind == abi.Own {
		text = shape(t)
	}
	w.line("type ", n, " = ", text, ";")
}

// named writes a type that there are only names for.
func (w *writer) named(n string, t *model.Type) {
	w.block(t.Kind.String()+" "+n, func() {
		for _, f := range t.Fields {
			w.member(f.Docs, name(f.Name)+": "+typ(f.Type))
		}
		for _, c := range t.Cases {
			text := name(c.Name)
			if c.Type != nil {
				text += "(" + typ(c.Type) + ")"
			}
			w.member(c.Docs, text)
		}
		for _, l := range t.Labels {
			w.member(l.Docs, name(l.Name))
		}
	})
}

func (w *writer) member(docs, text string) {
	w.docs(docs)
	w.line(text, ",")
}

func (w *writer) resource(n string, funcs []*model.Func) {
	if len(funcs) == 0 {
		w.line("resource ", n, ";")
		return
	}
	w.block("resource "+n, func() {
		s := spacing{writer: w}
		for _, f := range funcs {
			s.before(functions, tall(f.Docs, f.Stability, f.ExternalID))
			w.fn(f, "")
		}
	})
}

// fn writes a function, after the words that a world has before it.
func (w *writer) fn(f *model.Func, before string) {
	w.docs(f.Docs)
	w.gates(f.Stability, f.ExternalID)
	if f.Kind == model.Constructor {
		w.line(constructor(f), ";")
		return
	}
	w.line(before, name(f.Base), ": ", function(f), ";")
}
