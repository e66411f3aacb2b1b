package main_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/corpus"
)

// needs512MB are the cases that don't fit into a machine of the default size.
var needs512MB = map[string]bool{"mem-512MiB": true}

// TestCorpusImages runs the recorded cases of two real programs on bare metal, each from an image of its own
// that holds the files and the arguments.
func TestCorpusImages(t *testing.T) {
	if testing.Short() {
		t.Skip("boots virtual machines")
	}
	programs := corpus.Programs(t, "c-awk", "rust-app")
	witgen := buildWitgen(t)
	for _, p := range programs {
		t.Run(p.Name, func(t *testing.T) {
			for _, c := range p.Cases {
				if !needs512MB[c.Name] {
					t.Run(c.Name, func(t *testing.T) { runOnMetal(t, witgen, p, &c) })
				}
			}
		})
	}
}

func runOnMetal(t *testing.T, witgen string, p *corpus.Program, c *corpus.Case) {
	image := filepath.Join(t.TempDir(), "os.img")
	command := []string{p.Name}
	for _, a := range c.Args {
		command = append(command, "'"+strings.ReplaceAll(a, "'", `'"'"'`)+"'")
	}
	args := []string{
		"image", "build", "--component", p.Name + "=" + p.Path(),
		"--run", strings.Join(command, " "), "-o", image,
	}
	for _, kv := range c.EnvList() {
		args = append(args, "--env", kv)
	}
	for guest, folder := range c.Preopens {
		args = append(args, "--file", guest+"="+filepath.Join(p.Root, folder))
	}
	if _, stderr, status := run(t, nil, t.TempDir(), witgen, args...); status != 0 {
		t.Fatalf("image build: status %d\n%s", status, stderr)
	}
	stdout, log, status := run(t, c.Input(t, p), t.TempDir(), witgen, "image", "run", image, "--timeout", "120s")
	if strings.Contains(string(log), "core modules of") {
		t.Errorf("the boot compiled something:\n%s", log)
	}
	// The log also has what the kernel says: of the program's own stderr there must be no less.
	want := *c
	if want.Expect.Stderr != nil && strings.Contains(string(log), *want.Expect.Stderr) {
		want.Expect.Stderr = nil
	}
	want.CheckOutput(t, p, stdout, log, status, trapStatus)
}
