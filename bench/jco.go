package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
)

// jcoVersion is pinned: another version is another peer. Newer ones make calls slower, for the sake of async.
const jcoVersion = "1.10.2"

//go:embed peers/jco/driver.mjs
var jcoDriver []byte

// prepareJCO installs jco and has it translate the guests. They run on node.
func prepareJCO(ctx context.Context, dir string) (*program, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return nil, fmt.Errorf("it runs on node: %w", err)
	}
	jco, err := installJCO(ctx)
	if err != nil {
		return nil, err
	}
	into := filepath.Join(dir, "jco")
	for name, file := range map[rows.Guest]string{
		rows.Callee:   guests.CalleeFile,
		rows.Composed: guests.ComposedFile,
		rows.Guarded:  guests.ComposedFile,
		rows.Owner:    guests.OwnerFile,
		rows.Kernels:  guests.KernelsFile,
	} {
		cmd := exec.CommandContext(ctx, jco, "transpile", filepath.Join(dir, file), "--instantiation", "sync",
			"--name", string(name), "--quiet", "--out-dir", filepath.Join(into, string(name)))
		if _, err := output(cmd); err != nil {
			return nil, fmt.Errorf("translating the %s: %w", name, err)
		}
	}
	loops, err := json.Marshal(rows.Loops)
	driver := filepath.Join(into, "driver.mjs")
	err = errors.Join(err,
		os.WriteFile(filepath.Join(into, "loops.json"), loops, 0o644),
		os.WriteFile(filepath.Join(into, "package.json"), []byte(`{"type": "module"}`), 0o644),
		os.WriteFile(driver, jcoDriver, 0o644))
	return &program{turns: []string{"node", driver, into}}, err
}

// installJCO returns jco's command.
func installJCO(ctx context.Context) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "jco-"+jcoVersion)
	command := filepath.Join(dir, "node_modules", ".bin", "jco")
	if _, err := os.Stat(command); err == nil {
		return command, nil
	}
	cmd := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-audit", "--no-fund", "--ignore-scripts",
		"@bytecodealliance/jco@"+jcoVersion)
	if _, err := output(cmd); err != nil {
		return "", fmt.Errorf("npm can't install it: %w", err)
	}
	return command, nil
}
