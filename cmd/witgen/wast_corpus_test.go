package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/cmd/witgen/internal/wast"
	"github.com/witan-os/witan/internal/corpus"
)

// wastFailures are the commands of the suites that fail, by the reason why the expectation does not bind a
// runtime that keeps to the specification, or what it is that this one lacks. An entry is a folder with lines.
var wastFailures = map[string][]string{
	"the reference engine can't run it; it is valid": {
		"wasmtime/component-model/restrictions 2 6 10 17",
		"wasmtime/component-model/simple 25 31",
	},
	"growing a memory may fail: where components call each other, one has at most 2 GiB": {
		"wasmtime/component-model/big-strings 206 209 217 220 227 230 238 244 255 258 272 278 288 291 298 301 309 315 " +
			"326 334 339 349 357 360 371 376 386 389 397 400 407 415 418",
	},
	"SIMD and references are part of WebAssembly 2.0, on which the component model stands: they can't be disabled": {
		"wasm-tools/missing-features/component-model/types 4 10 16",
	},
	"the types of values are encoded without the bound that the specification has": {
		"wasm-tools/component-model/values/values 3 20 31 52 59 67 74 102 111",
	},
	"canonical options for garbage-collected types are not in the specification's binary format": {
		"wasm-tools/component-model/gc/enum-types 3", "wasm-tools/component-model/gc/error-context 3",
		"wasm-tools/component-model/gc/flag-types 3", "wasm-tools/component-model/gc/lift-func-many-params 3",
		"wasm-tools/component-model/gc/list-types 3", "wasm-tools/component-model/gc/option-types 4 17 30 44",
		"wasm-tools/component-model/gc/record-types 3", "wasm-tools/component-model/gc/resource-types 3 24",
		"wasm-tools/component-model/gc/result-types 4 17 30 44", "wasm-tools/component-model/gc/tuple-types 3",
		"wasm-tools/component-model/gc/variant-types 4 19 34 50", "wasm-tools/component-model/legacy-indices 87",
		"wasmtime/component-model/gc/empty 8 47 50 89 92 130",
	},
	"types of shared-everything threads are not in the specification": {
		"wasm-tools/component-model/legacy-indices 71",
	},
	"wazero has no garbage collection": {
		"wasmtime/component-model/alias-region-known-imported-entities 13 64 65 66",
		"wasmtime/component-model/alias-region-multiple-instantiations 15 89 90 91",
		"wasmtime/component-model/alias-region-reexported-entities-to-imported-module 14 101 102 103",
		"wasmtime/component-model/alias-region-reexported-known-entities 14 89 90 91",
	},
	"wazero has no 64-bit memories": {
		"wasmtime/component-model/memory64 24 123 127 132",
	},
}

// TestCorpusScripts runs the upstream suites, as far as they are synchronous, and compares what fails with
// [wastFailures].
func TestCorpusScripts(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wast")
	paths := []string{filepath.Join(root, "wasm-tools")}
	for _, folder := range []string{"linking", "resources", "validation", "values"} {
		paths = append(paths, filepath.Join(root, "component-model", folder))
	}
	wasmtime, err := filepath.Glob(filepath.Join(root, "wasmtime", "component-model", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range wasmtime {
		if filepath.Base(path) != "async" {
			paths = append(paths, path)
		}
	}

	var stdout, stderr bytes.Buffer
	status := cli.Main(append([]string{"wast", "--json"}, paths...), nil, &stdout, &stderr)
	if status != cli.Failed || stderr.Len() != 0 {
		t.Fatalf("status %d\n%s", status, stderr.Bytes())
	}
	var report wast.Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Files) < 100 || report.Totals.Passed < 1400 {
		t.Errorf("only %d files and %d commands that passed: is the corpus whole?", len(report.Files), report.Totals.Passed)
	}
	compareFailures(t, root, &report)
	t.Logf("%d files: %+v", len(report.Files), report.Totals)
}

// compareFailures compares the commands that failed with those that may.
func compareFailures(t *testing.T, root string, report *wast.Report) {
	t.Helper()
	expected := map[string]bool{} // "folder line", true once it was there
	for _, entries := range wastFailures {
		for _, e := range entries {
			fields := strings.Fields(e)
			for _, line := range fields[1:] {
				expected[fields[0]+" "+line] = false
			}
		}
	}
	for _, f := range report.Files {
		folder, err := filepath.Rel(root, filepath.Dir(f.File))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range f.Commands {
			place := fmt.Sprintf("%s %d", filepath.ToSlash(folder), o.Line)
			_, listed := expected[place]
			switch {
			case o.Status == wast.Failed && listed:
				expected[place] = true
			case o.Status == wast.Failed:
				t.Errorf("%s: %s: want %s, have %s (reference: %s)", place, o.Type, o.Want, o.Have, o.Reference)
			}
		}
	}
	for _, place := range slices.Sorted(maps.Keys(expected)) {
		if !expected[place] {
			t.Errorf("%s passes or is gone, so it must not be listed", place)
		}
	}
}
