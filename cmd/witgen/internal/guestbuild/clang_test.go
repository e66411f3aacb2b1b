package guestbuild

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A compiler that is a script says what its variables have.
const fakeClang = `#!/bin/sh
case $1 in
--version) echo "$version"; echo "Target: x86_64";;
--print-targets) echo "  Registered Targets:"; echo "    x86  - X"; echo "    $targets - Y";;
--print-prog-name=*) echo "$linker";;
*) exit 1;;
esac
`

// fake puts programs on the path of commands, which has nothing else then but the shell's own.
func fake(t *testing.T, programs map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, variables := range programs {
		script := strings.Replace(fakeClang, "\n", "\n"+variables+"\n", 1)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	places, lld := clangPlaces, lldPlaces
	clangPlaces, lldPlaces = nil, nil
	t.Cleanup(func() { clangPlaces, lldPlaces = places, lld })
}

func TestFindClang(t *testing.T) {
	const good = "version='Debian clang version 14.0.6'; targets=wasm32; linker=wasm-ld"
	for _, c := range []struct {
		name     string
		programs map[string]string
		want     string // the name of the compiler
		linker   string
		fail     string
	}{
		{name: "the usual", programs: map[string]string{"clang": good, "wasm-ld": ""}, want: "clang"},
		{
			name:     "names with versions",
			programs: map[string]string{"clang-14": good, "clang-19": "version='clang version 19.1.0'; targets=wasm32; linker=wasm-ld", "wasm-ld-19": ""},
			want:     "clang-19", linker: "wasm-ld-19",
		},
		{
			name:     "another one is better",
			programs: map[string]string{"clang": "version='Apple clang version 17.0.0'; targets=arm64; linker=wasm-ld", "clang-14": good, "wasm-ld": ""},
			want:     "clang-14",
		},
		{name: "none", fail: "there is no clang (Debian and Ubuntu: apt-get install clang lld;"},
		{name: "old", programs: map[string]string{"clang": "version='clang version 9.0.1'; targets=wasm32"}, fail: "/clang is version 9 (Debian"},
		{name: "without the target", programs: map[string]string{"clang": "version='clang version 14.0.0'; targets=arm"}, fail: "/clang does not have the target (Debian"},
		{name: "without a linker", programs: map[string]string{"clang": good}, fail: "/clang finds no wasm-ld (Debian"},
		{name: "something else", programs: map[string]string{"clang": "version='gcc 12'"}, fail: `/clang says that it is "gcc 12" (Debian`},
		{name: "broken", programs: map[string]string{"clang": "exit 3"}, fail: "/clang does not run: clang --version: exit status 3 (Debian"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake(t, c.programs)
			got, err := findClang(context.Background())
			switch {
			case c.fail != "":
				if err == nil || !strings.Contains(err.Error(), c.fail) {
					t.Errorf("got %v, want %s", err, c.fail)
				}
			case err != nil:
				t.Error(err)
			case filepath.Base(got.path) != c.want || c.linker == "" && got.linker != "" || c.linker != "" && filepath.Base(got.linker) != c.linker:
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestSourcesC(t *testing.T) {
	inDir(t, map[string]string{"b.c": "", "a.c": "", "h.h": "", "generated/w.c": "", "-x.c": "", "other/y.c": ""})
	g := &Guest{Dir: ".", Out: "generated"}
	got, err := g.sourcesC()
	if want := []string{"./-x.c", "a.c", "b.c", "generated/w.c"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	g.Out = "."
	if got, err := g.sourcesC(); err != nil || len(got) != 3 {
		t.Errorf("generated in place: %v, %v", got, err)
	}
	g.Dir, g.Out = "nothing", "nothing"
	if _, err := g.sourcesC(); err == nil {
		t.Error("there is no source, and no error")
	}
}

// TestEntryC has an entry only in programs whose world has no export that is one.
func TestEntryC(t *testing.T) {
	const cli = "package wasi:cli@0.2.0;\ninterface run { run: func() -> result; }\n"
	for world, want := range map[string]bool{
		"world w { import f: func(); }":          true,
		"world w { export wasi:cli/run@0.2.0; }": false,
		"world w { export f: func(); }":          false,
	} {
		inDir(t, map[string]string{"a.c": "", "wit/w.wit": "package a:b;\n" + world + "\n", "wit/deps/cli/c.wit": cli, "witgen.toml": "guest = 'c'"})
		g, err := Find(context.Background(), ".", options())
		if err != nil {
			t.Fatal(err)
		}
		if got := !slices.Contains(g.flagsC(&clang{}), "-Wl,--no-entry"); got != want {
			t.Errorf("%s: an entry is wanted: %v", world, got)
		}
	}
}
