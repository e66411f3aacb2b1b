package resolve_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/wit"
)

// lent are the files of a library: three packages, of which one uses another, and two are of one name.
var lent = map[string]string{
	"root.wit":          "package lib:root@1.0.0;\ninterface i {}",
	"deps/low/a.wit":    "package lib:low@1.0.0;\ninterface i { type t = u8; type more = u8; }",
	"deps/low/b.wit":    "interface j { @unstable(feature = fresh) f: func(); }",
	"deps/high.wit":     "package lib:high@1.0.0;\ninterface i { use lib:low/i@1.0.0.{t}; f: func() -> t; }",
	"deps/high-2.0.wit": "package lib:high@2.0.0;\ninterface i {}",
}

// TestLibrary resolves trees that name what a library has.
func TestLibrary(t *testing.T) {
	const main = "package a:main;\n"
	part := "package z:binary@1.0.0;\ninterface k { use lib:low/i@1.0.0.{t}; }\npackage lib:low@1.0.0 { interface i { type t = u8; } }"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // the packages, or what is wrong
	}{
		{
			"nothing",
			map[string]string{"a.wit": main},
			"a:main*",
		},
		{
			"one",
			map[string]string{"a.wit": main + "world w { import lib:root/i@1.0.0; }"},
			"lib:root@1.0.0 a:main*",
		},
		{
			"one with what it uses",
			map[string]string{"a.wit": main + "world w { import lib:high/i@1.0.0; }"},
			"lib:low@1.0.0 lib:high@1.0.0 a:main*",
		},
		{
			"two of one name",
			map[string]string{"a.wit": main + "world w { import lib:high/i@1.0.0; import lib:high/i@2.0.0; }"},
			"lib:low@1.0.0 lib:high@1.0.0 lib:high@2.0.0 a:main*",
		},
		{
			"for a package of deps",
			map[string]string{"a.wit": main + "world w { import b:b/i; }", "deps/b.wit": "package b:b; interface i { use lib:low/i@1.0.0.{t}; }"},
			"lib:low@1.0.0 b:b a:main*",
		},
		{
			"for a nested package",
			map[string]string{"a.wit": main + "package b:b { interface i { use lib:low/i@1.0.0.{t}; } }"},
			"a:main* lib:low@1.0.0 b:b",
		},
		{
			"deps come first",
			map[string]string{
				"a.wit":        main + "world w { import lib:high/i@1.0.0; import lib:low/mine@1.0.0; }",
				"deps/low.wit": "package lib:low@1.0.0; interface i { type t = u16; } interface mine {}",
			},
			"lib:low@1.0.0 lib:high@1.0.0 a:main*",
		},
		{
			"a file in binary form comes first",
			map[string]string{"a.wit": main + "world w { import lib:low/mine@1.0.0; }", "deps/low.wasm": "package lib:low@1.0.0; interface mine {}"},
			"lib:low@1.0.0 a:main*",
		},
		{
			"not for what a file in binary form has itself",
			map[string]string{"a.wit": main + "world w { import z:binary/k@1.0.0; }", "deps/z.wasm": part},
			"lib:low@1.0.0 z:binary@1.0.0 a:main*",
		},
		{
			"in place of what a file in binary form has of it",
			map[string]string{"a.wit": main + "interface i { use z:binary/k@1.0.0.{t}; use lib:low/i@1.0.0.{more}; }", "deps/z.wasm": part},
			"lib:low@1.0.0 z:binary@1.0.0 a:main*",
		},
		{
			"the root is one of its packages",
			map[string]string{"a.wit": "package lib:low@1.0.0; interface i { type t = u8; } world w { import lib:high/i@2.0.0; }"},
			"lib:high@2.0.0 lib:low@1.0.0*",
		},
		{
			"another version",
			map[string]string{"a.wit": main + "world w { import lib:high/i@1.0.1; }"},
			"a.wit:2:18: there is no package `lib:high@1.0.1`: the shop has `lib:high@1.0.0` and `lib:high@2.0.0`; " +
				"any other version is a directory or a file below `deps`",
		},
		{
			"no version",
			map[string]string{"a.wit": main + "world w { import lib:low/i; }"},
			"a.wit:2:18: there is no package `lib:low`: the shop has `lib:low@1.0.0`; any other version is a directory or a file below `deps`",
		},
		{
			"another version than deps have",
			map[string]string{"a.wit": main + "world w { import lib:low/i@3.0.0; }", "deps/low.wit": "package lib:low@2.0.0;"},
			"a.wit:2:18: there is no package `lib:low@3.0.0`: there is `lib:low@2.0.0`, and the shop has `lib:low@1.0.0`",
		},
		{
			"a similar name",
			map[string]string{"a.wit": main + "world w { import lib:hihg/i@1.0.0; }"},
			"a.wit:2:18: there is no package `lib:hihg@1.0.0`: there is `lib:high@1.0.0`",
		},
		{
			"no such interface",
			map[string]string{"a.wit": main + "world w { import lib:low/k@1.0.0; }"},
			"a.wit:2:26: package `lib:low@1.0.0` has no interface `k`",
		},
		{
			"what deps have does not do for the library",
			map[string]string{"a.wit": main + "world w { import lib:high/i@1.0.0; }", "deps/low.wit": "package lib:low@1.0.0; interface i {}"},
			"<the shop>/deps/high.wit:2:36: interface `i` has no type `t`",
		},
		{
			"a circle through the library",
			map[string]string{"a.wit": "package lib:low@1.0.0; interface i { use lib:high/i@1.0.0.{t}; }"},
			"<the shop>/deps/high.wit:2:19: package `lib:low@1.0.0` needs itself: the circle is lib:high@1.0.0 → lib:low@1.0.0 → lib:high@1.0.0",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			opt := resolve.Options{Binary: fakeBinary, Library: resolve.NewLibrary("the shop", mapFS(lent))}
			tree, err := resolve.FS(mapFS(c.files), ".", "", opt)
			got := described(err)
			if err == nil {
				checkTree(t, tree)
				got = packageIDs(tree)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// described is an error with the hint of its first diagnostic.
func described(err error) string {
	var list diag.List
	switch {
	case err == nil:
		return ""
	case errors.As(err, &list) && list.Items[0].Hint != "":
		return err.Error() + ": " + list.Items[0].Hint
	}
	return err.Error()
}

// TestLibraryInFull says that a tree is the same whether its packages are below deps or in a library.
func TestLibraryInFull(t *testing.T) {
	const main = "package a:main;\nworld w { include wasi:http/proxy@0.2.12; import wasi:sockets/types@0.3.0; }"
	files := fstest.MapFS{"a.wit": {Data: []byte(main)}}
	borrowed, err := resolve.FS(files, ".", "", resolve.Options{Library: resolve.NewLibrary("x", wit.Files)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cli", "clocks", "clocks-0.3", "filesystem", "http", "io", "random", "sockets", "sockets-0.3"} {
		paths, err := fs.Glob(wit.Files, "deps/"+name+"/*.wit")
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d files, %v", name, len(paths), err)
		}
		for _, path := range paths {
			data, err := fs.ReadFile(wit.Files, path)
			if err != nil {
				t.Fatal(err)
			}
			files[path] = &fstest.MapFile{Data: data}
		}
	}
	own, err := resolve.FS(files, ".", "", resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := print.Tree(borrowed), print.Tree(own); got != want {
		t.Errorf("from the library it is\n%s\nand from deps\n%s", got, want)
	}
}

// TestLibraryFeatures enables a feature that only the library has, and has its files told from others.
func TestLibraryFeatures(t *testing.T) {
	files := mapFS(map[string]string{"a.wit": "package a:main; world w { import lib:low/j@1.0.0; }"})
	library := resolve.NewLibrary("the shop", mapFS(lent))
	tree, err := resolve.FS(files, ".", "", resolve.Options{
		Library: library, Features: []string{"fresh"},
		Unknown: func(feature string) { t.Errorf("there is a gate with %s", feature) },
	})
	if err != nil {
		t.Fatal(err)
	}
	low := tree.Packages[0].Interfaces[1]
	if len(low.Funcs) != 1 || low.Source.Name() != "<the shop>/deps/low/b.wit" {
		t.Errorf("lib:low/j has %d functions and is in %s", len(low.Funcs), low.Source.Name())
	}
	if !library.Holds(low.Source) || library.Holds(tree.Root.Worlds[0].Source) || library.Holds(nil) {
		t.Error("files of the library are not told from others")
	}
	if !library.Has("lib:low@1.0.0") || library.Has("lib:low") || library.Has("a:main") {
		t.Error("packages of the library are not told from others")
	}
}

// TestAlso adds packages that nothing names.
func TestAlso(t *testing.T) {
	files := mapFS(map[string]string{"a.wit": "package a:main;", "deps/root.wit": "package lib:root@1.0.0;"})
	tree, err := resolve.FS(files, ".", "", resolve.Options{
		Library: resolve.NewLibrary("the shop", mapFS(lent)),
		Also:    []string{"lib:high@1.0.0", "lib:root@1.0.0", "lib:nothing@1.0.0"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := packageIDs(tree), "a:main* lib:low@1.0.0 lib:high@1.0.0 lib:root@1.0.0"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestBadLibrary reads libraries with something wrong, which matters only if something is missing.
func TestBadLibrary(t *testing.T) {
	for want, files := range map[string]map[string]string{
		"<l>: there is no .wit file": {"readme.md": ""},
		"<l>/a.wit: the directory is of no package, or of one without a version":        {"a.wit": ""},
		"<l>/deps/b/b.wit: the directory is of no package, or of one without a version": {"a.wit": "package a:a@1.0.0;", "deps/b/b.wit": "package b:b;"},
		"<l>/a.wit:1:9: expected an identifier":                                         {"a.wit": "package 1;"},
	} {
		library := resolve.NewLibrary("l", mapFS(files))
		complete := mapFS(map[string]string{"a.wit": "package a:b;"})
		if _, err := resolve.FS(complete, ".", "", resolve.Options{Library: library}); err != nil {
			t.Errorf("%s: nothing is missing, and yet %v", want, err)
		}
		missing := mapFS(map[string]string{"a.wit": "package a:b; world w { import c:d/i; }"})
		if _, err := resolve.FS(missing, ".", "", resolve.Options{Library: library}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if library.Has("a:a@1.0.0") {
			t.Errorf("%s: it has a package", want)
		}
	}
}
