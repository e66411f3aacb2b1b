package emit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/gen/model"
)

// syscall is a function that programs import.
type syscall struct {
	scope *model.Scope
	fn    *model.Func
}

// name is what the lock file calls it. It has the track and not the version, so that a new version of a
// package keeps its numbers.
func (s syscall) name() string { return s.scope.TrackID() + "#" + s.fn.Name }

// hash changes when the function's type does.
func (s syscall) hash() uint64 {
	sum := sha256.Sum256([]byte(s.name() + ": " + s.fn.ABI.String()))
	return binary.BigEndian.Uint64(sum[:])
}

// Systable writes the table of all functions that a program can import from the generated packages, as a Go
// package of pure data. Functions without a number get one: the lock is changed.
func Systable(tree *model.Tree, opt Options, numbers *lock.Lock) (File, error) {
	g := newGenerator(tree, opt)
	calls := g.syscalls(tree)
	names := make([]string, len(calls))
	for i, s := range calls {
		names[i] = s.name()
	}
	if err := numbers.Assign(names); err != nil {
		return File{}, err
	}
	slices.SortFunc(calls, func(a, b syscall) int { return int(numbers.Number(a.name())) - int(numbers.Number(b.name())) })

	f := jen.NewFilePathName(path.Join(opt.Module, "systable"), "systable")
	f.HeaderComment(Header)
	f.PackageComment("// Package systable lists the functions that programs can import, with their system call numbers.")
	f.PackageComment("//")
	f.PackageComment("// It is data only, so that a kernel can carry it. A number stays with its function forever; numbers")
	f.PackageComment("// that are missing belonged to functions that are gone.")
	writeEntryType(f)
	f.Line()
	f.Comment("// Table is sorted by number.")
	f.Var().Id("Table").Op("=").Index(jen.Op("...")).Id("Entry").ValuesFunc(func(g *jen.Group) {
		for _, s := range calls {
			g.Line().Values(
				jen.Lit(int(numbers.Number(s.name()))),
				jen.Lit(s.scope.Package.Namespace+":"+s.scope.Package.Name),
				jen.Lit(s.scope.Name),
				jen.Lit(s.fn.Name),
				jen.Lit(s.scope.Package.Track()),
				jen.Lit(s.fn.Plan.Lowered.String()),
				jen.Id(fmt.Sprintf("0x%016x", s.hash())),
			)
		}
		g.Line()
	})
	var src bytes.Buffer
	if err := f.Render(&src); err != nil {
		return File{}, err
	}
	name := "systable/systable.wit.go"
	content, err := format(name, src.Bytes())
	return File{Path: name, Content: content}, err
}

func writeEntryType(f *jen.File) {
	f.Line()
	f.Comment("// Entry is one function.")
	f.Type().Id("Entry").Struct(
		jen.Id("Number").Uint16(),
		jen.Id("Package").String().Comment(`for example "wasi:io"`),
		jen.Id("Interface").String(),
		jen.Id("Function").String().Comment(`as components spell it, for example "[method]pollable.ready"`),
		jen.Id("Track").String().Comment("the semver track of the package"),
		jen.Id("Signature").String().Comment("of the lowered function, in core types"),
		jen.Id("Hash").Uint64().Comment("of the function's name and type"),
	)
}

// syscalls lists the functions of the generated packages, but for interfaces that programs only export.
func (g *generator) syscalls(tree *model.Tree) []syscall {
	exportOnly := exportedOnly(tree)
	var list []syscall
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			if exportOnly[i] || g.external(&i.Scope) {
				continue
			}
			for _, fn := range i.Funcs {
				list = append(list, syscall{&i.Scope, fn})
			}
		}
	}
	return list
}

// exportedOnly finds the interfaces that some world exports and none imports.
func exportedOnly(tree *model.Tree) map[*model.Interface]bool {
	only := map[*model.Interface]bool{}
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			for _, i := range model.Interfaces(w.Exports) {
				only[i] = true
			}
		}
	}
	for _, p := range tree.Packages {
		for _, w := range p.Worlds {
			for _, i := range model.Interfaces(w.Imports) {
				delete(only, i)
			}
		}
	}
	return only
}
