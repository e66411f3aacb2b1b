package resolve

import (
	"fmt"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// addBinary adds the packages that a file in binary form has. They are written as text first, and then go the way
// of all WIT: with the gates that the file has kept, and with one definition of each type, whoever uses it.
//
// The file has one package in full. Of others it has what that needs, which counts only if nothing else has
// these packages: see [resolver.addParts].
func (r *resolver) addBinary(b binary) error {
	if r.decode == nil {
		return fmt.Errorf("%s: WIT packages in binary form can't be read here", b.name)
	}
	tree, err := r.decode(b.data)
	if err != nil {
		return fmt.Errorf("%s: %w", b.name, err)
	}
	for _, p := range tree.Packages {
		files, list := syntax.Parse(diag.NewSource(b.name, print.Package(p)))
		r.errors.Append(list)
		if p == tree.Root {
			r.decoded = append(r.decoded, files)
		} else {
			r.parts = append(r.parts, part{p, files})
		}
	}
	return nil
}

// part is a package of which a file in binary form has as much as another package in there needs.
type part struct {
	of    *model.Package
	files []*syntax.File
}

// addParts adds those packages that are only there in part. If there are several parts of one, the first counts.
func (r *resolver) addParts() {
	for _, p := range r.parts {
		if r.byID[p.of.ID()] == nil {
			r.groups = append(r.groups, p.files)
			r.groupPackages(p.files)
		}
	}
}
