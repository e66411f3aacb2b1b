// Package corpus gives tests the conformance corpus, if the machine has it: real programs in component form
// with their recorded behaviour. It lies outside of the repository, where WITAN_CORPUS points.
package corpus

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Dir returns the corpus directory. Without WITAN_CORPUS the test is skipped; where the variable is set the
// corpus must be there.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("WITAN_CORPUS")
	if dir == "" {
		t.Skip("WITAN_CORPUS is not set: the corpus tests need it")
	}
	if _, err := os.Stat(filepath.Join(dir, "README.md")); err != nil {
		t.Fatalf("WITAN_CORPUS: %v", err)
	}
	return dir
}

// Program is one real program of the corpus.
type Program struct {
	Name  string
	File  string // relative to Root
	Cases []Case
	Root  string `json:"-"`
}

// Path is the component's file.
func (p *Program) Path() string { return filepath.Join(p.Root, p.File) }

// Case is one recorded run of a program.
type Case struct {
	Name      string
	Args      []string
	Env       map[string]string
	Stdin     string
	StdinFile string            `json:"stdin_file"`
	Preopens  map[string]string // guest path → folder
	Expect    Expect
	// Wazero is what the program's core module did under the engine's own WASI 0.1, which knows exit codes.
	Wazero struct {
		CoreExitCode int `json:"core_exit_code"`
	}
}

// Expect is what a run must do.
type Expect struct {
	StdoutFile string `json:"stdout_file"`
	ExitCode   int    `json:"exit_code"`
	Trap       bool
	Stderr     *string
	// FSChanges maps changed files to the SHA-256 of their content, and new directories, which end with a
	// slash, to nil. It is nil itself when the case has no files.
	FSChanges map[string]*string `json:"fs_changes"`
}

// Programs returns the named programs, or all.
func Programs(t testing.TB, names ...string) []*Program {
	t.Helper()
	root := filepath.Join(Dir(t), "real")
	data, err := os.ReadFile(filepath.Join(root, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Programs []*Program }
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	var out []*Program
	for _, p := range manifest.Programs {
		p.Root = root
		if len(names) == 0 || slices.Contains(names, p.Name) {
			out = append(out, p)
		}
	}
	if len(out) == 0 || len(names) > 0 && len(out) != len(names) {
		t.Fatalf("the corpus has %d of the programs %v", len(out), names)
	}
	return out
}

// EnvList is the environment as "KEY=VALUE", in order.
func (c *Case) EnvList() []string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(c.Env)) {
		list = append(list, key+"="+c.Env[key])
	}
	return list
}

// Input returns the bytes of the standard input.
func (c *Case) Input(t testing.TB, p *Program) []byte {
	t.Helper()
	if c.StdinFile == "" {
		return []byte(c.Stdin)
	}
	return read(t, filepath.Join(p.Root, c.StdinFile))
}

// Copies gives the case a fresh, writable copy of each preopened folder, by guest path.
func (c *Case) Copies(t testing.TB, p *Program) map[string]string {
	t.Helper()
	out := map[string]string{}
	for guest, folder := range c.Preopens {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(p.Root, folder))); err != nil {
			t.Fatal(err)
		}
		out[guest] = dir
	}
	return out
}

// CheckOutput compares a run with what was recorded. status is the exit status, trap the one that stands for
// a trap.
func (c *Case) CheckOutput(t testing.TB, p *Program, stdout, stderr []byte, status, trap int) {
	t.Helper()
	want := c.Expect.ExitCode
	if c.Expect.Trap {
		want = trap
	}
	if status != want {
		t.Errorf("exit status %d, want %d", status, want)
	}
	if golden := read(t, filepath.Join(p.Root, c.Expect.StdoutFile)); !bytes.Equal(stdout, golden) {
		t.Errorf("stdout is %d bytes %q, want %d bytes %q", len(stdout), head(stdout), len(golden), head(golden))
	}
	if c.Expect.Stderr != nil && string(stderr) != *c.Expect.Stderr {
		t.Errorf("stderr is %q, want %q", head(stderr), *c.Expect.Stderr)
	}
	if t.Failed() {
		t.Logf("stderr: %s", stderr)
	}
}

// CheckFiles compares the copies with their originals and the difference with what was recorded.
func (c *Case) CheckFiles(t testing.TB, p *Program, copies map[string]string) {
	t.Helper()
	changes := map[string]string{}
	for guest, dir := range copies {
		before := hashes(t, filepath.Join(p.Root, c.Preopens[guest]))
		after := hashes(t, dir)
		for name, sum := range after {
			if old, ok := before[name]; !ok || old != sum {
				changes[name] = sum
			}
		}
		for name := range before {
			if _, ok := after[name]; !ok {
				changes[name] = "deleted"
			}
		}
	}
	want := map[string]string{}
	for name, sum := range c.Expect.FSChanges {
		want[name] = ""
		if sum != nil {
			want[name] = *sum
		}
	}
	if !maps.Equal(changes, want) {
		t.Errorf("the files changed by %v, want %v", changes, want)
	}
}

// hashes maps each file below dir to its SHA-256, and each directory, with a slash, to "".
func hashes(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
			return err
		case d.IsDir():
			out[name+"/"] = ""
		default:
			sum := sha256.Sum256(read(t, filepath.Join(dir, name)))
			out[name] = hex.EncodeToString(sum[:])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func head(b []byte) string { return strings.ToValidUTF8(string(b[:min(len(b), 300)]), "?") }
