package goguest_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/emit/goguest"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
)

// generated writes a guest for the first world of a WIT package.
func generated(t *testing.T, wit string) ([]emit.File, error) {
	t.Helper()
	tree, err := resolve.Sources([]*diag.Source{diag.NewSource("a.wit", wit)}, nil, resolve.Options{})
	if err == nil {
		err = layout.Compute(tree)
	}
	if err != nil {
		t.Fatal(err)
	}
	return goguest.Generate(tree, tree.Root.Worlds[0], goguest.Options{Module: "example.org/x"})
}

// runWIT begins a package with the interface through which programs are run.
const runWIT = "package wasi:cli@0.2.12; interface run { run: func() -> result; } "

func TestPackages(t *testing.T) {
	for _, tt := range []struct {
		name, wit string
		want      []string
	}{
		{"nothing", "package a:b; world w {}", nil},
		{
			"both sides", "package a:b@1.2.0; interface i { f: func(); } world w { import i; export i; }",
			[]string{"a/b/v1/i", "a/b/v1/w", "exports/a/b/v1/i"},
		},
		{"only types", "package a:b; interface i { type t = u8; } world w { import i; export i; }", []string{"a/b/i", "exports/a/b/i"}},
		{
			"plain names", "package a:b; interface i { f: func(); } world w { import x-y: i; import xy: i; export xy: i; }",
			[]string{"a/b/w", "a/b/w/xy", "a/b/w/xy2", "exports/a/b/w/xy"},
		},
		{
			"a namespace like that of exports", "package exports:a; interface b { f: func(); } world c { import b; export b; }",
			[]string{"exports/a/b", "exports/a/c", "exports/exports/a/b"},
		},
		{"a command", runWIT + "world w { export run; }", []string{"wasi/cli/v0.2/w"}},
		{
			"a command that calls", runWIT + "interface i { f: func(); } world w { import i; export run; }",
			[]string{"wasi/cli/v0.2/i", "wasi/cli/v0.2/w"},
		},
		{
			"a program that is called, too", runWIT + "world w { export run; export f: func(); }",
			[]string{"exports/wasi/cli/v0.2/run", "wasi/cli/v0.2/w"},
		},
		{"run under another name", "package a:b; world w { export run: interface { run: func() -> result; } }", []string{"a/b/w", "exports/a/b/w/run"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files, err := generated(t, tt.wit)
			if err != nil {
				t.Fatal(err)
			}
			var dirs []string
			for _, f := range files {
				if dir := path.Dir(f.Path); !slices.Contains(dirs, dir) {
					dirs = append(dirs, dir)
				}
			}
			if diff := cmp.Diff(tt.want, dirs); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestTooManyCoreValues has an export that the Go compiler has no room for: sixteen parameters of eight bytes are all
// that there is, and then there is the result.
func TestTooManyCoreValues(t *testing.T) {
	const params = "a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64, k: u64, l: u64, m: u64, n: u64, o: u64"
	for _, tt := range []struct {
		function string
		fits     bool
	}{
		{"func(" + params + ", p: u64)", true},
		{"func(" + params + ") -> string", true},
		{"func(" + params + ", p: u32) -> string", false},
		{"func(" + params + ", p: u32, q: u32) -> string", true}, // in memory
	} {
		_, err := generated(t, "package a:b; interface i { wide: "+tt.function+"; } world w { export i; }")
		if tt.fits != (err == nil) {
			t.Errorf("%s: %v", tt.function, err)
		}
		if err != nil && !strings.Contains(err.Error(), "a:b/i: function wide can't be exported by a program in Go: its parameters and result take 136 bytes") {
			t.Errorf("%s: %v", tt.function, err)
		}
		if _, err := generated(t, "package a:b; interface i { wide: "+tt.function+"; } world w { import i; }"); err != nil {
			t.Errorf("import of %s: %v", tt.function, err)
		}
	}
}

// TestLeftOut says which functions there is no code for.
func TestLeftOut(t *testing.T) {
	files, err := generated(t, `package a:b; interface i {
		read: func() -> stream<u8>;
		wait: async func(ms: u32) -> u32;
	} world w { import i; }`)
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, f := range files {
		all += string(f.Content)
	}
	for _, want := range []string{"Left out are functions", "\tread: func() -> stream<u8>", "func Wait(ms uint32) uint32"} {
		if !strings.Contains(all, want) {
			t.Errorf("there is no %q in:\n%s", want, all)
		}
	}
	if strings.Contains(all, "func Read(") {
		t.Error("there is code for read")
	}
}
