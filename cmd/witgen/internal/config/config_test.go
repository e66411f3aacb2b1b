package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/internal/diag"
)

func parse(text string) (config.Config, error) {
	return config.Parse(diag.NewSource("witgen.toml", text))
}

func TestParse(t *testing.T) {
	got, err := parse(`
# What this project generates
wit = "interfaces"
world = "shop"
guest = "go"
out = "../internal/wit"
module = "example.org/demo/internal/wit"
syscalls = "interfaces/numbers.lock"
syscalls-doc = "docs/calls.md"
without-tests = true
lint = ["-stutter"]
features = ["fancy-things", "x"]
all-features = true

[with]
acme = "example.org/acme/generated"
"wasi:http" = "" # generated here
`)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Config{
		WIT: "interfaces", World: "shop", Guest: "go", Out: "../internal/wit", Module: "example.org/demo/internal/wit", Syscalls: "interfaces/numbers.lock",
		Features: []string{"fancy-things", "x"}, AllFeatures: true,
		SyscallsDoc: "docs/calls.md", WithoutTests: true, Lint: []string{"-stutter"},
		With: map[string]string{"acme": "example.org/acme/generated", "wasi:http": ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	flags := map[string]any{
		"wit": want.WIT, "world": want.World, "guest": want.Guest, "out": want.Out, "module": want.Module, "syscalls": want.Syscalls,
		"features": want.Features, "all-features": true, "with": want.With,
		"syscalls-doc": want.SyscallsDoc, "without-tests": true, "lint": want.Lint,
	}
	if diff := cmp.Diff(flags, got.Flags()); diff != "" {
		t.Errorf("Flags (-want +got):\n%s", diff)
	}
	if got, err := parse(""); err != nil || len(got.Flags()) > 0 {
		t.Errorf("an empty file: %v, %v", got.Flags(), err)
	}
}

// TestWorldNames reads names of worlds in all forms that they have.
func TestWorldNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"w": true, "my-world": true, "a:b/w": true, "a:b/w@0.2.12": true, "a:b/w@1.0.0-rc.1": true,
		"": false, "w@1.0.0": false, "a:b": false, "a/w": false, "a:b/w@one": false, "A B": false,
	} {
		if _, err := parse("world = '" + name + "'"); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "wit = 'wit'\nmodul = 'acme'\n", `
witgen.toml:2:1: there is no key ¬modul¬ [unknown-key]
   2 | modul = 'acme'
     | ^~~~~
     = hint: did you mean ¬module¬?
`},
		{"type", "features = 'x'", `
witgen.toml:1:12: ¬features¬ is an array, and this is a string [wrong-type]
   1 | features = 'x'
     |            ^~~
`},
		{"types of values that are checked", "wit = 3\nmodule = true\nfeatures = ['ok', 1]\nlint = [{}]\n", `
witgen.toml:1:7: ¬wit¬ is a string, and this is a number [wrong-type]
   1 | wit = 3
     |       ^

witgen.toml:2:10: ¬module¬ is a string, and this is a boolean [wrong-type]
   2 | module = true
     |          ^~~~

witgen.toml:3:19: an element of ¬features¬ is a string, and this is a number [wrong-type]
   3 | features = ['ok', 1]
     |                   ^

witgen.toml:4:9: an element of ¬lint¬ is a string, and this is a table [wrong-type]
   4 | lint = [{}]
     |         ^~
`},
		{"absolute", "wit = '/wit'", `
witgen.toml:1:7: ¬wit¬ is a path relative to this file, with slashes [path]
   1 | wit = '/wit'
     |       ^~~~~~
`},
		{"backslashes", "syscalls = 'a\\b'", `
witgen.toml:1:12: ¬syscalls¬ is a path relative to this file, with slashes [path]
   1 | syscalls = 'a\b'
     |            ^~~~~
`},
		{"empty", "out = ''", `
witgen.toml:1:7: ¬out¬ is a path relative to this file, with slashes [path]
   1 | out = ''
     |       ^~
`},
		{"import path", "module = 'a b'", `
witgen.toml:1:10: "a b" is no import path of Go [import-path]
   1 | module = 'a b'
     |          ^~~~~
`},
		{"feature", "features = [\n  'ok',\n  'not ok',\n]", `
witgen.toml:3:3: "not ok" is no name of a feature [name]
   3 |   'not ok',
     |   ^~~~~~~~
`},
		{"guest", "guest = 'rust'", `
witgen.toml:1:9: "rust" is no language of guests [name]
   1 | guest = 'rust'
     |         ^~~~~~
     = hint: these are: c, go
`},
		{"world", "world = 'a:b@1.0.0'", `
witgen.toml:1:9: "a:b@1.0.0" is no name of a world [name]
   1 | world = 'a:b@1.0.0'
     |         ^~~~~~~~~~~
     = hint: write the name, or "namespace:package/name@version"
`},
		{"lint rule", "lint = ['-stuter']", `
witgen.toml:1:9: witgen lint has no rule "stuter" [name]
   1 | lint = ['-stuter']
     |         ^~~~~~~~~
     = hint: did you mean ¬stutter¬?
`},
		{"package with a version", "[with]\n'wasi:io@0.2.0' = 'x.org/y'", `
witgen.toml:2:19: "wasi:io@0.2.0" is neither a namespace nor a package or an interface of one [name]
   2 | 'wasi:io@0.2.0' = 'x.org/y'
     |                   ^~~~~~~~~
     = hint: write namespace, "namespace:package" or "namespace:package/interface", without a version
`},
		{"where packages are", "with = {wasi = '../x'}", `
witgen.toml:1:16: "../x" is no import path of Go [import-path]
   1 | with = {wasi = '../x'}
     |                ^~~~~~
`},
		{"two", "wat = 1\nout = '/'", `
witgen.toml:1:1: there is no key ¬wat¬ [unknown-key]
   1 | wat = 1
     | ^~~
     = hint: did you mean ¬wit¬?

witgen.toml:2:7: ¬out¬ is a path relative to this file, with slashes [path]
   2 | out = '/'
     |       ^~~
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse(c.text)
			var list diag.List
			if !errors.As(err, &list) {
				t.Fatalf("got %v, want diagnostics", err)
			}
			var got bytes.Buffer
			if err := diag.WriteText(&got, list, diag.Options{}); err != nil {
				t.Fatal(err)
			}
			want := strings.TrimPrefix(strings.ReplaceAll(c.want, "¬", "`"), "\n")
			if diff := cmp.Diff(want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if c, err := config.Load(dir); err != nil || len(c.Flags()) > 0 {
		t.Errorf("without a file: %v, %v", c, err)
	}
	name := filepath.Join(dir, config.Name)
	if err := os.WriteFile(name, []byte("out = 'gen'\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if c, err := config.Load(dir); err != nil || c.Out != "gen" {
		t.Errorf("got %v, %v", c, err)
	}
	if err := os.WriteFile(name, bytes.Repeat([]byte("#\n"), 1<<20), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(dir); err == nil || !strings.Contains(err.Error(), name+":1:1: ") {
		t.Errorf("a large file: %v", err)
	}
}
