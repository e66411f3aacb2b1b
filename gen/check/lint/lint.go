package lint

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// Check looks at the root package of a tree, and returns what it finds in order of places. Types that have no
// representation are among it, with the rule of gen/layout. The tree gets its layout.
func Check(tree *model.Tree, c Config) ([]diag.Diagnostic, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	l := &linter{Config: c, tree: tree, uses: usesOf(tree), said: map[finding]bool{}}
	if err := l.layout(); err != nil {
		return nil, err
	}
	for _, p := range tree.Packages {
		if p == tree.Root || c.Deps {
			l.pkg(p)
		}
	}
	slices.SortStableFunc(l.found, func(a, b diag.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Source.Name(), b.Source.Name()), a.Start-b.Start)
	})
	return l.found, nil
}

// linter is one run.
type linter struct {
	Config
	tree  *model.Tree
	uses  uses
	own   map[*diag.Source]bool // the files of the package that is looked at
	rule  *rule
	found []diag.Diagnostic
	said  map[finding]bool // worlds share what they include
}

type finding struct {
	rule    diag.Rule
	place   model.Place
	message string
}

// scope is an interface or a world.
type scope struct {
	*model.Scope
	noun  string // "interface" or "world"
	funcs []*model.Func
}

// layout computes the representations. What has none is found.
func (l *linter) layout() error {
	err := layout.Compute(l.tree)
	var list diag.List
	if err != nil && !errors.As(err, &list) {
		return err
	}
	l.found = append(l.found, list.Items...)
	return nil
}

// report adds a finding of the current rule.
func (l *linter) report(at model.Place, hint, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	key := finding{l.rule.name, at, message}
	if at.Source != nil && !l.own[at.Source] || l.said[key] {
		return
	}
	l.said[key] = true
	if at.Source == nil {
		at.Source = noText
	}
	l.found = append(l.found, diag.Diagnostic{Source: at.Source, Start: at.Start, End: at.End, Rule: l.rule.name, Message: message, Hint: hint})
}

// noText is where things are that do not come from text.
var noText = diag.NewSource("-", "")

func (l *linter) pkg(p *model.Package) {
	scopes := scopesOf(p)
	l.own = filesOf(p)
	for _, r := range rules {
		if !l.on(r) {
			continue
		}
		l.rule = r
		if r.pkg != nil && p == l.tree.Root {
			r.pkg(l, p)
		}
		for _, s := range scopes {
			l.scope(s)
		}
	}
}

// filesOf are the files that declare a package. What worlds include from others is declared elsewhere.
func filesOf(p *model.Package) map[*diag.Source]bool {
	files := map[*diag.Source]bool{}
	for _, i := range p.Interfaces {
		files[i.Source] = true
	}
	for _, w := range p.Worlds {
		files[w.Source] = true
	}
	return files
}

func (l *linter) scope(s *scope) {
	if l.rule.scope != nil {
		l.rule.scope(l, s)
	}
	for _, d := range s.Types {
		if l.rule.def != nil && !d.Used() {
			l.rule.def(l, s, d)
		}
	}
	for _, f := range s.funcs {
		if l.rule.fn != nil {
			l.rule.fn(l, s, f)
		}
	}
}

// scopesOf are the interfaces of a package, its worlds, and the interfaces that these have in place.
func scopesOf(p *model.Package) []*scope {
	var out []*scope
	for _, i := range p.Interfaces {
		out = append(out, &scope{&i.Scope, "interface", i.Funcs})
	}
	for _, w := range p.Worlds {
		s := &scope{Scope: &w.Scope, noun: "world"}
		out = append(out, s)
		for _, items := range [][]*model.Item{w.Imports, w.Exports} {
			s.funcs = append(s.funcs, model.Funcs(items)...)
			for _, i := range model.Interfaces(items) {
				if i.World == w {
					out = append(out, &scope{&i.Scope, "interface", i.Funcs})
				}
			}
		}
	}
	return out
}
