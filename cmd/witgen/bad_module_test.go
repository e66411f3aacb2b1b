package main_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/runtime/component"
)

// These tests feed broken files to the commands that make components and take them apart.

// probeModule is the core module of the probe, and a file with the WIT that it was made for.
func probeModule(t *testing.T) (module []byte, wit string) {
	t.Helper()
	probe := components(t)[2]
	parts, err := component.Unbundle(probe.data, 0)
	if err != nil {
		t.Fatal(err)
	}
	shown := witgen(t, probe.data, func(file string) []string { return []string{"inspect", "--wit", file} })
	shown.expect(t, "inspect --wit", cli.OK)
	wit = filepath.Join(t.TempDir(), "probe.wit")
	if err := os.WriteFile(wit, []byte(shown.stdout), 0o666); err != nil {
		t.Fatal(err)
	}
	return parts.Modules[0].Bytes, wit
}

// TestFlippedModules flips bits of a module that is to be a component. What comes of it is one, or says why not.
func TestFlippedModules(t *testing.T) {
	const flips = 400
	module, wit := probeModule(t)
	dir := t.TempDir()
	file, app := filepath.Join(dir, "broken.wasm"), filepath.Join(dir, "app.wasm")
	for _, command := range [][]string{
		{"component", "new", file, "--wit", wit, "-o", app},
		{"component", "embed", file, "--wit", wit, "-o", app},
	} {
		args := func(string) []string { return command }
		witgenOn(t, file, module, args).expect(t, "the whole module", cli.OK)
		r := rand.New(rand.NewChaCha8(seed))
		for range flips {
			data, what := flip(r, module, func(int) bool { return false })
			if err := os.RemoveAll(app); err != nil {
				t.Fatal(err)
			}
			o := witgenOn(t, file, data, args)
			o.expect(t, fmt.Sprint(command[1], ": ", what), cli.OK, cli.Bad)
			made, err := os.ReadFile(app)
			if (err == nil) != (o.code == cli.OK) {
				t.Errorf("%s: %s: exit code %d, and %v", command[1], what, o.code, err)
			}
			if o.code == cli.OK && command[1] == "embed" && !bytes.HasPrefix(made, data) {
				t.Errorf("%s: %s: the module has changed", command[1], what)
			}
		}
	}
}

// TestFlippedAreUnbundled flips bits of components that are taken apart.
func TestFlippedAreUnbundled(t *testing.T) {
	const flips = 300
	for _, c := range components(t) {
		dir := t.TempDir()
		file, out := filepath.Join(dir, "broken.wasm"), filepath.Join(dir, "parts")
		args := func(string) []string { return []string{"component", "unbundle", file, "-o", out} }
		witgenOn(t, file, c.data, args).expect(t, c.name, cli.OK)
		r := rand.New(rand.NewChaCha8(seed))
		for range flips {
			data, what := flip(r, c.data, func(int) bool { return false })
			witgenOn(t, file, data, args).expect(t, c.name+": "+what, cli.OK, cli.Bad)
		}
	}
}
