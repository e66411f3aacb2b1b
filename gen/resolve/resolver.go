package resolve

import (
	"cmp"
	"slices"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// resolver makes one tree.
type resolver struct {
	features    map[string]bool // those that are enabled
	allFeatures bool
	decode      func(data []byte) (*model.Tree, error)
	errors      diag.List
	quiet       bool            // what is wrong has been reported elsewhere
	unread      map[string]bool // see input

	library *Library
	also    []string
	shelf   shelf // what the library has, once a package was missing

	groups   [][]*syntax.File // by directory, that of the main package first
	decoded  [][]*syntax.File // of files in binary form
	parts    []part           // what those have of packages besides their own
	packages []*pkg           // as they were found
	byID     map[string]*pkg

	owners map[*model.Scope]*model.Interface
	needs  map[*model.Interface][]*model.Interface // whose types it uses
	traits map[*model.TypeDef]traits
	added  int  // what has been added to worlds, see MaxWorldSize
	full   bool // that was too much
}

func newResolver(opt Options) *resolver {
	r := &resolver{
		features:    map[string]bool{},
		allFeatures: opt.AllFeatures,
		decode:      opt.Binary,
		library:     opt.Library,
		also:        opt.Also,
		byID:        map[string]*pkg{},
		owners:      map[*model.Scope]*model.Interface{},
		needs:       map[*model.Interface][]*model.Interface{},
		traits:      map[*model.TypeDef]traits{},
	}
	for _, f := range opt.Features {
		r.features[f] = true
	}
	return r
}

// tree resolves the packages that have been found.
func (r *resolver) tree(main *pkg) (*model.Tree, error) {
	tree := &model.Tree{}
	for _, p := range r.packageOrder() {
		if r.errors.More {
			break
		}
		r.resolvePackage(p)
		tree.Packages = append(tree.Packages, p.model)
	}
	r.sortErrors()
	if err := r.errors.Err(); err != nil {
		return nil, err
	}
	tree.Root = main.model
	markErrors(tree)
	return tree, nil
}

// sortErrors brings what was found into the order of the files, those of the main package first, and of the
// places in them.
func (r *resolver) sortErrors() {
	number := map[*diag.Source]int{}
	for _, files := range r.groups {
		for _, f := range files {
			number[f.Source] = len(number)
		}
	}
	slices.SortStableFunc(r.errors.Items, func(a, b diag.Diagnostic) int {
		return cmp.Or(number[a.Source]-number[b.Source], a.Start-b.Start)
	})
}

// listens reports whether anyone would see another diagnostic.
func (r *resolver) listens() bool { return !r.quiet && len(r.errors.Items) < diag.Limit }

// report adds a diagnostic about a range of a file. What two parts of a function have in common, such as a type that
// both need, is said once.
func (r *resolver) report(f *syntax.File, s syntax.Span, rule diag.Rule, message, hint string) {
	if r.quiet {
		return
	}
	d := diag.Diagnostic{Source: f.Source, Start: int(s.Start), End: int(s.End), Rule: rule, Message: message, Hint: hint}
	if n := len(r.errors.Items); n > 0 && r.errors.Items[n-1] == d {
		return
	}
	r.errors.Add(d)
}

// place is where a name is declared.
func place(f *syntax.File, s syntax.Span) model.Place {
	return model.Place{Source: f.Source, Start: int(s.Start), End: int(s.End)}
}
