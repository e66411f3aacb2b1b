package compose

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// Part is a component that goes into another one.
type Part struct {
	Name string // what messages call it
	// For says which imports of others a dependency answers: those of an interface, of a package's interfaces,
	// or all if it is "" or a plain name; see [link.Plan].
	For       string
	Component []byte
}

// Link puts a component together with those that it depends on. What their imports have in common is imported once,
// in the newest version of its semver track. The same parts give the same bytes.
//
// Dependencies that need each other are a *[link.Cycle], and one that answers no import is a *[link.Unused]. What
// does not fit is a [*Misfit]. A part that is no component is a *[component.Error], wrapped with its name.
func Link(app Part, deps ...Part) ([]byte, error) {
	c := &composer{Writer: component.NewWriter(), embedded: map[[sha256.Size]byte]uint32{}}
	c.root = newScope(c, &c.TypeWriter, nil)
	if err := c.plan(app, deps); err != nil {
		return nil, err
	}
	if err := c.writeImports(); err != nil {
		return nil, err
	}
	for _, p := range c.parts {
		if err := c.instantiate(p); err != nil {
			return nil, err
		}
	}
	return c.export(c.parts[len(c.parts)-1])
}

// part is a [Part] that was read.
type part struct {
	Part
	typ      *component.ComponentType
	answers  map[string]answer // of its imports, by name
	instance uint32            // once it is instantiated
}

// answer is what an import gets: what the composition imports, or else an export of another part, or all of that.
type answer struct {
	imported *imported
	from     *part
	export   string // "" for the part itself
	// same is set for a type that is another name of one from a part: that one is given.
	same component.Type
}

// composer writes one composition.
type composer struct {
	*component.Writer
	parts    []*part // in the order in which they are instantiated
	imports  []*imported
	root     *scope
	places   map[any]place
	embedded map[[sha256.Size]byte]uint32 // components, by their bytes
	// renamed says that the composition has exported a type, by whose name other exports have to call it.
	renamed bool
	work    int // against maxWork
}

// plan reads the parts and finds out what answers their imports.
func (c *composer) plan(app Part, deps []Part) error {
	read := make([]*part, len(deps))
	named := make([]link.Part, len(deps))
	root, err := readPart(app)
	if err != nil {
		return err
	}
	for i, d := range deps {
		if read[i], err = readPart(d); err != nil {
			return err
		}
		named[i] = read[i].names()
	}
	planned, err := link.Plan(root.names(), named)
	if unused := new(link.Unused); errors.As(err, &unused) {
		return explainUnused(unused)
	}
	if err != nil {
		return err
	}
	for _, i := range planned.Order {
		c.parts = append(c.parts, read[i])
		read[i].take(planned.Sources[i], read)
	}
	root.take(planned.Sources[link.Root], read)
	c.parts = append(c.parts, root)
	return nil
}

func readPart(p Part) (*part, error) {
	decoded, err := component.Decode(p.Component)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, err)
	}
	return &part{Part: p, typ: decoded.Type, answers: map[string]answer{}}, nil
}

// names is what the planner knows of a part.
func (p *part) names() link.Part {
	return link.Part{Name: p.Name, For: p.For, Imports: names(p.typ.Imports), Exports: names(p.typ.Exports)}
}

func names(externs []component.Extern) []link.Name {
	list := make([]link.Name, len(externs))
	for i, x := range externs {
		list[i] = link.Name{Name: x.Name, Implements: x.Implements}
	}
	return list
}

// take notes which parts answer the imports of p.
func (p *part) take(sources map[string]link.Source, parts []*part) {
	for name, s := range sources {
		p.answers[name] = answer{from: parts[s.Part], export: s.Export}
	}
}
