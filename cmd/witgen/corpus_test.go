package main_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/internal/corpus"
)

// commandPrograms are the corpus's command-line programs: all but the web server and the TCP client.
var commandPrograms = []string{
	"go-gosh", "go-yq", "go-goja", "go-esbuild", "go-wazero", "go-gofmt", "go-s2c",
	"c-sqlite3", "c-awk", "c-bzip2", "c-xzt", "c-misc", "qjs-cmd", "rust-app",
}

// trapStatus is what witgen run exits with when the program traps.
const trapStatus = 134

// TestCorpusPrograms runs every recorded case of the real programs and compares stdout, exit status, stderr
// where it is stable, and what happened to the files.
func TestCorpusPrograms(t *testing.T) {
	programs := corpus.Programs(t, commandPrograms...)
	witgen := buildWitgen(t)
	cache := t.TempDir()
	for _, p := range programs {
		t.Run(p.Name, func(t *testing.T) {
			for _, c := range p.Cases {
				t.Run(c.Name, func(t *testing.T) { runHosted(t, witgen, cache, p, &c) })
			}
		})
	}
}

func runHosted(t *testing.T, witgen, cache string, p *corpus.Program, c *corpus.Case) {
	args := []string{"run"}
	for _, kv := range c.EnvList() {
		args = append(args, "--env", kv)
	}
	copies := c.Copies(t, p)
	for guest, dir := range copies {
		args = append(args, "--dir", dir+"::"+guest)
	}
	args = append(append(args, p.Path()), c.Args...)
	stdout, stderr, status := run(t, c.Input(t, p), cache, witgen, args...)
	c.CheckOutput(t, p, stdout, stderr, status, trapStatus)
	c.CheckFiles(t, p, copies)
}

// buildWitgen builds the command as users do.
func buildWitgen(t *testing.T) string {
	t.Helper()
	witgen := filepath.Join(t.TempDir(), "witgen")
	cmd := exec.Command("go", "build", "-o", witgen, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return witgen
}

// run runs a command with machine code cached in the given directory.
func run(t *testing.T, stdin []byte, cache, name string, args ...string) (stdout, stderr []byte, status int) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "WITAN_CACHE="+cache)
	cmd.Stdin = bytes.NewReader(stdin)
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.Bytes(), log.Bytes(), cmd.ProcessState.ExitCode()
}
