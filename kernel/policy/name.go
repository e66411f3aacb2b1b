package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/link"
)

// interfaceOf is the name of an interface without its version.
func interfaceOf(name string) string {
	name, _, _ = strings.Cut(name, "@")
	return name
}

// track is the semver track of an interface's name, "" if it has no version.
func track(name string) string {
	_, version, ok := strings.Cut(name, "@")
	if !ok {
		return ""
	}
	return link.Track(version)
}

// packageOf is the name of an interface's package without its version.
func packageOf(name string) string {
	name, _, _ = strings.Cut(interfaceOf(name), "/")
	return name
}

// scope tells how close a key of imports comes to a name.
type scope int

// The scopes, from the widest to the closest. A key with a version is closer than the same one without.
const (
	scopeNone scope = iota
	scopeNamespace
	scopePackage
	scopePackageVersion
	scopeInterface
	scopeInterfaceVersion
)

// scopeOf tells how close a key comes to an import of some name.
func scopeOf(key, name string) scope {
	iface, pkg := interfaceOf(name), packageOf(name)
	namespace, _, qualified := strings.Cut(pkg, ":")
	of := scopeNone
	switch interfaceOf(key) {
	case iface:
		of = scopeInterface
	case pkg:
		of = scopePackage
	case namespace:
		if qualified {
			of = scopeNamespace
		}
	}
	switch versioned := strings.Contains(key, "@"); {
	case !versioned || of == scopeNone:
		return of
	case of == scopeNamespace || track(key) != track(name):
		return scopeNone
	}
	return of + 1
}

// choose finds who answers an import, by the key that comes closest to its name. Of two keys for the same track
// the first one in the order of their letters counts.
func choose(imports map[string]manifest.Provider, want link.Name) (key string, ok bool) {
	best := scopeNone
	for _, k := range slices.Sorted(maps.Keys(imports)) {
		s := scopeOf(k, want.Name)
		if want.Implements != "" {
			s = max(s, scopeOf(k, want.Implements))
		}
		if s > best {
			key, best = k, s
		}
	}
	return key, best != scopeNone
}
