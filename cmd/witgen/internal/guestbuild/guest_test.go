package guestbuild

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inDir makes a directory of files the current one.
func inDir(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func options() Options { return Options{Progress: func(string, ...any) {}} }

const (
	goMod  = "module example.org/demo\n\ngo 1.24\n"
	mainGo = "package main\n\nfunc main() {}\n"
	twoWIT = "package a:b;\nworld one { export f: func(); }\nworld two {}\n"
)

func TestFind(t *testing.T) {
	inDir(t, map[string]string{
		"go.mod":               goMod,
		"plain/main.go":        mainGo,
		"clang/main.c":         "",
		"both/main.go":         mainGo,
		"both/main.c":          "",
		"said/main.go":         mainGo,
		"said/witgen.toml":     "guest = 'c'\nwit = '../wit'\nworld = 'two'\nout = 'made'\n",
		"wit/a.wit":            twoWIT,
		"several/main.go":      mainGo,
		"several/witgen.toml":  "guest = 'go'\nwit = '../wit'\n",
		"nowit/main.go":        mainGo,
		"nowit/witgen.toml":    "guest = 'go'\n",
		"mistake/main.go":      mainGo,
		"mistake/witgen.toml":  "guest = 'c++'\n",
		"pair/a/a.go":          "package a\n",
		"pair/b/b.go":          "package b\n",
		"nothing/readme.md":    "",
		"linted/main.go":       mainGo,
		"linted/witgen.toml":   "lint = ['-stutter']\n",
		"[odd] *name?/main.go": mainGo,
	})
	for _, c := range []struct {
		name     string
		opt      Options
		language Language
		world    string
		fail     string
	}{
		{name: "plain", language: Go},
		{name: "./plain", language: Go},
		{name: "clang", language: C},
		{name: "both", language: Go},
		{name: "said", language: C, world: "a:b/two"},
		{name: "said", opt: Options{World: "one"}, language: C, world: "a:b/one"},
		{name: "plain", opt: Options{WIT: "wit", World: "one"}, language: Go, world: "a:b/one"},
		{name: "linted", language: Go},
		{name: "[odd] *name?", language: Go},
		{name: "example.org/demo/plain", language: Go},
		{name: "example.org/demo/said", language: Go, world: "a:b/two"},
		{name: "cmd/gofmt", language: Go},
		{name: "plain", opt: Options{World: "one"}, fail: "the WIT of plain: stat plain/wit: "},
		{name: "plain", opt: Options{WIT: "wit", World: "ones"}, fail: "plain: there is no world ones in a:b: did you mean one?"},
		{name: "several", fail: "several: the package a:b has several worlds"},
		{name: "nowit", fail: "the WIT of nowit: stat nowit/wit: "},
		{name: "mistake", fail: "no language of guests"},
		{name: "nothing", fail: "nothing has no source of a guest: neither *.go nor *.c"},
		{name: "./gone", fail: "open gone: "},
		{name: "example.org/demo/gone", fail: "exit status 1"},
		{name: "example.org/demo/pair/...", fail: "is a pattern, which may stand for several packages: name them one by one"},
		{name: "cmd", fail: "packages: name them one by one"},
		{name: "./pair/...", fail: "./pair/... is a pattern"},
		{name: "./plain/main.go", fail: "./plain/main.go is a file: name the directory that has the guest's source, plain"},
		{name: "plain/main.go", fail: "plain/main.go is a file: "},
		{name: "clang/main.c", fail: "clang/main.c is a file: "},
	} {
		c.opt.Progress = options().Progress
		g, err := Find(context.Background(), c.name, c.opt)
		switch {
		case c.fail != "":
			if err == nil || !strings.Contains(err.Error(), c.fail) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.fail)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case g.Language != c.language || (g.World == nil) != (c.world == "") || g.World != nil && g.World.ID() != c.world:
			t.Errorf("%s: language %s, world %v", c.name, g.Language, g.World)
		}
	}
}

// TestFindElsewhere finds guests by names that are relative to another directory than the current one.
func TestFindElsewhere(t *testing.T) {
	inDir(t, map[string]string{
		"project/go.mod":            goMod,
		"project/guest/main.go":     mainGo,
		"project/guest/witgen.toml": "guest = 'go'\nwit = '../wit'\nworld = 'one'\nout = '../made'\n",
		"project/wit/a.wit":         twoWIT,
		"project/other/a.wit":       "package c:d;\nworld w {}\n",
	})
	opt := options()
	opt.Dir = "project"
	for _, name := range []string{"./guest", "example.org/demo/guest"} {
		g, err := Find(context.Background(), name, opt)
		if err != nil {
			t.Fatal(err)
		}
		if g.Name != "guest" || g.World.ID() != "a:b/one" || filepath.Base(g.Out) != "made" || g.isCommand() {
			t.Errorf("%s: got %+v", name, g)
		}
	}
	opt.WIT, opt.World = "other", "w"
	if g, err := Find(context.Background(), "./guest", opt); err != nil || g.World.ID() != "c:d/w" {
		t.Errorf("with other WIT: %+v, %v", g, err)
	}
}

func TestNameOf(t *testing.T) {
	for path, want := range map[string]string{
		"cmd/gofmt":                   "gofmt",
		"example.org/tool@v1.2.3":     "tool",
		"example.org/tool/v3@latest":  "tool",
		"example.org/v2/cmd/x":        "x",
		"v2":                          "v2",
		"mvdan.cc/sh/v3/cmd/shfmt@v3": "shfmt",
	} {
		if got := nameOf(path); got != want {
			t.Errorf("%s is called %s, want %s", path, got, want)
		}
	}
}

func TestIsCommand(t *testing.T) {
	const cli = "package wasi:cli@0.2.0;\ninterface run { run: func() -> result; }\ninterface other { f: func(); }\n"
	for world, want := range map[string]bool{
		"world w {}":                                               true,
		"world w { import f: func(); }":                            true,
		"world w { export wasi:cli/run@0.2.0; }":                   true,
		"world w { export wasi:cli/other@0.2.0; }":                 false,
		"world w { export f: func(); }":                            false,
		"world w { export run: interface {} }":                     false,
		"world w { export wasi:cli/run@0.2.0; export f: func(); }": false,
	} {
		inDir(t, map[string]string{"main.go": mainGo, "wit/w.wit": "package a:b;\n" + world + "\n", "wit/deps/cli/c.wit": cli, "witgen.toml": "guest = 'go'"})
		g, err := Find(context.Background(), ".", options())
		if err != nil {
			t.Fatal(err)
		}
		if g.isCommand() != want {
			t.Errorf("%s: a command is %v", world, !want)
		}
	}
}

// TestDirTarget runs the go command where the messages of the compiler are about files as the user knows them.
func TestDirTarget(t *testing.T) {
	inDir(t, map[string]string{"go.mod": goMod, "guest/main.go": mainGo, "apart/go.mod": "module example.org/apart\n", "apart/x/main.go": mainGo})
	here, err := filepath.Abs("guest")
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]goTarget{
		here:          {pkg: "./guest"},
		".":           {pkg: "."},
		"guest":       {pkg: "./guest"},
		"./guest/":    {pkg: "./guest"},
		"guest/../.":  {pkg: "."},
		"apart":       {dir: "apart", pkg: "."},
		"apart/x":     {dir: "apart/x", pkg: "."},
		"/somewhere":  {dir: "/somewhere", pkg: "."},
		"./apart/../": {pkg: "."},
	} {
		if got, err := dirTarget(dir); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", dir, got, err)
		}
	}
}
