package abi

import (
	"slices"
	"strconv"
	"strings"
)

// String returns the type in WIT-like text with every part spelled out: two types are structurally equal
// exactly when their texts are equal and their resources are the same. Signatures are compared, shown
// in link errors and hashed in this form.
func (t *Type) String() string {
	var b printer
	t.write(&b)
	return b.String()
}

// printer is where the text of a type goes.
type printer struct {
	strings.Builder
	// outline leaves the names of resources out of the text, and collects the resources instead.
	outline   bool
	resources []*Resource
}

// MaxText bounds the text of a type. Types share parts, so a small hostile binary can describe one whose
// text would fill the memory; a cut text equals no signature of ours.
const MaxText = 1 << 16

func (t *Type) write(b *printer) {
	if b.Len() > MaxText {
		return
	}
	b.WriteString(t.Kind.String())
	switch t.Kind {
	case List:
		b.WriteByte('<')
		t.Elem.write(b)
		b.WriteByte('>')
	case FixedList:
		b.WriteByte('<')
		t.Elem.write(b)
		b.WriteString(", " + strconv.FormatUint(uint64(t.Len), 10) + ">")
	case Map:
		t.Elem.writeTuple(b)
	case Stream, Future:
		if t.Elem != nil {
			b.WriteByte('<')
			t.Elem.write(b)
			b.WriteByte('>')
		}
	case Own, Borrow:
		b.resource(t.Resource)
	case Flags:
		b.WriteString("{" + strings.Join(t.Labels, ", ") + "}")
	case Record:
		b.WriteByte('{')
		for i, f := range t.Fields {
			separate(b, i)
			b.WriteString(f.Name + ": ")
			f.Type.write(b)
		}
		b.WriteByte('}')
	case Tuple:
		t.writeTuple(b)
	case Option:
		b.WriteByte('<')
		t.Cases[1].Type.write(b)
		b.WriteByte('>')
	case Result:
		t.writeResult(b)
	case Variant, Enum:
		t.writeCases(b)
	}
}

func (t *Type) writeTuple(b *printer) {
	b.WriteByte('<')
	for i, f := range t.Fields {
		separate(b, i)
		f.Type.write(b)
	}
	b.WriteByte('>')
}

func (t *Type) writeResult(b *printer) {
	ok, fail := t.Cases[0].Type, t.Cases[1].Type
	if ok == nil && fail == nil {
		return
	}
	b.WriteByte('<')
	if ok == nil {
		b.WriteByte('_')
	} else {
		ok.write(b)
	}
	if fail != nil {
		b.WriteString(", ")
		fail.write(b)
	}
	b.WriteByte('>')
}

func (t *Type) writeCases(b *printer) {
	b.WriteByte('{')
	for i, c := range t.Cases {
		separate(b, i)
		b.WriteString(c.Name)
		if c.Type != nil {
			b.WriteByte('(')
			c.Type.write(b)
			b.WriteByte(')')
		}
	}
	b.WriteByte('}')
}

// resource writes the resource of a handle type.
func (b *printer) resource(r *Resource) {
	b.WriteByte('<')
	if b.outline {
		b.resources = append(b.resources, r)
	} else {
		b.WriteString(r.Name)
	}
	b.WriteByte('>')
}

func separate(b *printer, i int) {
	if i > 0 {
		b.WriteString(", ")
	}
}

// String returns the function type in WIT-like text, in the form of [Type.String].
func (f *Func) String() string {
	var b printer
	f.write(&b)
	return b.String()
}

func (f *Func) write(b *printer) {
	if f.Async {
		b.WriteString("async ")
	}
	b.WriteString("func(")
	for i, p := range f.Params {
		separate(b, i)
		b.WriteString(p.Name + ": ")
		p.Type.write(b)
	}
	b.WriteByte(')')
	if f.Result != nil {
		b.WriteString(" -> ")
		f.Result.write(b)
	}
}

// String returns the signature in the text format's manner, for example "(i32 i64) -> (i32)".
func (s Signature) String() string {
	list := func(types []CoreType) string {
		names := make([]string, len(types))
		for i, t := range types {
			names[i] = t.String()
		}
		return "(" + strings.Join(names, " ") + ")"
	}
	return list(s.Params) + " -> " + list(s.Results)
}

// Equal reports whether two signatures have the same parameters and results.
func (s Signature) Equal(o Signature) bool {
	return slices.Equal(s.Params, o.Params) && slices.Equal(s.Results, o.Results)
}
