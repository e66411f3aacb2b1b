package componentize_test

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testwasm"
)

// importer is a world that imports an interface of a version.
func importer(t *testing.T, version, contents string) *model.World {
	t.Helper()
	return only(t, "package a:b@"+version+"; interface i { "+contents+" } world w { import i; }")
}

// TestVersions checks that what differs only in the version is imported once, in the newest.
func TestVersions(t *testing.T) {
	m := testwasm.NewModule()
	m.ImportFunc("a:b/i@0.2.1", "f", "i32 ->")
	m.ImportFunc("a:b/i@0.2.1", "[resource-drop]r", "i32 ->")
	m.ImportFunc("old", "g", "->")
	a := testwasm.NewModule()
	g := a.ImportFunc("a:b/i@0.2.10", "new", "-> i32")
	f := a.ImportFunc("a:b/i@0.2.10", "f", "i32 ->")
	a.Func("g", "->", "call "+number(g)+" call "+number(f))

	older, newer := "resource r; f: func(r: borrow<r>);", "resource r; record x { y: u8 } f: func(r: borrow<r>); new: func() -> x;"
	for name, worlds := range map[string][2]*model.World{
		"the adapter is newer": {importer(t, "0.2.1", older), importer(t, "0.2.10", newer)},
		"the module is newer":  {importer(t, "0.2.10", newer), importer(t, "0.2.1", older)},
		"both are the same":    {importer(t, "0.2.10", newer), importer(t, "0.2.10", newer)},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := componentize.New(m.Bytes(), componentize.Options{
				World:    worlds[0],
				Adapters: []componentize.Adapter{{Name: "old", Module: a.Bytes(), World: worlds[1]}},
			})
			if err != nil {
				t.Fatal(err)
			}
			checkType(t, file, importer(t, "0.2.10", newer))
		})
	}
}

// TestVersionsDisagree shows what is said when versions that should be able to stand in for each other are not.
func TestVersionsDisagree(t *testing.T) {
	m := testwasm.NewModule()
	_, err := componentize.New(m.Bytes(), componentize.Options{
		World: importer(t, "1.0.0", "record x { y: u8 } f: func(x: x);"),
		Adapters: []componentize.Adapter{
			{Name: "old", Module: m.Bytes(), World: importer(t, "1.2.0", "record x { z: u8 } f: func(x: x);")},
		},
	})
	checkProblems(t, err, []string{
		`w.wit:1:53: f has another type in a:b/i@1.2.0 than in a:b/i@1.0.0, and the module and the adapters use both`,
	})
}

// TestTracks checks that versions of different tracks remain what they are.
func TestTracks(t *testing.T) {
	first, second := importer(t, "0.1.0", "f: func();"), importer(t, "0.2.0", "f: func() -> u8;")
	m := testwasm.NewModule()
	m.ImportFunc("a:b/i@0.1.0", "f", "->")
	m.ImportFunc("a:b/i@0.2.0", "f", "-> i32")
	first.Imports = append(first.Imports, second.Imports...)
	file, err := componentize.New(m.Bytes(), componentize.Options{World: first})
	if err != nil {
		t.Fatal(err)
	}
	checkImports(t, file, "a:b/i@0.1.0", "a:b/i@0.2.0")
}

// TestVersionsOfExports checks that a world that exports two versions of an interface gets both, each of its own.
func TestVersionsOfExports(t *testing.T) {
	source := func(text string) []*diag.Source { return []*diag.Source{diag.NewSource("w.wit", text)} }
	tree, err := resolve.Sources(source("package w:w; world w { export a:b/i@0.2.1; export a:b/i@0.2.2; }"), [][]*diag.Source{
		source("package a:b@0.2.1; interface i { f: func() -> u8; }"),
		source("package a:b@0.2.2; interface i { f: func() -> u8; g: func(); }"),
	}, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := testwasm.NewModule()
	m.Func("a:b/i@0.2.1#f", "-> i32", "i32.const 1")
	m.Func("a:b/i@0.2.2#f", "-> i32", "i32.const 2")
	m.Func("a:b/i@0.2.2#g", "->", "")
	file, err := componentize.New(m.Bytes(), componentize.Options{World: tree.Root.Worlds[0]})
	if err != nil {
		t.Fatal(err)
	}
	checkType(t, file, tree.Root.Worlds[0])
	i := start(t, file)
	for version, want := range map[string]uint8{"0.2.1": 1, "0.2.2": 2} {
		if got := call(t, i, "a:b/i@"+version, "f"); got != want {
			t.Errorf("f of version %s returns %v", version, got)
		}
	}
}

// TestCircle has interfaces whose newest versions use each other: those of no world do, but those of two can.
func TestCircle(t *testing.T) {
	for _, c := range []struct {
		name                   string
		oldB, newA, oldA, newB string // what is in the interfaces
		want                   string
	}{
		{
			"types",
			"record y { n: u8 }", "use b:b/b@0.1.1.{y as x}; f: func() -> x;",
			"record x { n: u8 }", "use a:a/a@0.1.1.{x as y}; f: func() -> y;",
			"is a part of itself, through different versions of interfaces",
		},
		{
			"interfaces",
			"record p { n: u8 }", "use b:b/b@0.1.1.{p}; record q { n: u8 } f: func(p: p, q: q);",
			"record q { n: u8 }", "use a:a/a@0.1.1.{q}; record p { n: u8 } f: func(p: p, q: q);",
			"uses itself in a circle, through versions of others",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := circleWorld(t, "0.1.2", c.newA, "0.1.1", c.oldB)
			second := circleWorld(t, "0.1.1", c.oldA, "0.1.2", c.newB)
			m := testwasm.NewModule()
			for _, w := range []*model.World{first, second} {
				for _, i := range model.Interfaces(w.Imports) {
					for _, fn := range i.Funcs {
						importFunc(m, i.ID(), fn)
					}
				}
			}
			_, err := componentize.New(m.Bytes(), componentize.Options{
				World:    first,
				Adapters: []componentize.Adapter{{Name: "old", Module: testwasm.NewModule().Bytes(), World: second}},
			})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want that something %s", err, c.want)
			}
		})
	}
}

// circleWorld imports two interfaces of some versions.
func circleWorld(t *testing.T, versionA, inA, versionB, inB string) *model.World {
	t.Helper()
	source := func(text string) []*diag.Source { return []*diag.Source{diag.NewSource("w.wit", text)} }
	tree, err := resolve.Sources(
		source("package w:w; world w { import a:a/a@"+versionA+"; import b:b/b@"+versionB+"; }"), [][]*diag.Source{
			source("package a:a@" + versionA + "; interface a { " + inA + " }"),
			source("package b:b@" + versionB + "; interface b { " + inB + " }"),
		}, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := layout.Compute(tree); err != nil {
		t.Fatal(err)
	}
	return tree.Root.Worlds[0]
}
