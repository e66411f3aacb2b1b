// Package link matches what components import with what a host provides.
//
// Interfaces match by name and semver track, as the Component Model asks: within a track every later
// version has all that an earlier one has, so a component built against 0.2.3 runs on a host with 0.2.12
// and the other way round, as long as the functions that it really imports exist with the same types.
// The comparison of functions belongs to instantiation; this package only knows names. With them it also plans
// compositions ([Plan]): which component answers the imports of which others.
package link

import (
	"fmt"
	"slices"
	"strings"
)

// Track cuts a version down to the part that changes when compatibility breaks: the major version, or 0
// with the minor version, or 0.0 with the patch. A pre-release is compatible with itself only.
//
// Specification: Explainer.md, "canonical interface names".
func Track(version string) string {
	core, _, _ := strings.Cut(version, "+")
	if strings.Contains(core, "-") {
		return core
	}
	parts := strings.Split(core, ".")
	for i, p := range parts {
		if p != "0" {
			return strings.Join(parts[:i+1], ".")
		}
	}
	return core
}

// Key is the name of an interface with its version cut to the track: names match when their keys do.
func Key(name string) string {
	iface, version, ok := strings.Cut(name, "@")
	if !ok {
		return name
	}
	return iface + "@" + Track(version)
}

// Set is a collection of things that go by interface names, such as host interfaces.
type Set[T any] struct{ byKey map[string]entry[T] }

type entry[T any] struct {
	name  string // with its full version
	value T
}

// Add puts a value under a name. Of two names with the same key the later one counts, so that a program
// can put its own implementation in place of a general one.
func (s *Set[T]) Add(name string, value T) {
	if s.byKey == nil {
		s.byKey = map[string]entry[T]{}
	}
	s.byKey[Key(name)] = entry[T]{name, value}
}

// Get returns what answers an import of the given name.
func (s *Set[T]) Get(name string) (T, bool) {
	e, ok := s.byKey[Key(name)]
	return e.value, ok
}

// Hint says for a name that nothing answers what comes nearest, or "".
func (s *Set[T]) Hint(name string) string {
	iface, _, _ := strings.Cut(name, "@")
	pkg, _, _ := strings.Cut(iface, "/")
	var others, siblings []string
	for key, e := range s.byKey {
		have, _, _ := strings.Cut(key, "@")
		switch {
		case have == iface:
			others = append(others, e.name)
		case strings.HasPrefix(have, pkg+"/"):
			siblings = append(siblings, e.name)
		}
	}
	slices.Sort(others)
	slices.Sort(siblings)
	switch {
	case len(others) > 0:
		return fmt.Sprintf("there is %s, of another semver track", strings.Join(others, ", "))
	case len(siblings) > 0:
		return fmt.Sprintf("of that package there is %s", strings.Join(siblings, ", "))
	}
	return ""
}
