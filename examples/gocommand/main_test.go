package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/internal/tool"
)

// The files that each run begins with.
var before = map[string]string{
	"expenses.json": `[
	{"payer": "Ada", "cents": 1000, "for": ["Ada", "Zoë", "Cy"]},
	{"payer": "Zoë", "cents": 250, "for": ["Ada"]}
]`,
	"broken.json":    `[{"payer": 1}]`,
	"notes/a.txt":    "first\nsecond\n",
	"notes/b/c.txt":  "",
	"notes/ünd.txt":  "no newline",
	"notes/long.txt": strings.Repeat("0123456789abcdef", 1<<14),
}

// TestLikeNative runs the program natively and as a component: what it prints, how it ends and what the files are
// afterwards must be the same.
func TestLikeNative(t *testing.T) {
	native := filepath.Join(t.TempDir(), "gocommand")
	if r := tool.Run(t, tool.Command{Args: []string{"go", "build", "-o", native, "."}}); r.Status != 0 {
		t.Fatal(r.Stderr)
	}
	component, witgen := tool.Build(t, "."), tool.Witgen(t)
	for _, c := range []struct {
		args   string
		stdin  string
		status int
		crash  bool // stderr goes on with addresses
	}{
		{args: "sum expenses.json totals.json"},
		{args: "sum broken.json totals.json", status: statusFailed},
		{args: "sum gone.json totals.json", status: statusFailed},
		{args: "sum", status: statusUsage},
		{args: "", status: statusUsage},
		{args: "tree notes"},
		{args: "tree gone", status: statusFailed},
		{args: "tidy ."},
		{args: "digest", stdin: strings.Repeat("x\x00\xff", 100_000)},
		{args: "digest"},
		{args: "dice"},
		{args: "clock"},
		{args: "env A B C"},
		{args: "crash", status: 2, crash: true},
		{args: "soak 3000 soak"},
	} {
		t.Run(c.args, func(t *testing.T) {
			a, b := t.TempDir(), t.TempDir()
			writeAll(t, a)
			writeAll(t, b)
			args := strings.Fields(c.args)
			want := tool.Run(t, tool.Command{
				Args: append([]string{native}, args...), Dir: a, Env: []string{"A=1", "B=two words"}, Stdin: c.stdin,
			})
			run := []string{witgen, "run", "--dir", b + "::/", "--env", "A=1", "--env", "B=two words", component}
			got := tool.Run(t, tool.Command{Args: append(run, args...), Stdin: c.stdin})
			// Go has the same words for errors of WASI and of Linux, but not the same capitals.
			got.Stderr, want.Stderr = strings.ToLower(got.Stderr), strings.ToLower(want.Stderr)
			if c.crash {
				got.Stderr, _, _ = strings.Cut(got.Stderr, "\n")
				want.Stderr, _, _ = strings.Cut(want.Stderr, "\n")
			}
			if got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if want.Status != c.status {
				t.Errorf("the program ends with status %d, want %d", want.Status, c.status)
			}
			after, should := tool.Files(t, b), tool.Files(t, a)
			if !maps.Equal(after, should) {
				t.Errorf("there are the files %q, want %q", slices.Sorted(maps.Keys(after)), slices.Sorted(maps.Keys(should)))
			}
		})
	}
}

func writeAll(t *testing.T, dir string) {
	t.Helper()
	for name, text := range before {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
