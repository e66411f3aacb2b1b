package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
)

// side is what a world imports, or what it exports.
type side struct {
	word    string // import, export
	items   []*model.Item
	keys    map[key]*model.Item
	names   map[string]string // the plain names among them by lower case
	claimed map[string]claim  // names in the declaration by lower case, those behind gates included
}

// key is what an item of a world is known by: its plain name, or the interface that it is under its own name.
type key struct {
	name  string
	iface *model.Interface
}

// claim is the declaration of a name.
type claim struct {
	name, what string // what is a type, a function or an interface, with the article
}

func newSide(word string) *side {
	return &side{word: word, keys: map[key]*model.Item{}, names: map[string]string{}, claimed: map[string]claim{}}
}

func keyOf(i *model.Item) key {
	if i.Name != "" {
		return key{name: i.Name}
	}
	return key{iface: i.Interface}
}

func (s *side) add(i *model.Item) {
	s.items = append(s.items, i)
	s.keys[keyOf(i)] = i
	if i.Name != "" {
		s.names[fold(i.Name)] = i.Name
	}
}

// claim takes a name on one side of the world, and reports one that is taken.
func (b *worldBuilder) claim(to *side, name syntax.ID, what string) bool {
	first, taken := to.claimed[fold(name.Name)]
	if !taken {
		to.claimed[fold(name.Name)] = claim{name.Name, what}
		return true
	}
	message := fmt.Sprintf("world `%s` %ss `%s` twice", b.model.Name, to.word, name.Name)
	switch {
	case first.name != name.Name:
		message = fmt.Sprintf("%s `%s` differs from `%s` in case only, which makes no difference", to.word, name.Name, first.name)
	case first.what != what:
		message = fmt.Sprintf("%s `%s` has the name of %s of this world", to.word, name.Name, first.what)
	}
	b.report(name.Span, RuleDuplicate, message, "")
	return false
}
