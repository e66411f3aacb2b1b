package witjson

import (
	"strings"

	"github.com/witan-os/witan/gen/syntax"
)

// identifier is the text of a node as a WIT name.
func identifier(n *node) string { return identifierOf(n, n.string()) }

func identifierOf(n *node, name string) string {
	if !syntax.IsIdentifier(name) {
		n.fail("%s is no WIT name", quote(name))
	}
	return name
}

// distinct are names of which each may be there once. Upper and lower case make no difference, as in WIT.
type distinct map[string]bool

// add adds the name that a node is about.
func (d distinct) add(n *node, name string) {
	name = strings.ToLower(name)
	if d[name] {
		n.fail("%s is there twice", quote(name))
	}
	d[name] = true
}

// identifier reads the member "name".
func (d distinct) identifier(m members) string {
	n := m.get("name")
	name := identifier(n)
	d.add(n, name)
	return name
}
