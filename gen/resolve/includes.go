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
	in := &inclusion{b: b, from: from, at: at, with: i.With, used: make([]bool, len(i.With))}
	in.copier = newCopier(b.r, &from.w.Scope, b.item.w)
	in.side(b.imports, from.w.Imports)
	in.side(b.exports, from.w.Exports)
	for n, used := range in.used {
		if !used {
			b.report(at.Span, RuleInclude, fmt.Sprintf("world `%s` has no import or export `%s` to rename", at.Name, i.With[n].Name.Name),
				"plain names can be renamed, interfaces under their own name can't")
		}
	}
}

// inclusion is one include on its way.
type inclusion struct {
	b      *worldBuilder
	from   *item
	at     syntax.ID // where the path ends
	with   []syntax.IncludeName
	used   []bool // those of with that have renamed something
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
		if to.keys[key{name: name}] != nil {
			in.b.report(in.at.Span, RuleDuplicate,
				fmt.Sprintf("world `%s` %ss `%s`, and so does `%s`", in.at.Name, to.word, name, in.b.model.Name),
				fmt.Sprintf("give it another name: `include %s with { %s as … }`", in.at.Name, baseName(i.Name)))
			continue
		}
		to.add(in.copier.item(i, name))
	}
}

// rename applies the first of the names of with that fits. Functions of a resource go with the resource.
func (in *inclusion) rename(name string) string {
	renamed := ""
	for n, w := range in.with {
		as, ok := renamePart(name, w.Name.Name, w.As.Name)
		if !ok {
			continue
		}
		in.used[n] = true
		if renamed == "" {
			renamed = as
		}
	}
	if renamed == "" {
		return name
	}
	return renamed
}

// renamePart replaces a name, or that of the resource in the name of one of its functions.
func renamePart(name, from, to string) (string, bool) {
	if name == from {
		return to, true
	}
	kind, rest, ok := strings.Cut(name, "]")
	resource, fn, isMember := strings.Cut(rest, ".")
	if !ok || resource != from {
		return "", false
	}
	renamed := kind + "]" + to
	if isMember {
		renamed += "." + fn
	}
	return renamed, true
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
