package corename

import "strings"

// Role is what an export of a core module is for.
type Role uint8

// The roles of functions and memories.
const (
	Func       Role = iota // a function of the world or one of its interfaces
	AsyncFunc              // the same in its asynchronous form, with a callback
	Stackful               // the same without a callback
	Callback               // of an asynchronous function
	PostReturn             // what is called when the caller has read the result
	Dtor                   // the destructor of a resource
	Memory
	Realloc        // allocates for whatever needs it
	ImportRealloc  // allocates for the results of imports
	ExportRealloc  // allocates for the parameters of exports
	AdapterRealloc // allocates the stack of an adapter
	GuestRealloc   // of an adapter: stands between the host and the realloc of the main module
	Initialize     // runs before everything else
)

// Export is what an export of a core module stands for.
type Export struct {
	Role Role
	// Interface is the name of the interface, an ID or a plain name, and "" for the world itself.
	Interface string
	Name      string // of the function or resource
}

// The exports that are not about a part of the world.
var fixedExports = map[string]Role{
	"memory": Memory, "cm32p2_memory": Memory,
	"cabi_realloc": Realloc, "canonical_abi_realloc": Realloc, "cm32p2_realloc": Realloc,
	"cabi_import_realloc": ImportRealloc, "cabi_export_realloc": ExportRealloc, "cabi_realloc_adapter": AdapterRealloc,
	"guest_realloc": GuestRealloc,
	"_initialize":   Initialize, "cm32p2_initialize": Initialize,
}

// ParseExport reads the name of an export. What means nothing to components looks like a function of the world
// that it does not have.
func ParseExport(name string) Export {
	if role, ok := fixedExports[name]; ok {
		return Export{Role: role}
	}
	if rest, ok := strings.CutPrefix(name, standard+"|"); ok {
		return parseStandardExport(rest)
	}
	x := Export{Role: Func}
	for _, p := range rolePrefixes {
		rest, ok := strings.CutPrefix(name, p.prefix)
		if ok {
			x.Role, name = p.role, rest
			break
		}
	}
	x.Interface, x.Name = splitLegacy(name)
	if resource, ok := strings.CutPrefix(x.Name, "[dtor]"); ok && x.Role == Func {
		x.Role, x.Name = Dtor, resource
	}
	return x
}

var rolePrefixes = []struct {
	prefix string
	role   Role
}{
	{"cabi_post_", PostReturn},
	{"[callback][async-lift]", Callback},
	{"[async-lift]", AsyncFunc},
	{"[async-lift-stackful]", Stackful},
}

func splitLegacy(name string) (iface, item string) {
	if iface, item, ok := strings.Cut(name, "#"); ok {
		return iface, item
	}
	return "", name
}

// parseStandardExport reads "|function" and "interface|function", perhaps with an ending that WIT has no names with.
func parseStandardExport(name string) Export {
	var x Export
	x.Interface, x.Name, _ = strings.Cut(name, "|")
	for ending, role := range map[string]Role{"_post": PostReturn, "_dtor": Dtor} {
		if base, ok := strings.CutSuffix(x.Name, ending); ok {
			x.Name, x.Role = base, role
		}
	}
	return x
}

// FuncName is the name by which the older scheme exports a function, for messages: it is what most tools write.
func FuncName(iface, function string) string {
	if iface == "" {
		return function
	}
	return iface + "#" + function
}
