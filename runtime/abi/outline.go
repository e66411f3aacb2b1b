package abi

import "strings"

// Outline is the text of a function type without the names of its resources, and these in the order of the text.
//
// It is for comparing types whose resources have other names on the other side: a component calls a resource that
// it defines "file", and those who use it from outside "acme:disk/files@1/file".
func (f *Func) Outline() (text string, resources []*Resource) {
	b := printer{outline: true}
	f.write(&b)
	return b.String(), b.resources
}

// OutlineOf is [Func.Outline] of a type that is there as text. It returns the names of the resources.
func OutlineOf(text string) (outline string, names []string) {
	var b strings.Builder
	for {
		at := handle(text)
		b.WriteString(text[:at])
		if at == len(text) {
			return b.String(), names
		}
		name, rest, _ := strings.Cut(text[at:], ">")
		names = append(names, name)
		b.WriteByte('>')
		text = rest
	}
}

// handle finds where the name of the first handle type's resource begins in a text, or the text's end. No label
// has the sign behind the kind.
func handle(text string) int {
	at := len(text)
	for _, kind := range []Kind{Own, Borrow} {
		mark := kind.String() + "<"
		if i := strings.Index(text, mark); i >= 0 {
			at = min(at, i+len(mark))
		}
	}
	return at
}
