package emit

import (
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
)

// fakePackage is the Go package with the fakes of a scope, in the directory of the scope's own.
func (g *generator) fakePackage(s *model.Scope) gosrc.Package {
	own := g.packages[s]
	name := own.Name + "fake"
	for g.isTaken(path.Join(own.Dir, name)) {
		name += "s"
	}
	return gosrc.Package{Dir: path.Join(own.Dir, name), Name: name}
}

// isTaken reports whether a directory is that of a scope.
func (g *generator) isTaken(dir string) bool {
	for _, p := range g.packages {
		if p.Dir == dir {
			return true
		}
	}
	return false
}

// fakePath is the import path of that package.
func (g *generator) fakePath(s *model.Scope) string {
	return path.Join(g.opt.Module, g.fakePackage(s).Dir)
}

// hasFake reports whether there is something to stand in for: functions that Go implements, or resources.
func hasFake(u unit) bool {
	if u.exportOnly {
		return false
	}
	if len(u.host) > 0 {
		return true
	}
	for _, d := range u.scope.Types {
		if d.Resource != nil && d.Target() == nil {
			return true
		}
	}
	return false
}

// fake writes the package with the fakes of a unit: stand-ins for its Host and its resources that record how they
// are called and answer what a test has said.
func (g *generator) fake(u unit) (File, error) {
	pkg := g.fakePackage(u.scope)
	used := namesInBodies(u, g.imports(u))
	for _, name := range []string{"f", "slices"} {
		used.variables[name] = true
	}
	f := &file{
		// It declares nothing, so all types are those of another package.
		Types: newTypes(g.fakePath(u.scope), pkg.Name, &model.Scope{Package: u.scope.Package}),
		g:     g,
		unit:  u,
		funcs: nameFuncs(u, gosrc.PackageNames(), used),
	}
	f.Side = f
	f.HeaderComment(Header)
	f.ImportName(gluePath, path.Base(gluePath))
	for _, s := range append(foreignScopes(u), u.scope) {
		f.ImportName(g.importPath(s), g.packages[s].Name)
	}
	for _, line := range gosrc.CommentLines(
		"Package " + pkg.Name + " stands in for what implements " + describe(u.scope) + ", in tests.\n\n" +
			"A fake records its calls and answers each with the function that the test has put into the field named\n" +
			"after the method, with On before it; a call without one fails. Its zero value is ready for use.") {
		f.PackageComment(line)
	}
	for _, d := range u.scope.Types {
		if d.Resource != nil && d.Target() == nil {
			f.fakeType(g.declared(d).Name, d)
		}
	}
	if f.hasHost() {
		f.fakeType("Host", nil)
	}
	return f.render(path.Join(pkg.Dir, u.scope.Name+".wit.go"))
}

// fakeType declares the fake of a resource, or of the Host.
func (f *file) fakeType(name string, d *model.TypeDef) {
	var funcs []*model.Func
	for _, fn := range f.unit.host {
		if fn.Kind == model.Method && fn.Resource == d || fn.Kind != model.Method && d == nil {
			funcs = append(funcs, fn)
		}
	}
	fields := f.fakeFields(funcs)
	f.Line()
	f.AddComment(name + " is a fake " + f.g.packages[f.unit.scope].Name + "." + name + ".")
	f.Type().Id(name).StructFunc(func(g *jen.Group) {
		g.Id(fields.calls).Add(glue("Calls"))
		for i, fn := range funcs {
			g.Id(fields.on[i]).Func().Add(f.signature(fn, false))
		}
		if d != nil {
			g.Id(fields.onDrop).Func().Params(jen.Qual("context", "Context"))
		}
	})
	f.Line()
	f.Var().Id("_").Add(jen.Qual(f.g.importPath(f.unit.scope), name)).Op("=").Parens(jen.Op("*").Id(name)).Call(jen.Nil())
	for i, fn := range funcs {
		f.fakeMethod(name, fn, fields.calls, fields.on[i])
	}
	if d != nil {
		f.fakeDrop(name, fields)
	}
}

// fakeFields are the names of a fake's fields, which must differ from those of its methods.
type fakeFields struct {
	calls, onDrop string
	on            []string
}

func (f *file) fakeFields(funcs []*model.Func) fakeFields {
	taken := gosrc.NewNames("Drop")
	for _, fn := range funcs {
		taken.Claim(f.funcs.method[fn])
	}
	fields := fakeFields{calls: taken.Claim("Calls"), onDrop: taken.Claim("OnDrop")}
	for _, fn := range funcs {
		fields.on = append(fields.on, taken.Claim("On"+f.funcs.method[fn]))
	}
	return fields
}

// fakeMethod records the call and passes it on.
func (f *file) fakeMethod(receiver string, fn *model.Func, calls, on string) {
	s := gosrc.ShapeOf(fn)
	record := []jen.Code{jen.Lit(fn.Base)}
	args := []jen.Code{jen.Id("ctx")}
	for i, p := range gosrc.WireParams(fn) {
		arg := jen.Id(f.funcs.params[fn][i])
		args = append(args, arg)
		if gosrc.IsBytes(p.Type) {
			arg = jen.Qual("slices", "Clone").Call(arg)
		}
		record = append(record, arg)
	}
	if s.Appends {
		args = append(args, jen.Id("buf"))
	}
	f.Line()
	f.AddComment(f.funcs.method[fn] + " records the call and answers with " + on + ".")
	f.Func().Params(jen.Id("f").Op("*").Id(receiver)).Id(f.funcs.method[fn]).Add(f.signature(fn, true)).BlockFunc(func(g *jen.Group) {
		g.Id("f").Dot(calls).Dot("Add").Call(record...)
		fails := glue("Unprogrammed").Call(jen.Lit(f.unit.scope.ID() + "#" + fn.Name))
		g.If(jen.Id("f").Dot(on).Op("==").Nil()).BlockFunc(func(g *jen.Group) {
			if s.OK == nil {
				g.Return(fails)
				return
			}
			g.Return(jen.Id("result"), fails)
		})
		g.Return(jen.Id("f").Dot(on).Call(args...))
	})
}

// fakeDrop tells the test of the end of a resource.
func (f *file) fakeDrop(receiver string, fields fakeFields) {
	f.Line()
	f.AddComment("Drop records that the last handle is gone, and calls " + fields.onDrop + " if there is one.")
	f.Func().Params(jen.Id("f").Op("*").Id(receiver)).Id("Drop").Params(jen.Id("ctx").Qual("context", "Context")).Block(
		jen.Id("f").Dot(fields.calls).Dot("Add").Call(jen.Lit("drop")),
		jen.If(jen.Id("f").Dot(fields.onDrop).Op("!=").Nil()).Block(jen.Id("f").Dot(fields.onDrop).Call(jen.Id("ctx"))),
	)
}
