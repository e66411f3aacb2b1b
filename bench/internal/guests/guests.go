// Package guests gives the components that are measured: the same bytes to every side. Some are compiled from C, in
// the directory c; those that are about one thing are put together in Go.
package guests

import (
	_ "embed"
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
	OwnerFile    = "owner.comp.wasm"
	KernelsFile  = "kernels.comp.wasm"
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

// Write writes all guests to a directory, for [Read] and for those who can't ask this package for the others.
func (s *Set) Write(dir string) error {
	owner, programs := Owner(), Kernels()
	others := []file{{OwnerFile, &owner}, {KernelsFile, &programs}}
	for _, f := range append(s.files(), others...) {
		if err := os.WriteFile(filepath.Join(dir, f.name), *f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var errNoModule = errors.New("the component has no core module")

//go:embed callee.wasm
var callee []byte

//go:embed driver.wasm
var driver []byte

// Pair returns the two components that [BuiltIn]'s Composed is made of.
func Pair() (calleeOfDriver, driverOfCallee []byte) { return callee, driver }

//go:generate go tool witgen generate ./mail
//go:generate go tool witgen build ./mail -o mail.wasm

//go:embed mail.wasm
var mail []byte

// Mail returns a component that sends messages to another instance of itself.
func Mail() []byte { return mail }

// BuiltIn returns the guests that are part of this package: without resources.
func BuiltIn() *Set {
	composed := compose(callee, driver, []string{
		"drive-noop", "drive-add", "drive-echo", "drive-sum", "drive-bytes", "drive-rec", "drive-variant",
		"drive-option", "drive-result",
	})
	return &Set{Callee: callee, Composed: composed, Plain: composed}
}
