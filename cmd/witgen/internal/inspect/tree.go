package inspect

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Tree lays the description out as a tree, for people. The style colours its parts; nil leaves it plain.
func (f *File) Tree(w io.Writer, name string, style Style) error {
	root := node{}
	root.word(roleName, printable(name))
	root.word(rolePlain, ": "+f.Kind+", ")
	root.word(roleNote, bytesText(f.Size))
	if f.Component != nil {
		root.component(f.Component)
	} else {
		root.module(f.Module)
	}
	p := &printer{w: w, style: style}
	p.node(&root, "", "")
	return p.err
}

// node is a line of the tree, with what stands below it.
type node struct {
	words []word
	below []*node
}

func (n *node) add() *node {
	child := &node{}
	n.below = append(n.below, child)
	return child
}

// word puts text at the end of the line. Where the line is too long, it breaks between words and after
// the spaces in them.
func (n *node) word(r role, text string) {
	n.words = append(n.words, word{r, text})
}

func (n *node) component(c *Component) {
	n.externs("import ", c.Imports)
	n.externs("export ", c.Exports)
	for i := range c.Modules {
		m := &c.Modules[i]
		child := n.add()
		child.word(roleKeyword, "core module ")
		child.word(rolePlain, strconv.Itoa(i)+", ")
		if m.Name != "" {
			child.word(roleName, printable(m.Name))
			child.word(rolePlain, ", ")
		}
		child.word(roleNote, extent(m.Offset, m.Size))
		child.module(m)
	}
	for i := range c.Components {
		nested := &c.Components[i]
		child := n.add()
		child.word(roleKeyword, "component ")
		child.word(rolePlain, strconv.Itoa(i)+", ")
		child.word(roleNote, extent(nested.Offset, nested.Size))
		child.component(nested)
	}
	n.customs(c.Custom)
}

// module puts what is in a core module below the node, and how much code it has into its line.
func (n *node) module(m *Module) {
	n.word(roleNote, ", "+quantity(m.Funcs, "function"))
	n.coreExterns("import ", m.Imports)
	n.coreExterns("export ", m.Exports)
	n.customs(m.Custom)
}

func (n *node) coreExterns(verb string, list []CoreExtern) {
	for i := range list {
		x := &list[i]
		child := n.add()
		child.word(roleKeyword, verb)
		if x.Module != nil {
			child.word(rolePlain, strconv.Quote(*x.Module)+" ")
		}
		child.word(roleName, strconv.Quote(x.Name))
		child.word(rolePlain, ": "+x.Kind)
		if !strings.HasPrefix(x.Type, "(") {
			child.word(rolePlain, " ")
		}
		child.word(rolePlain, x.Type)
	}
}

func (n *node) customs(list []Custom) {
	for _, c := range list {
		child := n.add()
		child.word(roleKeyword, "custom section ")
		child.word(roleName, strconv.Quote(c.Name))
		child.word(roleNote, ", "+extent(c.Offset, c.Size))
	}
}

func (n *node) externs(verb string, list []Extern) {
	for i := range list {
		n.add().extern(verb, &list[i])
	}
}

func (n *node) extern(verb string, x *Extern) {
	n.word(roleKeyword, verb)
	switch {
	case x.Func != nil:
		n.function(x.Func)
	case x.Type != nil:
		n.typeDef(x.Type)
	case x.Instance != nil:
		n.word(roleName, printable(x.Name))
		n.externs("", x.Instance.Exports)
	case x.Component != nil:
		n.word(roleKeyword, "component ")
		n.word(roleName, printable(x.Name))
		n.externs("import ", x.Component.Imports)
		n.externs("export ", x.Component.Exports)
	case x.Value != "":
		n.word(roleKeyword, "value ")
		n.word(roleName, printable(x.Name))
		n.word(rolePlain, ": "+x.Value)
	default:
		n.word(roleKeyword, x.Kind+" ")
		n.word(roleName, printable(x.Name))
		if x.Module != nil {
			n.coreExterns("import ", x.Module.Imports)
			n.coreExterns("export ", x.Module.Exports)
		}
	}
	n.attributes(x)
}

func (n *node) attributes(x *Extern) {
	if x.Implements != "" {
		n.word(roleNote, ", implements "+printable(x.Implements))
	}
	if x.VersionSuffix != "" {
		n.word(roleNote, ", version ends in "+printable(x.VersionSuffix))
	}
	if x.ExternalID != nil {
		n.word(roleNote, ", external id "+strconv.Quote(*x.ExternalID))
	}
}

// function writes a function as WIT does.
func (n *node) function(f *Func) {
	switch {
	case f.Kind == "constructor":
		n.word(roleKeyword, "constructor")
	default:
		n.word(roleName, printable(f.Name))
		n.word(rolePlain, ": ")
		if f.Kind == "static" {
			n.word(roleKeyword, "static ")
		}
		if f.Async {
			n.word(roleKeyword, "async ")
		}
		n.word(roleKeyword, "func")
	}
	n.word(rolePlain, "("+joinNamed(f.Params, ": ", "")+")")
	if f.Result != "" {
		n.word(rolePlain, " -> "+f.Result)
	}
}

// typeDef writes a type definition as WIT does.
func (n *node) typeDef(t *TypeDef) {
	switch t.Kind {
	case "use":
		n.word(roleKeyword, "use ")
		as := ""
		if t.Of != t.Name {
			as = " as " + t.Name
		}
		n.word(rolePlain, t.From+".{"+t.Of+as+"}")
	case "alias", "func", "instance", "component":
		n.word(roleKeyword, "type ")
		n.word(roleName, t.Name)
		n.word(rolePlain, " = "+t.Of)
	default:
		n.word(roleKeyword, t.Kind+" ")
		n.word(roleName, t.Name)
	}
	switch t.Kind {
	case "record":
		n.word(rolePlain, " { "+joinNamed(t.Parts, ": ", "")+" }")
	case "variant", "enum", "flags":
		n.word(rolePlain, " { "+joinNamed(t.Parts, "(", ")")+" }")
	}
	for i := range t.Funcs {
		f := t.Funcs[i]
		if f.Kind == "constructor" && f.Result == t.Name {
			f.Result = "" // goes without saying
		}
		n.add().function(&f)
	}
}

// joinNamed writes parts with their types, those that have one, between two texts.
func joinNamed(list []Named, before, behind string) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Name)
		if p.Type != "" {
			b.WriteString(before + p.Type + behind)
		}
	}
	return b.String()
}

// printable quotes text that could do something to a terminal.
func printable(s string) string {
	for _, r := range s {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return strconv.Quote(s)
		}
	}
	return s
}

func extent(offset int64, size int) string {
	return fmt.Sprintf("%s at %#x", bytesText(size), offset)
}

func bytesText(n int) string { return quantity(n, "byte") }

func quantity(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
