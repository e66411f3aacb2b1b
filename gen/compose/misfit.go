package compose

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/link"
)

// Misfit is an import that is not what is there for it.
type Misfit struct {
	Importer, Import string
	// Exporter is the component that answers the import, and Export what it has for it, "" for all that it exports.
	// For an import from outside it is the component that imports something else under the same name.
	Exporter, Export string
	Outside          bool
	Why              string
}

// Error names both sides.
func (e *Misfit) Error() string {
	switch {
	case e.Outside:
		return fmt.Sprintf("%s and %s both import %q, but not the same: %s", e.Exporter, e.Importer, e.Import, e.Why)
	case e.Export == "":
		return fmt.Sprintf("%s imports %q, for which %s is no answer: %s", e.Importer, e.Import, e.Exporter, e.Why)
	}
	return fmt.Sprintf("%s imports %q, and %s exports %q, which is not the same: %s", e.Importer, e.Import, e.Exporter, e.Export, e.Why)
}

// misfit begins an error about an import.
func (p *part) misfit(name, why string) *Misfit {
	a := p.answers[name]
	m := &Misfit{Importer: p.Name, Import: name, Export: a.export, Why: why}
	if a.imported != nil {
		m.Outside, m.Exporter = true, a.imported.users[0].part.Name
		return m
	}
	m.Exporter = a.from.Name
	return m
}

// checkExports checks that an instance which a part exports has all that another part imports. The types are
// compared later; here is where names can be suggested.
func (p *part) checkExports(x component.Extern) error {
	a := p.answers[x.Name]
	if a.from == nil || a.same != nil || x.Type.Sort != component.SortInstance {
		return nil
	}
	given := a.from.typ.Exports
	if a.export != "" {
		t, _ := a.from.typ.Export(a.export)
		in, ok := t.Type.(*component.InstanceType)
		if !ok {
			return nil
		}
		given = in.Exports
	}
	have := map[string]bool{}
	var known []string
	for _, g := range given {
		have[g.Name] = true
		known = append(known, g.Name)
	}
	for _, want := range x.Type.Type.(*component.InstanceType).Exports {
		if !have[want.Name] {
			return p.misfit(x.Name, fmt.Sprintf("it has no %q%s", want.Name, suggest(want.Name, known)))
		}
	}
	return nil
}

func suggest(name string, known []string) string {
	const most = 2000 // whoever has more of them gets no hint
	if near := diag.Nearest(name, known[:min(len(known), most)]); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// explain finds out which import of a part the error of its instantiation is about.
func (p *part) explain(err error) error {
	var broken *component.Error
	if !errors.As(err, &broken) {
		return err
	}
	for _, x := range p.typ.Imports {
		if why, ok := strings.CutPrefix(broken.Rule, "argument "+strconv.Quote(x.Name)); ok {
			return p.misfit(x.Name, strings.TrimLeft(why, ",: "))
		}
	}
	return fmt.Errorf("%s: as a part of the composition: %s", p.Name, broken.Rule)
}

// explainExport says why something can't be exported.
func (p *part) explainExport(err error) error {
	var broken *component.Error
	if !errors.As(err, &broken) {
		return err
	}
	return fmt.Errorf("the exports of %s can't be those of the composition: %s", p.Name, broken.Rule)
}

// unused is a [link.Unused] with the name that was probably meant.
type unused struct {
	*link.Unused
	hint string
}

func (e *unused) Error() string { return e.Unused.Error() + e.hint }
func (e *unused) Unwrap() error { return e.Unused }

func explainUnused(e *link.Unused) error {
	for _, have := range e.Exports {
		if hint := suggest(have, e.Imports); hint != "" {
			return &unused{e, hint}
		}
	}
	return e
}
