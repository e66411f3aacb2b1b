package policy

import (
	"errors"
	"slices"
	"strings"

	"github.com/witan-os/witan/runtime/link"
)

// An image keeps what policy knows of each component beside it, as text, so that to resolve the manifest at boot takes no
// decoding of components that nobody may ever start. An outline is no authority: whoever decodes the component compares.
//
// Each line is an import or an export: a sign, the name, and what it implements, if that is another name, between tabs.

const (
	outlineImport = "<"
	outlineExport = ">"
)

var errOutline = errors.New("this is no outline of a component")

// Outline is the component as text. It reports false for one with names that don't fit in there.
func (c *Component) Outline() (text []byte, ok bool) {
	var b strings.Builder
	for _, list := range []struct {
		sign  string
		names []link.Name
	}{{outlineImport, c.Imports}, {outlineExport, c.Exports}} {
		for _, n := range list.names {
			if n.Name == "" || strings.ContainsAny(n.Name+n.Implements, "\t\n") {
				return nil, false
			}
			b.WriteString(list.sign + "\t" + n.Name + "\t" + n.Implements + "\n")
		}
	}
	return []byte(b.String()), true
}

// ParseOutline reads what Outline has written.
func ParseOutline(text []byte) (*Component, error) {
	c := new(Component)
	for line := range strings.Lines(string(text)) {
		sign, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		name, implements, ok := strings.Cut(rest, "\t")
		n := link.Name{Name: name, Implements: implements}
		switch {
		case !ok || name == "":
			return nil, errOutline
		case sign == outlineImport:
			c.Imports = append(c.Imports, n)
		case sign == outlineExport:
			c.Exports = append(c.Exports, n)
		default:
			return nil, errOutline
		}
	}
	return c, nil
}

// Equal reports whether two components need and have the same.
func (c *Component) Equal(other *Component) bool {
	return slices.Equal(c.Imports, other.Imports) && slices.Equal(c.Exports, other.Exports)
}
