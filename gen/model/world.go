package model

// World is a WIT world, with what it includes from others, and with the interfaces that those it names
// need to be there.
type World struct {
	Scope            // its types are also among the imports
	Imports, Exports []*Item
}

// Item is an import or export of a world: exactly one of Interface, Func and Type is set.
type Item struct {
	Name string // the plain name; empty for an interface under its own ID

	// Interface is declared in its package, or in place, see [Scope]. One that has both an ID and a plain
	// name is imported or exported under the plain name, which then implements it.
	Interface *Interface
	Func      *Func    // Func.Name is Name
	Type      *TypeDef // in imports only

	Docs       string // of the import or export; a function's and a type's are their own
	Stability         // as Docs
	ExternalID string // as Docs
	Place
}

// Key is what components call the item: its plain name, or the ID of its interface.
func (i *Item) Key() string {
	if i.Name == "" {
		return i.Interface.ID()
	}
	return i.Name
}

// Implements tells that the item is an interface of a package under a plain name.
func (i *Item) Implements() bool {
	return i.Name != "" && i.Interface != nil && i.Interface.World == nil
}

// Interfaces are those of a world's imports or exports.
func Interfaces(items []*Item) []*Interface {
	var list []*Interface
	for _, i := range items {
		if i.Interface != nil {
			list = append(list, i.Interface)
		}
	}
	return list
}

// Funcs are the functions of a world's imports or exports which are in no interface.
func Funcs(items []*Item) []*Func {
	var list []*Func
	for _, i := range items {
		if i.Func != nil {
			list = append(list, i.Func)
		}
	}
	return list
}

// IsCommand reports whether a component of the world is a program that is run, from its beginning to its end, and not one
// whose functions are called: the world exports nothing, or no more than wasi:cli/run, in any version.
func (w *World) IsCommand() bool {
	for _, item := range w.Exports {
		if !item.isRun() {
			return false
		}
	}
	return true
}

// isRun tells that the item is the interface through which programs are run.
func (i *Item) isRun() bool {
	of := i.Interface
	return of != nil && of.World == nil && of.Package.Path() == "wasi:cli" && of.Name == "run"
}
