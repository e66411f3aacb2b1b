// Package programs builds well-known Go programs, as they are, into components and compares them with what they are
// natively. It has no code of its own: that is the point.
package programs

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/internal/tool"
)

// program is a command, and the ways in which it is run: each in a copy of testdata/NAME, with the arguments and,
// if it is not empty, a file as standard input.
type program struct {
	pkg     string
	version string // "" for what comes with Go
	cases   []run
}

type run struct {
	args   []string
	stdin  string
	status int
}

func args(a ...string) []string { return a }

// What the programs say of files that are not there is not compared: Go itself has other words for that on WASI than on
// Linux.
var programs = []program{
	{"cmd/gofmt", "", []run{
		{args: args("messy.txt")},
		{args: args("generic.txt", "tidy.txt")},
		{args: args("-s", "generic.txt")},
		{args: args("-d", "messy.txt", "tidy.txt"), status: 1},
		{args: args("-s", "-l", "generic.txt")},
		{args: args("-l", "messy.txt", "tidy.txt", "generic.txt")},
		{args: args("-r", "a + b -> b + a", "tidy.txt")},
		{args: args("-w", "messy.txt", "generic.txt")},
		{args: args("-e", "broken.txt"), status: 2},
		{args: args(), stdin: "messy.txt"},
		{args: args("-nonsense"), status: 2},
	}},
	{"github.com/itchyny/gojq/cmd/gojq", "v0.12.19", []run{
		{args: args(".", "people.json")},
		{args: args("-r", ".people[].name", "people.json")},
		{args: args("-f", "group.jq", "people.json")},
		{args: args("-c", "-s", ".", "stream.json")},
		{args: args("-n", "--arg", "x", "1", "--argjson", "y", "[2]", "{$x, $y, rest: [inputs]}", "stream.json")},
		{args: args(`.big, .pi, (now | type), ("2026-01-02T03:04:05Z" | fromdate), ([limit(5; range(10))] | add)`, "people.json")},
		{args: args("--yaml-input", "-c", ".", "config.yaml")},
		{args: args("--yaml-output", ".", "people.json")},
		{args: args("-c", "--stream", "."), stdin: "stream.json"},
		{args: args("-e", ".gone", "people.json"), status: 1},
		{args: args(".people | .[", "people.json"), status: 3},
		{args: args(".", "broken.json"), status: 5},
		{args: args("-n", `"bye\n" | halt_error(7)`), status: 7},
	}},
	{"mvdan.cc/sh/v3/cmd/shfmt", "v3.14.1", []run{
		{args: args("messy.sh")},
		{args: args("-i", "2", "-ci", "-bn", "messy.sh")},
		{args: args("-mn", "messy.sh")},
		{args: args("-d", "messy.sh", "tidy.sh"), status: 1},
		{args: args("-l", "."), status: 1},
		{args: args("-f", ".")},
		{args: args("-s", "-ln", "posix", "posix.sh")},
		{args: args("-w", "messy.sh", "posix.sh")},
		{args: args("--to-json"), stdin: "messy.sh"},
		{args: args("-i", "4", "-"), stdin: "messy.sh"},
		{args: args("broken.sh"), status: 1},
		{args: args("-ln", "posix", "messy.sh"), status: 1},
	}},
}

// TestLikeNative compares what the programs print, how they end and which files they leave. The go command gets their
// modules from the module proxy, as it gets all others; a run of the tests that must do without is go test -short.
func TestLikeNative(t *testing.T) {
	for _, p := range programs {
		t.Run(path.Base(p.pkg), func(t *testing.T) {
			if p.version != "" && testing.Short() {
				t.Skip("fetches a module that nothing else here needs: left out by -short, which CI does not pass")
			}
			component := tool.Build(t, p.spec())
			native := p.native(t)
			for _, r := range p.cases {
				t.Run(strings.Join(r.args, " "), func(t *testing.T) { p.compare(t, r, native, component) })
			}
		})
	}
}

// spec is what the program is called on the command line of go install and witgen build.
func (p program) spec() string {
	if p.version == "" {
		return p.pkg
	}
	return p.pkg + "@" + p.version
}

// native builds the program for this machine.
func (p program) native(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, path.Base(p.pkg))
	build := tool.Command{Args: []string{"go", "install", p.spec()}, Env: []string{"GOBIN=" + dir}}
	if p.version == "" { // go install would put it into GOROOT
		build.Args = []string{"go", "build", "-o", file, p.pkg}
	}
	if r := tool.Run(t, build); r.Status != 0 {
		t.Fatalf("%q: %s", build.Args, r.Stderr)
	}
	return file
}

func (p program) compare(t *testing.T, r run, native, component string) {
	t.Helper()
	inputs := filepath.Join("testdata", path.Base(p.pkg))
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		if err := os.CopyFS(dir, os.DirFS(inputs)); err != nil {
			t.Fatal(err)
		}
	}
	var stdin string
	if r.stdin != "" {
		text, err := os.ReadFile(filepath.Join(inputs, r.stdin))
		if err != nil {
			t.Fatal(err)
		}
		stdin = string(text)
	}
	want := tool.Run(t, tool.Command{Args: append([]string{native}, r.args...), Dir: a, Stdin: stdin})
	got := tool.Run(t, tool.Command{
		Args: slices.Concat([]string{tool.Witgen(t), "run", "--dir", b + "::/", component}, r.args), Stdin: stdin,
	})
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if want.Status != r.status {
		t.Errorf("the program ends with status %d, want %d: its input is not what it should be", want.Status, r.status)
	}
	if after, should := tool.Files(t, b), tool.Files(t, a); !maps.Equal(after, should) {
		t.Errorf("the files are %q, want %q", after, should)
	}
}
