package emit

import (
	"path"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

// gluePath is the one package of the runtime that generated code imports.
const gluePath = "github.com/witan-os/witan/runtime/glue"

// file is one generated Go file while it is written.
type file struct {
	*jen.File
	g       *generator
	unit    unit
	scope   *model.Scope
	funcs   *funcNames
	names   scope // what the package declares
	helpers helpers
}

func newFile(g *generator, u unit) *file {
	name := g.packages[u.scope].name
	f := &file{
		File:  jen.NewFilePathName(g.importPath(u.scope), name),
		g:     g,
		unit:  u,
		scope: u.scope,
		names: packageScope(),
	}
	g.decls[u.scope] = declarations(u.scope, f.names)
	f.HeaderComment(Header)
	f.ImportName(gluePath, path.Base(gluePath))
	imports := g.imports(u)
	for s, name := range imports {
		if name == g.packages[s].name {
			f.ImportName(g.importPath(s), name)
		} else {
			f.ImportAlias(g.importPath(s), name)
		}
	}
	f.funcs = nameFuncs(u, f.names, namesInBodies(u, imports))
	return f
}

// writeAll adds everything in the order in which people will want to read it.
func (f *file) writeAll() {
	f.packageComment()
	f.contract()
	for _, d := range f.scope.Types {
		f.typeDef(d)
	}
	f.worldType()
	f.exportsType()
	f.host()
	f.client()
	f.guests()
	f.functionTypes()
	f.coreTypes()
	f.provide()
	f.calls()
	f.emitHelpers()
}

func (f *file) packageComment() {
	kind := "interface"
	if f.unit.world {
		kind = "world"
	}
	text := "Package " + f.g.packages[f.scope].name + " is the WIT " + kind + " " + describe(f.scope) + " in Go."
	if docs := docs(f.scope.Docs, f.scope.Stability); docs != "" {
		text += "\n\n" + docs
	}
	for _, line := range commentLines(text) {
		f.PackageComment(line)
	}
}

// comment adds a comment to the file.
func (f *file) comment(text string) {
	for _, line := range commentLines(text) {
		f.Comment(line)
	}
}

// comment adds a comment to a group.
func comment(g *jen.Group, text string) {
	for _, line := range commentLines(text) {
		g.Comment(line)
	}
}

// commentLines makes a comment of text; an empty text makes none.
func commentLines(text string) []string {
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.Map(printable, text), "\n")
	for i, l := range lines {
		if looksLikeDirective(l) {
			l = "\\" + strings.TrimSpace(l)
		}
		lines[i] = strings.TrimRight("// "+l, " ")
		if strings.HasPrefix(l, "\t") {
			lines[i] = "//" + l
		}
	}
	return lines
}

// looksLikeDirective reports whether a tool could take a line of a comment for one: gofmt makes a build constraint of
// +build, which hides the file from the compiler.
func looksLikeDirective(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "+build") || strings.HasPrefix(line, "go:")
}

// printable drops what the Go compiler takes no file with.
func printable(r rune) rune {
	if r == '\ufeff' || r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t' {
		return -1
	}
	return r
}

// docs is the documentation of a declaration, with Go's notice behind it if that is deprecated.
func docs(text string, s model.Stability) string {
	if s.Deprecated == "" {
		return text
	}
	return paragraphs(text, "Deprecated: since version "+s.Deprecated+" of the WIT package.")
}

// paragraphs joins those parts of a comment that are not empty.
func paragraphs(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, "\n\n")
}

// foreignScopes are the other scopes whose types the unit uses, in order of their first use.
func foreignScopes(u unit) []*model.Scope {
	var list []*model.Scope
	seen := map[*model.Scope]bool{u.scope: true}
	see := func(d *model.TypeDef) {
		if d != nil && !seen[d.Owner] {
			seen[d.Owner] = true
			list = append(list, d.Owner)
		}
	}
	for _, d := range u.scope.Types {
		see(d.Root())
	}
	for _, field := range append(u.importFields(), u.exportFields()...) {
		if s := &field.iface.Scope; !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	eachType(u, func(t *model.Type) {
		see(t.Alias)
		see(t.Def)
		see(t.Resource)
	})
	return list
}

// eachType visits the types that a unit declares or uses, with all their parts: generated code spells out
// those of foreign types too.
func eachType(u unit, visit func(*model.Type)) {
	w := walker{visit: visit, seen: map[*model.Type]bool{}}
	for _, d := range u.scope.Types {
		w.walk(d.Type)
	}
	w.funcs(u.host)
	w.funcs(u.guest)
}

func eachFuncType(funcs []*model.Func, visit func(*model.Type)) {
	w := walker{visit: visit, seen: map[*model.Type]bool{}}
	w.funcs(funcs)
}

// walk visits a type and its parts.
func walk(t *model.Type, visit func(*model.Type)) {
	w := walker{visit: visit, seen: map[*model.Type]bool{}}
	w.walk(t)
}

// walker visits types once. They share their parts: the ways to all of them may be more than there is time for.
type walker struct {
	visit func(*model.Type)
	seen  map[*model.Type]bool
}

func (w *walker) funcs(funcs []*model.Func) {
	for _, fn := range funcs {
		for _, p := range fn.Params {
			w.walk(p.Type)
		}
		w.walk(fn.Result)
	}
}

// walk visits what has not been visited of a type, which may be missing.
func (w *walker) walk(t *model.Type) {
	if t == nil || w.seen[t] {
		return
	}
	w.seen[t] = true
	w.visit(t)
	if t.Kind == abi.Map {
		w.walk(pairOf(t))
		return
	}
	w.walk(t.Elem)
	for _, f := range t.Fields {
		w.walk(f.Type)
	}
	for _, c := range t.Cases {
		w.walk(c.Type)
	}
}
