package resolve

import (
	"fmt"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// include adds what another world imports and exports. What has a plain name is copied, so that each world has
// its own; interfaces of packages are shared.
func (b *worldBuilder) include(i *syntax.Include) {
	at := i.Path.Name
	feature := b.r.gate(b.pkg, b.list.file, i.Gate, at.Span)
	off := feature != "" || b.gate != ""
	from := b.r.item(b.pkg, b.list, &i.Path, true, off)
	if off {
		return
	}
	if from == nil || from.unknown {
		b.item.unknown = true
		return
	}
	if from.gate != "" {
		b.item.unknown = true
		b.r.reportGated(b.list.file, at.Span, at.Name, from.gate)
		return
	}
	in := &inclusion{b: b, from: from, at: at, with: map[string]string{}, used: map[string]bool{}}
	for _, w := range i.With {
		if in.with[w.Name.Name] == "" {
			in.with[w.Name.Name] = w.As.Name
		}
	}
	in.copier = newCopier(b.r, &from.w.Scope, b.item.w)
	in.side(b.imports, from.w.Imports)
	in.side(b.exports, from.w.Exports)
	for _, w := range i.With {
		if !in.used[w.Name.Name] {
			b.report(at.Span, RuleInclude, fmt.Sprintf("world `%s` has no import or export `%s` to rename", at.Name, w.Name.Name),
				"plain names can be renamed, interfaces under their own name can't")
		}
	}
}

// inclusion is one include on its way.
type inclusion struct {
	b      *worldBuilder
	from   *item
	at     syntax.ID         // where the path ends
	with   map[string]string // new names by old ones
	used   map[string]bool   // the old names that are there
	copier *copier
}

func (in *inclusion) side(to *side, items []*model.Item) {
	for _, i := range items {
		if !in.b.room() {
			return
		}
		if i.Name == "" {
			in.shared(to, i)
			continue
		}
		name := in.rename(i.Name)
		if to.names[fold(name)] != "" {
			in.reportTaken(to, i.Name, name)
			continue
		}
		to.add(in.copier.item(i, name))
	}
}

// reportTaken reports an item whose name is taken. The resource is told of, and not its functions.
func (in *inclusion) reportTaken(to *side, old, name string) {
	if baseName(old) != old {
		return
	}
	message := fmt.Sprintf("world `%s` %ss `%s`, and so does `%s`", in.at.Name, to.word, name, in.b.model.Name)
	if there := to.names[fold(name)]; there != name {
		message += fmt.Sprintf(" as `%s`: case makes no difference", there)
	}
	in.b.report(in.at.Span, RuleDuplicate, message,
		fmt.Sprintf("give it another name: `include %s with { %s as … }`", in.at.Name, old))
}

// rename gives a plain name another one, if `with` has one. Functions of a resource go with the resource.
func (in *inclusion) rename(name string) string {
	old := baseName(name)
	as, ok := in.with[old]
	if !ok {
		return name
	}
	in.used[old] = true
	if name == old {
		return as
	}
	kind, member, _ := strings.Cut(name, "]")
	return kind + "]" + as + strings.TrimPrefix(member, old)
}

// shared adds an interface of a package. Where both worlds have it, what they say of its gates must agree; what
// another package says about its own versions means nothing here.
func (in *inclusion) shared(to *side, i *model.Item) {
	there := to.keys[keyOf(i)]
	if there == nil {
		added := *i
		there = &added
		to.add(there)
	}
	switch {
	case in.from.pkg != in.b.pkg && i.Since != "":
		there.Stability = model.Stability{}
	case there.Stability == (model.Stability{}):
		there.Stability = i.Stability
	case i.Stability != (model.Stability{}) && i.Stability != there.Stability:
		in.b.report(in.at.Span, RuleInclude,
			fmt.Sprintf("`%s` has other gates in world `%s` than in this one", i.Key(), in.at.Name), "")
	}
}

// baseName is what `with` has to name: the resource, for one of its functions.
func baseName(name string) string {
	_, rest, ok := strings.Cut(name, "]")
	if !ok {
		return name
	}
	resource, _, _ := strings.Cut(rest, ".")
	return resource
}
