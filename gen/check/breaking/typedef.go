package breaking

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// types compares what two scopes declare and use.
func (c *comparison) types(p pair, old, new []*model.TypeDef) {
	renamed := c.renamedTypes(old, new)
	found := map[string]*model.TypeDef{}
	for _, n := range new {
		found[n.Name] = n
	}
	for _, o := range old {
		if n := found[o.Name]; n != nil {
			c.typeDef(p.in(o.Name, n.Name), o, n)
			delete(found, o.Name)
			continue
		}
		if c.component && o.Resource == nil {
			continue // hosts have no such types, and are not asked for them
		}
		q := p.in(o.Name, "").behind(o.Stability)
		ch := Change{Rule: TypeRemoved, Severity: c.severity(o), Was: defText(o), Place: o.Place, Old: true}
		if n := renamed[o]; n != nil {
			q.new = inside(p.new, n.Name)
			delete(found, n.Name)
			c.report(q, Change{Rule: TypeRenamed, Severity: ch.Severity, Was: ch.Was, Is: defText(n), Place: n.Place},
				"type `%s` is renamed to `%s`", o.Name, n.Name)
			continue
		}
		c.report(q, ch, "the type is removed%s", c.users(o))
	}
	for _, n := range new {
		if found[n.Name] == n && !n.Used() {
			c.typeAdded(p.in("", n.Name), n)
		}
	}
}

// typeAdded reports a new type. Only a resource is something that somebody has to provide.
func (c *comparison) typeAdded(p pair, n *model.TypeDef) {
	ch := Change{Rule: TypeAdded, Severity: Additive, Is: defText(n), Place: n.Place}
	if n.Resource != nil && n.Unstable == "" {
		ch.Severity, ch.Hint = p.role.adding(), addedHint(p.role)
	}
	c.report(p, ch, "the type is new")
}

// severity is that of changing a type in a way that makes it another one.
func (c *comparison) severity(d *model.TypeDef) Severity {
	if c.used[d] {
		return ABI
	}
	return Source
}

// users explains the severity of a type's change where that is not obvious.
func (c *comparison) users(d *model.TypeDef) string {
	if c.used[d] {
		return ""
	}
	return "; no function needed it"
}

// renamedTypes pairs types that are gone with new ones which are the same type under another name.
func (c *comparison) renamedTypes(old, new []*model.TypeDef) map[*model.TypeDef]*model.TypeDef {
	name := func(d *model.TypeDef) string { return d.Name }
	return onlyPairs(without(old, new, name), without(new, old, name), func(o, n *model.TypeDef) bool {
		return !n.Used() && c.sameDef(o, n)
	})
}

// typeDef compares two types of one name.
func (c *comparison) typeDef(p pair, o, n *model.TypeDef) {
	worst := c.severity(o)
	c.gates(p, o.Stability, n.Stability, n.Place, worst, Additive)
	p = p.behind(o.Stability)
	c.externalID(p, o.ExternalID, n.ExternalID, n.Place)
	if from, to := o.Target(), n.Target(); from != nil && to != nil && c.corresponds(from, to) {
		return
	}
	if c.sameDef(o, n) {
		c.moved(p, o, n)
		return
	}
	ch := Change{Severity: worst, Was: defText(o), Is: defText(n), Place: n.Place}
	was, is := declared(o), declared(n)
	switch {
	case was == "resource" && is == "resource":
		ch.Rule, ch.Hint = TypeMoved, "a resource type is known by the interface that declares it: leave it there"
		c.report(p, ch, "it is the resource of %s now, which is another one", n.Root().Owner.ID())
	case was != is:
		ch.Rule = TypeKindChanged
		c.report(p, ch, "it is a %s now, and was a %s%s", is, was, c.users(o))
	case is == abi.Record.String():
		c.list(p, fieldTerms, o, n, fields).compare()
	case is == abi.Variant.String(), is == abi.Enum.String():
		l := c.list(p, caseTerms, o, n, cases)
		l.note = discriminantNote(o.Type, n.Type)
		l.compare()
	case is == abi.Flags.String():
		l := c.list(p, flagTerms, o, n, labels)
		l.note = flagsNote(o.Type, n.Type)
		l.compare()
	default:
		ch.Rule, ch.Hint = TypeChanged, typeHint(TypeChanged, o.Type, n.Type)
		c.report(p, ch, "it %s%s", typeChange(o.Type, n.Type), c.users(o))
	}
}

func (c *comparison) list(p pair, t terms, o, n *model.TypeDef, members func(*model.Type) []member) *list {
	l := c.members(p, t, c.severity(o), members(o.Type), members(n.Type))
	l.place = n.Place
	return l
}

// moved reports that a type is declared elsewhere. It is still the same type under the same name.
func (c *comparison) moved(p pair, o, n *model.TypeDef) {
	from, to := o.Root().Owner, n.Root().Owner
	if c.key(from) == c.key(to) {
		return
	}
	c.report(p, Change{Rule: TypeMoved, Severity: Additive, Was: defText(o), Is: defText(n), Place: n.Place},
		"it is declared in %s now, and was in %s", to.ID(), from.ID())
}

// discriminantNote tells that another number of cases takes another number of bytes.
func discriminantNote(old, new *model.Type) string {
	return widthNote("the discriminant", discriminant(len(old.Cases)), discriminant(len(new.Cases)))
}

// discriminant is the width of the discriminant of n cases.
func discriminant(n int) uint32 {
	t, err := abi.NewEnum(make([]string, n)...)
	if err != nil {
		return 0
	}
	return t.Size
}

func flagsNote(old, new *model.Type) string {
	width := func(t *model.Type) uint32 {
		f, err := abi.NewFlags(make([]string, len(t.Labels))...)
		if err != nil {
			return 0
		}
		return f.Size
	}
	return widthNote("the type", width(old), width(new))
}

func widthNote(what string, old, new uint32) string {
	if old == new || old == 0 || new == 0 {
		return ""
	}
	return fmt.Sprintf("; %s takes %d bytes now, and took %d", what, new, old)
}

// declared is what a type is, in the words of WIT: "type" for what has no keyword of its own.
func declared(d *model.TypeDef) string {
	switch {
	case d.Root().Resource != nil:
		return "resource"
	case d.Type.Def != nil:
		return d.Type.Kind.String()
	}
	return "type"
}

// defText is the WIT text of a type's declaration, on one line.
func defText(d *model.TypeDef) string {
	if d.Used() {
		text := d.Target().Name
		if text != d.Name {
			text += " as " + d.Name
		}
		return "use " + d.Target().Owner.ID() + ".{" + text + "}"
	}
	switch t := d.Target(); {
	case d.Resource != nil:
		return "resource " + d.Name
	case t != nil:
		return "type " + d.Name + " = " + t.Name
	case d.Type.Def == nil:
		return "type " + d.Name + " = " + d.Type.String()
	}
	var parts []member
	switch d.Type.Kind {
	case abi.Record:
		parts = fields(d.Type)
	case abi.Flags:
		parts = labels(d.Type)
	default:
		parts = cases(d.Type)
	}
	texts := make([]string, len(parts))
	for i, m := range parts {
		texts[i] = m.text
	}
	return declared(d) + " " + d.Name + " { " + strings.Join(texts, ", ") + " }"
}

func caseText(k model.Case) string {
	if k.Type == nil {
		return k.Name
	}
	return k.Name + "(" + k.Type.String() + ")"
}
