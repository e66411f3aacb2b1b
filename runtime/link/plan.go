package link

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Name is the name of an import or export. A plain name may say which interface it implements.
type Name struct{ Name, Implements string }

// Part is a component of a composition, as names.
type Part struct {
	Name    string // for messages
	Imports []Name
	Exports []Name
	// For says which imports of others the part is to answer with its exports; see [Plan].
	For string
}

// Source is what answers an import: an export of a part, or the part as a whole when Export is "".
type Source struct {
	Part   int
	Export string
}

// Root is the index of the component that a composition is made for.
const Root = -1

// Composition is how parts are put together.
type Composition struct {
	// Order has the parts that are needed, each behind those that it needs.
	Order []int
	// Sources gives for each of these parts, and for Root, what answers its imports, by their names. An
	// import that is not there is the host's.
	Sources map[int]map[string]Source
}

// Plan finds out which of the parts answer the imports of root, and of each other.
//
// A part answers an import with its export of the same name and semver track. Which imports it may answer
// depends on what it is for:
//
//   - an interface, such as "acme:greet/api@1.0.0", with or without version: imports of that interface;
//   - a package, such as "acme:greet" or "acme:greet@1.0.0": imports of its interfaces;
//   - a plain name, or "": all. An instance that is imported under just that plain name, and that the
//     part does not export, is the part itself, with all of its exports.
//
// A part that is for just the name of an import is asked before others. Otherwise they are asked in their
// order, root the first one; a part asks those behind it and then those before it, so that parts with the
// same import and export form a chain. None answers itself. Errors are a [Cycle] and an [Unused].
func Plan(root Part, parts []Part) (*Composition, error) {
	p := &planner{
		root: root, parts: parts, state: make([]visit, len(parts)),
		Composition: &Composition{Sources: map[int]map[string]Source{}},
	}
	if err := p.visit(Root); err != nil {
		return nil, err
	}
	for i, s := range p.state {
		if s == unseen {
			return nil, p.unused(i)
		}
	}
	return p.Composition, nil
}

type visit byte

const (
	unseen visit = iota
	open         // its imports are being looked at
	done
)

type planner struct {
	*Composition
	root  Part
	parts []Part
	state []visit
	path  []step
}

// step is an import on the way to the part that is being looked at.
type step struct {
	importer, name string
	part           int
}

func (p *planner) part(i int) *Part {
	if i == Root {
		return &p.root
	}
	return &p.parts[i]
}

// visit plans the imports of part i, and with them the parts that answer them.
func (p *planner) visit(i int) error {
	sources := map[string]Source{}
	p.Sources[i] = sources
	for _, want := range p.part(i).Imports {
		s, ok := p.answer(i, want)
		if !ok {
			continue
		}
		sources[want.Name] = s
		p.path = append(p.path, step{p.part(i).Name, want.Name, s.Part})
		if err := p.need(s.Part); err != nil {
			return err
		}
		p.path = p.path[:len(p.path)-1]
	}
	return nil
}

func (p *planner) need(i int) error {
	switch p.state[i] {
	case done:
		return nil
	case open:
		return p.cycle(i)
	}
	p.state[i] = open
	if err := p.visit(i); err != nil {
		return err
	}
	p.state[i] = done
	p.Order = append(p.Order, i)
	return nil
}

// answer finds what answers an import of part i.
func (p *planner) answer(i int, want Name) (Source, bool) {
	for _, exactly := range []bool{true, false} {
		for n := range p.parts {
			at := (i + 1 + n) % len(p.parts)
			if at == i || exactly && p.parts[at].For != want.Name {
				continue
			}
			if export, ok := p.parts[at].answers(want); ok {
				return Source{at, export}, true
			}
		}
	}
	return Source{}, false
}

// answers finds the export with which the part answers an import, which is "" for the part itself.
func (p *Part) answers(want Name) (export string, ok bool) {
	if !p.isFor(want.Name) && !p.isFor(want.Implements) {
		return "", false
	}
	for _, name := range []string{want.Name, want.Implements} {
		if name == "" {
			continue
		}
		if export, ok := p.export(name); ok {
			return export, true
		}
	}
	return "", p.For == want.Name && isPlain(p.For)
}

func (p *Part) export(name string) (string, bool) {
	byName := make(map[string]string, len(p.Exports))
	for _, e := range p.Exports {
		if e.Implements != "" {
			byName[e.Implements] = e.Name
		}
	}
	for _, e := range p.Exports {
		byName[e.Name] = e.Name
	}
	found, ok := Newest(maps.Keys(byName), name)
	return byName[found], ok
}

// isFor reports whether the part may answer imports of a name.
func (p *Part) isFor(name string) bool {
	if isPlain(p.For) || name == p.For {
		return name != ""
	}
	chosen, track, versioned := strings.Cut(p.For, "@")
	path, have, _ := strings.Cut(name, "@")
	if !strings.Contains(chosen, "/") {
		path, _, _ = strings.Cut(path, "/")
	}
	return path == chosen && (!versioned || Track(have) == Track(track))
}

func isPlain(name string) bool { return !strings.Contains(name, ":") }

// Cycle is the error of parts that need each other.
type Cycle struct{ steps []step }

func (p *planner) cycle(i int) error {
	for n, s := range p.path {
		if s.part == i {
			return &Cycle{slices.Clone(p.path[n+1:])}
		}
	}
	panic("link: a cycle without beginning")
}

// Error tells the way around.
func (e *Cycle) Error() string {
	var b strings.Builder
	b.WriteString("components can't import from each other:")
	for i, s := range e.steps {
		fmt.Fprintf(&b, "\n    %s imports %s from %s", s.importer, s.name, e.steps[(i+1)%len(e.steps)].importer)
	}
	return b.String()
}

// Unused is the error of a part that answers no import.
type Unused struct {
	Part             string
	For              string
	Imports, Exports []string // what is imported by root and the other parts, and what the part exports
}

func (p *planner) unused(i int) error {
	e := &Unused{Part: p.parts[i].Name, For: p.parts[i].For}
	for n := Root; n < len(p.parts); n++ {
		if n == i {
			continue
		}
		for _, want := range p.part(n).Imports {
			if !slices.Contains(e.Imports, want.Name) {
				e.Imports = append(e.Imports, want.Name)
			}
		}
	}
	for _, have := range p.parts[i].Exports {
		e.Exports = append(e.Exports, have.Name)
	}
	return e
}

// Error names what would have to meet.
func (e *Unused) Error() string {
	chosen := ""
	if e.For != "" && !isPlain(e.For) {
		chosen = " for " + e.For
	}
	return fmt.Sprintf("%s is linked%s, but answers no import: it exports %s, and what is imported is %s",
		e.Part, chosen, list(e.Exports), list(e.Imports))
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
