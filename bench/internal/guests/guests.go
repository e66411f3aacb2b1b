// Package guests gives the components that are measured: the same bytes to every side.
package guests

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
)

// Set are the guests for calls. Their contract is bench/wit.
type Set struct {
	Callee   []byte // exports perf:bench/api, and calls perf:bench/host in loops
	Composed []byte // the callee, and one who calls it in loops
	// Plain is Composed without resources, which not every peer can pass from one component to another.
	Plain []byte
}

// The names of the guests' files.
const (
	CalleeFile   = "callee.comp.wasm"
	ComposedFile = "composed.comp.wasm"
	PlainFile    = "composed-nores.comp.wasm"
)

// file is a guest and the name of its file.
type file struct {
	name string
	data *[]byte
}

func (s *Set) files() []file {
	return []file{
		{CalleeFile, &s.Callee},
		{ComposedFile, &s.Composed},
		{PlainFile, &s.Plain},
	}
}

// Read reads the guests from a directory.
func Read(dir string) (*Set, error) {
	var s Set
	for _, f := range s.files() {
		var err error
		if *f.data, err = os.ReadFile(filepath.Join(dir, f.name)); err != nil {
			return nil, err
		}
	}
	return &s, nil
}

// Write writes the guests to a directory, for [Read].
func (s *Set) Write(dir string) error {
	for _, f := range s.files() {
		if err := os.WriteFile(filepath.Join(dir, f.name), *f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var errNoModule = errors.New("the component has no core module")

// CoreModule returns the first core module in a component, for those who run it without the component around it.
func CoreModule(component []byte) ([]byte, error) {
	const preamble, moduleSection = 8, 1
	for rest := component[min(preamble, len(component)):]; len(rest) > 0; {
		id := rest[0]
		size, n := binary.Uvarint(rest[1:]) // the binary format codes sizes alike
		if n <= 0 || size > uint64(len(rest)-1-n) {
			break
		}
		rest = rest[1+n:]
		if id == moduleSection {
			return rest[:size], nil
		}
		rest = rest[size:]
	}
	return nil, errNoModule
}
