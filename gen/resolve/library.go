package resolve

import (
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// Library has packages that need not be below deps, because everybody knows them. One is taken from there if it is named
// with its version and nobody else has it, so that a tree is what it was until it names one.
type Library struct {
	name string
	read func() (*shelf, error)
}

// NewLibrary returns the library of the packages in a file system, which is a directory of WIT with its deps. Messages
// call it by its name, and its files by that in angle brackets, where no path of a user begins. The files are read when
// a package is missing for the first time; nobody may change them.
func NewLibrary(name string, files fs.FS) *Library {
	return &Library{name, sync.OnceValues(func() (*shelf, error) { return newShelf("<"+name+">", files) })}
}

// Has reports whether the library has a package, whose ID has the version. One that can't be read has none.
func (l *Library) Has(id string) bool {
	s, err := l.read()
	return err == nil && s.packages[id] != nil
}

// Holds reports whether a file is one of the library's. One that can't be read has none.
func (l *Library) Holds(file *diag.Source) bool {
	s, err := l.read()
	return err == nil && s.files[file]
}

// shelf is what a library has.
type shelf struct {
	packages map[string][]*syntax.File // by ID
	versions map[string][]string       // of the packages of a name, in order
	files    map[*diag.Source]bool
}

func newShelf(display string, fsys fs.FS) (*shelf, error) {
	r := reader{fsys: fsys, dir: ".", display: display}
	in, err := r.tree()
	if err != nil {
		return nil, err
	}
	s := &shelf{map[string][]*syntax.File{}, map[string][]string{}, map[*diag.Source]bool{}}
	for _, sources := range in.sources {
		files, list := syntax.Parse(sources...)
		if err := list.Err(); err != nil {
			return nil, err
		}
		if err := s.add(files); err != nil {
			return nil, err
		}
	}
	for _, versions := range s.versions {
		slices.SortFunc(versions, compareVersions)
	}
	return s, nil
}

// add adds the package of a directory.
func (s *shelf) add(files []*syntax.File) error {
	i := slices.IndexFunc(files, func(f *syntax.File) bool { return f.Package != nil })
	if i < 0 || files[i].Package.Name.Version == nil {
		return fmt.Errorf("%s: the directory is of no package, or of one without a version", files[0].Source.Name())
	}
	name := files[i].Package.Name
	s.packages[name.String()] = files
	s.versions[pathOf(&name)] = append(s.versions[pathOf(&name)], name.Version.Text)
	for _, f := range files {
		s.files[f.Source] = true
	}
	return nil
}

// pathOf is the name of a package without the version.
func pathOf(n *syntax.PackageName) string { return n.Namespace.Name + ":" + n.Name.Name }

// addBorrowed adds the packages of the library that the caller or packages of text name, and those that these name. What
// files in binary form name is in there with them, as far as they need it.
func (r *resolver) addBorrowed() error {
	if r.library == nil {
		return nil
	}
	for _, id := range r.also {
		if err := r.borrow(id); err != nil {
			return err
		}
	}
	for n := 0; n < len(r.packages); n++ { // there are more with each that is added
		p := r.packages[n]
		if p.decoded {
			continue
		}
		for _, m := range p.dependencies() {
			if err := r.borrow(m.path.Package.String()); err != nil {
				return err
			}
		}
	}
	return nil
}

// borrow takes a package from the library, if it has it and nobody else.
func (r *resolver) borrow(id string) error {
	if r.byID[id] != nil {
		return nil
	}
	s, err := r.library.read()
	if err != nil {
		return err
	}
	r.shelf = *s
	if files := s.packages[id]; files != nil {
		r.groups = append(r.groups, files)
		r.groupPackages(files).borrowed = true
	}
	return nil
}
