package model

import "github.com/witan-os/witan/internal/diag"

// Tree is everything that one WIT directory, one file of JSON or one component declares.
type Tree struct {
	Packages []*Package // each behind those that it uses
	Root     *Package   // the package that was asked for: the others are what it uses
}

// Package is a WIT package.
type Package struct {
	Namespace, Name string
	Version         string // empty if the package has none
	Docs            string
	Interfaces      []*Interface // those that it declares by name
	Worlds          []*World
}

// ID is the package's name, for example "wasi:io@0.2.12".
func (p *Package) ID() string { return p.Path() + at(p.Version) }

// Path is the package's name without the version, for example "wasi:io".
func (p *Package) Path() string { return p.Namespace + ":" + p.Name }

// Track is the package's semver track, see [Track].
func (p *Package) Track() string { return Track(p.Version) }

func at(version string) string {
	if version == "" {
		return ""
	}
	return "@" + version
}

// Place is where something is declared. It is the zero value for what does not come from text.
type Place struct {
	Source     *diag.Source
	Start, End int // of the name, as in [diag.Diagnostic]
}

// Stability is what the gates in front of a declaration say. A declaration without any has the zero value.
type Stability struct {
	Since      string // the version that brought it
	Unstable   string // the feature that it belongs to, which is enabled here
	Deprecated string // the version that advised against it
}

// Scope is where types and functions are declared: an interface or a world.
type Scope struct {
	Package *Package
	// World is set for an interface without a package-wide name: the world that has it in place. Name is then
	// the name of the import or export that it is.
	World *World
	Name  string
	Docs  string
	Stability
	Place
	Types []*TypeDef // in order of declaration
}

// ID is the scope's name in full, for example "wasi:io/streams@0.2.12". An interface that a world has in
// place has no more than its name.
func (s *Scope) ID() string { return s.qualified(s.Package.Version) }

// TrackID is the ID with the track in place of the version, for example "wasi:io/streams@0.2". It is
// equal for all versions that can stand in for each other.
func (s *Scope) TrackID() string { return s.qualified(s.Package.Track()) }

func (s *Scope) qualified(version string) string {
	if s.World != nil {
		return s.Name
	}
	return s.Package.Path() + "/" + s.Name + at(version)
}

// Interface is a WIT interface.
type Interface struct {
	Scope
	Funcs []*Func // in order of declaration
}
