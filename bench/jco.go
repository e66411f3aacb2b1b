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
	"slices"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
)

// jcoVersion is pinned: another version is another peer. Newer ones make calls slower, for the sake of async.
const jcoVersion = "1.10.2"

//go:embed peers/jco/driver.mjs
var jcoDriver []byte

// startJCO installs jco, has it translate the guests, and runs them on node.
func startJCO(ctx context.Context, from string) (*peer.Peer, error) {
	if _, err := exec.LookPath("node"); err != nil {
		return nil, fmt.Errorf("it runs on node: %w", err)
	}
	jco, err := installJCO(ctx)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(from, "jco")
	for name, file := range map[string]string{"callee": guests.CalleeFile, "composed": guests.ComposedFile} {
		cmd := exec.CommandContext(ctx, jco, "transpile", filepath.Join(from, file), "--instantiation", "sync",
			"--name", name, "--quiet", "--out-dir", filepath.Join(dir, name))
		if _, err := output(cmd); err != nil {
			return nil, fmt.Errorf("translating the %s: %w", name, err)
		}
	}
	loops, err := json.Marshal(map[string][]rows.Loop{
		"callee":   rows.ImportLoops,
		"composed": slices.Concat(rows.CrossLoops, rows.ResourceLoops),
	})
	driver := filepath.Join(dir, "driver.mjs")
	err = errors.Join(err,
		os.WriteFile(filepath.Join(dir, "rows.json"), loops, 0o644),
		os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type": "module"}`), 0o644),
		os.WriteFile(driver, jcoDriver, 0o644))
	if err != nil {
		return nil, err
	}
	return peer.Start(exec.CommandContext(ctx, "node", driver, dir))
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
