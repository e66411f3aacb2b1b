package emit

import (
	"fmt"
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/emit/gosrc"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
)

const gluetestPath = gluePath + "/gluetest"

// fuzzTargets writes, for each WIT package, the test that feeds hostile guests to its interfaces. It is one file for
// all of them, because a test binary takes longer to link than these targets to run.
func (g *generator) fuzzTargets(tree *model.Tree, all []unit) ([]File, error) {
	if !g.opt.Tests {
		return nil, nil
	}
	var files []File
	for _, p := range tree.Packages {
		var units []unit
		for _, u := range all {
			if u.scope.Package == p && canFuzz(u) {
				units = append(units, u)
			}
		}
		if len(units) == 0 {
			continue
		}
		f, err := g.fuzz(p, units)
		if err != nil {
			return nil, fmt.Errorf("fuzz targets of %s: %w", p.ID(), err)
		}
		files = append(files, f)
	}
	return files, nil
}

// canFuzz reports whether there is a function that Go implements and the runtime can call.
func canFuzz(u unit) bool {
	return slices.ContainsFunc(u.host, func(fn *model.Func) bool { return !isAsync(fn) })
}

// isAsync reports whether a function is asynchronous, or deals in streams or futures.
func isAsync(fn *model.Func) bool {
	has := func(t *abi.Type) bool { return t != nil && t.HasAsync() }
	return fn.Async || has(fn.ABI.Result) || slices.ContainsFunc(fn.ABI.Params, func(p abi.Param) bool { return has(p.Type) })
}

// fuzz writes the file of one WIT package, in the directory that those of its interfaces are in.
func (g *generator) fuzz(p *model.Package, units []unit) (File, error) {
	dir := g.baseDir(units[0].scope)
	f := &file{Types: newTypes(path.Join(g.opt.Module, dir), gosrc.Joined(p.Name)+"_test", nil), g: g}
	f.HeaderComment(Header)
	for _, line := range gosrc.CommentLines("These fuzz targets play guests that pass anything to the functions of " + p.ID() + ": code\n" +
		"that makes Go values of it may trap, and do nothing worse.") {
		f.PackageComment(line)
	}
	f.ImportName(gluetestPath, path.Base(gluetestPath))
	taken := gosrc.NewNames()
	for _, u := range units {
		f.importBoth(u.scope)
		f.fuzzTarget(u, taken.Claim("Fuzz"+gosrc.GoName(u.scope.Name)))
	}
	return f.render(path.Join(dir, p.Name+"_fuzz.wit_test.go"))
}

// baseDir is the directory of a scope's WIT package.
func (g *generator) baseDir(s *model.Scope) string {
	if s.World != nil {
		s = &s.World.Scope
	}
	return path.Dir(g.packages[s].Dir)
}

// importBoth names the packages of a scope and of its fakes.
func (f *file) importBoth(s *model.Scope) {
	f.ImportName(f.g.importPath(s), f.g.packages[s].Name)
	f.ImportName(f.g.fakePath(s), f.g.fakePackage(s).Name)
}

// fuzzTarget calls what a fake provides, with handles of fakes.
func (f *file) fuzzTarget(u unit, name string) {
	provide := jen.Qual(f.g.importPath(u.scope), "Provide")
	if slices.ContainsFunc(u.host, func(fn *model.Func) bool { return fn.Kind != model.Method }) {
		provide.Call(jen.Op("&").Qual(f.g.fakePath(u.scope), "Host").Values())
	} else {
		provide.Call()
	}
	args := []jen.Code{jen.Id("f"), provide.Index(jen.Lit(0))}
	for _, d := range u.scope.Types {
		if root := d.Root(); root.Resource != nil && !f.g.external(root.Owner) {
			args = append(args, f.fuzzResource(root))
		}
	}
	f.Line()
	f.Comment("// " + name + " calls the functions of " + describe(u.scope) + ".")
	f.Func().Id(name).Params(jen.Id("f").Op("*").Qual("testing", "F")).Block(
		jen.Qual(gluetestPath, "Fuzz").Add(arguments(args)),
	)
}

// fuzzResource is a handle of a fake.
func (f *file) fuzzResource(d *model.TypeDef) jen.Code {
	f.importBoth(d.Owner)
	return jen.Qual(gluetestPath, "Resource").Values(jen.Dict{
		jen.Id("Type"):  jen.Qual(f.g.importPath(d.Owner), f.g.declared(d).Resource),
		jen.Id("Value"): jen.Op("&").Qual(f.g.fakePath(d.Owner), f.g.declared(d).Name).Values(),
	})
}
