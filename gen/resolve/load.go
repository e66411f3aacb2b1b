package resolve

import (
	"errors"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// Options say how WIT is read.
type Options struct {
	Features    []string // the features that are enabled: items behind other gates are left out
	AllFeatures bool

	// Unknown, if it is set, is called for each of the features that no gate names, in order: one may be misspelt.
	// It is not called if part of the WIT is in binary form, whose features were chosen before.
	Unknown func(feature string)

	// Binary decodes a WIT package in binary form, which deps may have as NAME.wasm. Without it such a file is
	// an error.
	Binary func(data []byte) (*model.Tree, error)

	Library *Library // where packages are that nobody has below deps; nil for nowhere
	Also    []string // the IDs of packages of the library that are added although nothing names them
}

// Load resolves a WIT package: that of the files in a directory, together with the packages below its deps, or
// that of a single file. The error is a [diag.List] if the WIT is wrong.
func Load(path string, opt Options) (*model.Tree, error) {
	in, err := readPath(path)
	if err != nil {
		return nil, err
	}
	return in.resolve(opt)
}

// Sources resolves the package whose files are main with the packages of deps, each from files of its own.
// The error is a [diag.List] if the WIT is wrong.
func Sources(main []*diag.Source, deps [][]*diag.Source, opt Options) (*model.Tree, error) {
	in := &input{}
	for _, sources := range append([][]*diag.Source{main}, deps...) {
		if len(sources) == 0 {
			return nil, errors.New("there is a package without files")
		}
		in.sources = append(in.sources, sources)
	}
	return in.resolve(opt)
}

// input is what has been read: files by the directory that they are in, that of the main package first.
type input struct {
	sources  [][]*diag.Source
	binaries []binary
	unread   map[string]bool // directories named deps inside of packages below deps, which nobody looks into
}

// binary is a file with WIT packages in binary form.
type binary struct {
	name string
	data []byte
}

func (in *input) resolve(opt Options) (*model.Tree, error) {
	r := newResolver(opt)
	r.unread = in.unread
	for _, sources := range in.sources {
		files, list := syntax.Parse(sources...)
		r.errors.Append(list)
		r.groups = append(r.groups, files)
	}
	for _, b := range in.binaries {
		if err := r.addBinary(b); err != nil {
			return nil, err
		}
	}
	// Names in files with errors are not all known, so that what would be said about names may not be true.
	if err := r.errors.Err(); err != nil {
		return nil, err
	}
	main, err := r.findPackages()
	if err != nil {
		return nil, err
	}
	if opt.Unknown != nil && len(in.binaries) == 0 {
		r.unknownFeatures(opt)
	}
	return r.tree(main)
}
