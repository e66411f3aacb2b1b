package componentize

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/witan-os/witan/gen/model"
)

// contract is what the component may import and has to export: the worlds of the main module and of the adapters
// taken together.
type contract struct {
	imports, exports side
	root             *item // what the world itself imports: its types and functions
	out              *item // the functions that the world itself exports

	problems *Error
	within   map[place]bool // the types whose parts are being looked at
}

// side is the imports or the exports.
type side struct {
	export  bool
	items   []*item                 // the instances, in order
	byName  map[string]*item        // the same
	ifaces  map[*model.Scope]*iface // by each of the scopes that an interface was made of
	byTrack map[string]*iface       // those with an ID
	byID    map[*iface]*item        // what is imported or exported under the ID of its interface
}

// iface is an interface in all versions of one semver track that the worlds have. It is taken to be what the newest
// of them says, and to have what only an older one has: worlds in binary form may have a part of an interface only.
type iface struct {
	newest *model.Scope // nil for the world itself
	types  []*model.TypeDef
	funcs  []*model.Func
	typ    map[string]*model.TypeDef
	fn     map[string]*model.Func
}

// item is an instance that the component imports or exports, or what it imports and exports without one.
type item struct {
	export     bool
	name       string // as the component has it; "" for what is in no instance
	iface      *iface
	implements string
	externalID string
	place      model.Place

	liveTypes map[*model.TypeDef]bool
	liveFuncs map[*model.Func]bool
}

// makeContract brings worlds together, of which the first is that of the main module.
func makeContract(worlds []*model.World) *contract {
	c := &contract{
		imports: newSide(false), exports: newSide(true),
		root: newItem(false, "", newIface()), out: newItem(true, "", newIface()),
		problems: &Error{}, within: map[place]bool{},
	}
	for _, w := range worlds {
		c.imports.interfaces(w.Imports, c.problems)
		c.exports.interfaces(w.Exports, c.problems)
	}
	for _, w := range worlds {
		c.imports.ifaces[&w.Scope] = c.root.iface
		c.imports.add(w.Imports, c.root, c.problems)
		c.exports.add(w.Exports, c.out, c.problems)
	}
	return c
}

func newSide(export bool) side {
	return side{
		export: export, byName: map[string]*item{},
		ifaces: map[*model.Scope]*iface{}, byTrack: map[string]*iface{}, byID: map[*iface]*item{},
	}
}

func newIface() *iface {
	return &iface{typ: map[string]*model.TypeDef{}, fn: map[string]*model.Func{}}
}

func newItem(export bool, name string, of *iface) *item {
	return &item{
		export: export, name: name, iface: of,
		liveTypes: map[*model.TypeDef]bool{}, liveFuncs: map[*model.Func]bool{},
	}
}

// interfaces notes interfaces that have an ID, with those of the same track together. But a world that exports several
// versions means to.
func (s *side) interfaces(items []*model.Item, problems *Error) {
	here := map[string]bool{}
	for _, i := range model.Interfaces(items) {
		if i.World != nil || s.ifaces[&i.Scope] != nil {
			continue
		}
		track := i.TrackID()
		if s.export && here[track] {
			track = i.ID()
		}
		here[track] = true
		if s.byTrack[track] == nil {
			s.byTrack[track] = newIface()
		}
		s.ifaces[&i.Scope] = s.byTrack[track]
		s.byTrack[track].agree(i, problems)
		s.byTrack[track].add(i)
	}
}

// add adds a version of the interface.
func (f *iface) add(i *model.Interface) {
	newer := f.newest == nil || compareVersions(f.newest.Package.Version, i.Package.Version) < 0
	if newer {
		f.newest = &i.Scope
	}
	f.types, f.typ = merge(f.types, i.Types, newer, func(d *model.TypeDef) string { return d.Name })
	f.funcs, f.fn = merge(f.funcs, i.Funcs, newer, func(f *model.Func) string { return f.Name })
}

// merge adds to a list what has no name of the list. If the second is the newer one, it goes first.
func merge[T any](a, b []T, newer bool, name func(T) string) ([]T, map[string]T) {
	if newer {
		a, b = b, a
	}
	var list []T
	known := map[string]T{}
	for _, x := range slices.Concat(a, b) {
		if _, ok := known[name(x)]; !ok {
			known[name(x)] = x
			list = append(list, x)
		}
	}
	return list, known
}

// compareVersions orders the versions of packages of one track.
func compareVersions(a, b string) int {
	if c := semver.Compare("v"+a, "v"+b); c != 0 {
		return c
	}
	return cmp.Compare(a, b) // versions that differ in the build are equal, and one of them has to be first
}

// add adds items of a world. What is in no instance goes to rest.
func (s *side) add(items []*model.Item, rest *item, problems *Error) {
	for _, i := range items {
		switch {
		case i.Type != nil:
			rest.iface.addType(i.Type)
		case i.Func != nil:
			rest.iface.addFunc(i.Func)
		default:
			s.instance(i, problems)
		}
	}
}

func (f *iface) addType(d *model.TypeDef) {
	if f.typ[d.Name] == nil {
		f.typ[d.Name] = d
		f.types = append(f.types, d)
	}
}

func (f *iface) addFunc(fn *model.Func) {
	if f.fn[fn.Name] == nil {
		f.fn[fn.Name] = fn
		f.funcs = append(f.funcs, fn)
	}
}

func (f *iface) funcNames() []string {
	names := make([]string, len(f.funcs))
	for i, fn := range f.funcs {
		names[i] = fn.Name
	}
	return names
}

func (f *iface) resourceNames() []string {
	var names []string
	for _, d := range f.types {
		if d.Root().Resource != nil {
			names = append(names, d.Name)
		}
	}
	return names
}

// instance adds an interface, unless it is there.
func (s *side) instance(i *model.Item, problems *Error) {
	of := s.ifaces[&i.Interface.Scope]
	if of == nil { // an interface that the world has in place
		of = newIface()
		of.add(i.Interface)
		s.ifaces[&i.Interface.Scope] = of
	}
	name := i.Name
	if name == "" {
		name = of.newest.ID()
	}
	if known := s.byName[name]; known != nil {
		if known.iface != of {
			problems.add(i.Place, "the worlds of the module and of an adapter have %s as two different interfaces", quoted(name))
		}
		return
	}
	x := newItem(s.export, name, of)
	x.externalID, x.place = i.ExternalID, i.Interface.Place
	if i.Implements() {
		x.implements = of.newest.ID()
	}
	if i.Name == "" {
		s.byID[of] = x
	}
	s.byName[name] = x
	s.items = append(s.items, x)
}

// find finds an item by a plain name, or by an ID with any version of the track.
func (s *side) find(name string) *item {
	if i := s.byName[name]; i != nil {
		return i
	}
	return s.byID[s.byTrack[trackID(name)]]
}

// trackID is the name of an interface with the track in the place of the version.
func trackID(name string) string {
	path, version, versioned := strings.Cut(name, "@")
	if !versioned {
		return path
	}
	return path + "@" + model.Track(version)
}

// names are the names of the items, for suggestions.
func (s *side) names() []string {
	names := make([]string, len(s.items))
	for i, x := range s.items {
		names[i] = x.name
	}
	return names
}

// resolve finds where the component has a type that something in an item names, and the definition that counts.
// Exports use what is exported in the first place, and what is imported otherwise. The item is nil if no world has
// the type's interface, which is never so in a world that was resolved.
func (c *contract) resolve(from *item, d *model.TypeDef) (*item, *model.TypeDef) {
	if from.export && from != c.out {
		if at, def := c.exports.resolve(from, d); at != nil {
			return at, def
		}
	}
	if c.imports.ifaces[d.Owner] == c.root.iface {
		return c.root, c.root.iface.typ[d.Name]
	}
	return c.imports.resolve(from, d)
}

func (s *side) resolve(from *item, d *model.TypeDef) (*item, *model.TypeDef) {
	of := s.ifaces[d.Owner]
	if of == nil || of.typ[d.Name] == nil {
		return nil, d
	}
	if of == from.iface {
		return from, of.typ[d.Name]
	}
	return s.byID[of], of.typ[d.Name]
}
