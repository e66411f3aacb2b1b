package goguest

import (
	"slices"
	"strings"
	"unicode"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// funcNames are the Go names that go with one function.
type funcNames struct {
	public string   // the function, or the method of a resource or of Guest
	full   string   // the same with the name of the resource before it
	params []string // without self
	cross  string   // the function that moves values
	raw    string   // the function of the host in core form
	post   string   // of an export: what releases its result
}

// receiver is the name of a method's receiver.
const receiver = "r"

// prefixes begin the names of functions that generated code has beside methods.
var prefixes = []string{
	"call", "destroy", "import", "post", "raw",
	string(loadMemory), string(liftSlots), string(storeMemory), string(lowerSlots),
}

// bodyNames are the variables of functions that have parameters as users know them. Beside them there are s and p with a
// number.
var bodyNames = []string{"block", "err", "p", "result", "slots", receiver}

// localNames are names in all other functions. What is imported has none of them.
var localNames = []string{"e", "elem", "fail", "function", "g", "i", "list", "ok", "payload", "rep", "s", "some", "v", "value"}

// nameAll claims the package's names: those of types come first, as host code has them.
func (p *pkg) nameAll() {
	for _, d := range p.unit.scope.Types {
		decl := p.g.declared(d)
		p.claimAll(decl.Name, decl.Kind, decl.Table)
		p.claimAll(decl.Kinds...)
		p.claimAll(decl.Cases...)
	}
	if len(p.unit.exports) > 0 {
		p.guest = p.names.Claim("Guest")
		p.registered = p.names.Claim("registered")
		p.implementation = p.names.Claim("implementation")
	}
	if len(p.unit.exports)+len(p.unit.items) > 0 {
		p.export = p.names.Claim("Export")
	}
	if p.unit.side == world {
		p.exports = p.names.Claim("Exports")
	}
	if len(p.unit.imports) > 0 {
		p.fake = p.names.Claim("Fake")
	}
	p.nameImports()
	p.nameFuncs(p.unit.imports, p.names, "import", "Close", "Drop")
	p.nameFuncs(p.unit.exports, gosrc.Names{}, "call", "Drop")
}

// claimAll claims those names of a type that it has.
func (p *pkg) claimAll(list ...string) {
	for _, name := range list {
		if name != "" {
			p.names.Claim(name)
		}
	}
}

// nameFuncs names the functions of one side. Those that belong to no value share the names in free; methods of a
// resource share theirs with those that every resource has.
func (p *pkg) nameFuncs(funcs []*model.Func, free gosrc.Names, cross string, all ...string) {
	resources := map[*model.TypeDef]gosrc.Names{}
	for _, fn := range funcs {
		taken, of := free, ""
		if fn.Kind == model.Method {
			if resources[fn.Resource] == nil {
				resources[fn.Resource] = gosrc.NewNames(all...)
			}
			taken, of = resources[fn.Resource], gosrc.GoName(fn.Resource.Name)
		}
		n := &funcNames{public: taken.Claim(publicName(fn))}
		n.full = of + n.public
		n.cross = p.names.Claim(cross + n.full)
		n.raw = p.names.Claim("raw" + n.full)
		n.post = p.names.Claim("post" + n.full)
		p.funcs[fn] = n
	}
	for _, fn := range funcs {
		p.funcs[fn].params = p.paramNames(fn)
	}
}

// publicName is what a function is called. Without a context as its first parameter, as host code has it, Seek is one of
// the methods for which go vet demands the signature of Go's own.
func publicName(fn *model.Func) string {
	name := gosrc.MethodName(fn)
	if params := gosrc.WireParams(fn); name == "Seek" && len(params) > 0 && params[0].Type.Kind == abi.S64 {
		return name + "_"
	}
	return name
}

// paramNames names a function's parameters apart from what generated bodies use.
func (p *pkg) paramNames(fn *model.Func) []string {
	taken := gosrc.NewNames(bodyNames...)
	params := gosrc.WireParams(fn)
	names := make([]string, len(params))
	for i, param := range params {
		name := gosrc.LocalName(param.Name)
		if p.names[name] || p.imports[name] || isGenerated(name) {
			name += "_"
		}
		names[i] = taken.Claim(name)
	}
	return names
}

// isGenerated reports whether generated code may have a function or a numbered variable of that name.
func isGenerated(name string) bool {
	if strings.Trim(name[1:], "0123456789") == "" && name != name[:1] && (name[0] == 'p' || name[0] == 's') {
		return true
	}
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && unicode.IsUpper(rune(rest[0])) {
			return true
		}
	}
	return false
}

// nameImports gives other packages their names in the files of this one: their own, unless that is taken; then the
// side comes before it, and then the names of the WIT package.
func (p *pkg) nameImports() {
	p.imports = gosrc.NewNames("fmt", "guest", "unsafe")
	taken := gosrc.NewNames(slices.Concat(bodyNames, localNames)...)
	free := func(name string) bool {
		return !taken[name] && !p.imports[name] && !p.names[name] && !gosrc.Reserved(name)
	}
	for _, u := range p.uses() {
		short := u.name
		if u.side == exports {
			short = "exported" + short
		}
		long := gosrc.Joined(u.scope.Package.Name) + short
		full := gosrc.Joined(strings.ReplaceAll(u.scope.Package.Namespace, ":", "-")) + long
		name := full + "v" + strings.Map(gosrc.OnlyLetters, u.scope.Package.Version)
		if i := slices.IndexFunc([]string{u.name, short, long, full}, free); i >= 0 {
			name = []string{u.name, short, long, full}[i]
		}
		for !free(name) {
			name += "_"
		}
		p.imports[name] = true
		p.aliases[u] = name
	}
}

// uses are the other units whose types this one has, and those that make up the world.
func (p *pkg) uses() []*unit {
	var list []*unit
	seen := map[*unit]bool{p.unit: true}
	add := func(u *unit) {
		if !seen[u] {
			seen[u] = true
			list = append(list, u)
		}
	}
	for _, s := range p.unit.foreign() {
		add(p.g.home(p.unit, s))
	}
	for _, u := range p.unit.items {
		add(u)
	}
	return list
}
