package component_test

// Tests on programs and test scripts that nobody on this project wrote. They need the corpus and are
// skipped without it.

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/corpus"
	. "github.com/witan-os/witan/runtime/component"
)

func TestRealPrograms(t *testing.T) {
	for _, p := range corpus.Programs(t) {
		t.Run(p.Name, func(t *testing.T) {
			data, err := os.ReadFile(p.Path())
			if err != nil {
				t.Fatal(err)
			}
			c, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := checkDecoded(c); err != nil {
				t.Error(err)
			}
			if c.Size != len(data) || len(c.Type.Imports) == 0 || len(c.Type.Exports) == 0 {
				t.Errorf("%d of %d bytes, %d imports and %d exports",
					c.Size, len(data), len(c.Type.Imports), len(c.Type.Exports))
			}
		})
	}
}

// script is the part of a test script that concerns decoding.
type script struct {
	Features []string  `json:"features"`
	Commands []command `json:"commands"`

	name string // its folder, relative to the root of the scripts
	dir  string
}

type command struct {
	Type           string `json:"type"`
	Line           int    `json:"line"`
	Kind           string `json:"kind"`
	Filename       string `json:"filename"`
	BinaryFilename string `json:"binary_filename"`
	ModuleType     string `json:"module_type"`
	TextError      string `json:"text_error"`
	Text           string `json:"text"`
}

// binary is the component to decode, "" if the command has none.
func (c command) binary() string {
	switch {
	case c.Kind != "component" || c.TextError != "":
		return ""
	case c.ModuleType == "text":
		return c.BinaryFilename
	default:
		return c.Filename
	}
}

// mustFail tells the commands with an invalid component from those with a valid one.
func (c command) mustFail() bool { return c.Type == "assert_invalid" || c.Type == "assert_malformed" }

// scriptFeatures are the gated features by the names that scripts give them.
var scriptFeatures = map[string]Features{
	"cm-values":              FeatureValues,
	"cm-more-async-builtins": FeatureMoreAsync,
	"cm-async-stackful":      FeatureStackful,
	"cm-threading":           FeatureThreads,
	"cm-fixed-length-lists":  FeatureFixedLists,
	"cm-error-context":       FeatureErrorContext,
	"cm-memory64":            FeatureMemory64,
	"cm-gc":                  FeatureGarbageCollected,
	"gc":                     FeatureGarbageCollected,
	"gc-types":               FeatureGarbageCollected,
}

// missingFeatures are what the scripts in a folder test the absence of.
var missingFeatures = map[string]Features{
	"wasm-tools/missing-features/component-model/async":         FeatureAsync,
	"wasm-tools/missing-features/component-model/error-context": FeatureErrorContext,
	"wasm-tools/missing-features/component-model/map":           FeatureMap,
	"wasm-tools/missing-features/component-model/threading":     FeatureThreads,
	"wasmtime/component-model/implements-disabled":              FeatureAttributes,
}

// enabled is what a script says it needs, beyond what has been released.
func (s *script) enabled() Features {
	enabled := Released
	for _, f := range s.Features {
		enabled |= scriptFeatures[f]
	}
	return enabled &^ missingFeatures[s.name]
}

// otherFormats are valid components with encodings that the specification does not have, by the reason.
// An entry is a folder or a folder with lines.
var otherFormats = map[string][]string{
	"canonical options for garbage-collected types, shared composite types": {
		"wasm-tools/component-model/gc/*", "wasmtime/component-model/gc/*",
		"wasm-tools/component-model/legacy-indices 71 87",
	},
	"the types of values have no bound": {
		"wasm-tools/component-model/values/values 3 20 31 52 59 67 74 102 111",
	},
}

// notRefused are the invalid components that are taken for valid ones today, by the reason.
var notRefused = map[string][]string{
	"what a core module has inside, and which features it may use, is up to the engine": {
		"component-model/validation/core-modules 25",
		"wasm-tools/missing-features/component-model/types 4 10 16",
	},
	"the reference engine cannot run it": {
		"wasmtime/component-model/restrictions 2 6 10 17",
		"wasmtime/component-model/simple 25 31",
	},
}

func TestScripts(t *testing.T) {
	foreign, taken := newList(otherFormats), newList(notRefused)
	var valid, invalid int
	for _, s := range scripts(t) {
		for _, c := range s.Commands {
			if c.binary() == "" {
				continue
			}
			data := s.read(t, c)
			decoded, failure := DecodeWith(data, AllFeatures)
			if failure == nil {
				if err := checkDecoded(decoded); err != nil {
					t.Errorf("%s %d (%s): %v", s.name, c.Line, c.binary(), err)
				}
			}
			exceptions := foreign
			if c.mustFail() {
				invalid++
				exceptions = taken
				if failure == nil { // perhaps it is invalid because a feature is not enabled
					_, failure = DecodeWith(data, s.enabled())
				}
			} else {
				valid++
			}
			place := fmt.Sprintf("%s %d (%s)", s.name, c.Line, c.binary())
			right := c.mustFail() == (failure != nil)
			switch listed := exceptions.has(s.name, c.Line); {
			case listed && right:
				t.Errorf("%s: this is right now, so it must not be listed as an exception", place)
			case listed || right:
				t.Logf("%s: theirs %q, ours %v", place, c.Text, failure)
			case failure != nil:
				t.Errorf("%s: it is valid, but: %v", place, failure)
			default:
				t.Errorf("%s: it is taken for valid, but: %s", place, c.Text)
			}
		}
	}
	if valid < 600 || invalid < 700 {
		t.Errorf("the corpus has only %d valid and %d invalid components", valid, invalid)
	}
	t.Logf("accepted %d of %d valid components, refused %d of %d invalid ones",
		valid-foreign.checkUsed(t), valid, invalid-taken.checkUsed(t), invalid)
}

// unsaidFeatures are those that scripts use without saying so.
var unsaidFeatures = map[string]Features{
	"component-model/async/big-interleaving-test":         FeatureMoreAsync | FeatureStackful,
	"component-model/async/cancel-subtask":                FeatureMoreAsync,
	"component-model/async/sync-barges-in":                FeatureStackful,
	"component-model/async/sync-streams":                  FeatureMoreAsync,
	"component-model/async/trap-if-block-and-sync":        FeatureMoreAsync | FeatureStackful,
	"component-model/async/trap-if-sync-and-waitable-set": FeatureMoreAsync,
	"component-model/values/post-return":                  FeatureMoreAsync | FeatureStackful,
	"component-model/values/variants":                     FeatureStackful,
	"wasm-tools/component-model/async/stackful":           FeatureStackful,
	"wasm-tools/component-model/canon-names":              FeatureCanonNames,
	"wasm-tools/component-model/memory64/memory64":        FeatureMemory64,
	"wasm-tools/component-model/memory64/realloc":         FeatureMemory64,
	"wasm-tools/component-model/memory64/resources":       FeatureMemory64,
	"wasm-tools/component-model/memory64/string":          FeatureMemory64,
	"wasm-tools/component-model/nested-names":             FeatureNestedNames,
}

// TestScriptsNeedOnlyTheirFeatures decodes valid components with no more features than their scripts need:
// what has been released must not hide behind the gate of something else.
func TestScriptsNeedOnlyTheirFeatures(t *testing.T) {
	foreign := newList(otherFormats)
	for _, s := range scripts(t) {
		for _, c := range s.Commands {
			if c.binary() == "" || c.mustFail() || foreign.has(s.name, c.Line) {
				continue
			}
			if _, err := DecodeWith(s.read(t, c), s.enabled()|unsaidFeatures[s.name]); err != nil {
				t.Errorf("%s %d (%s): %v", s.name, c.Line, c.binary(), err)
			}
		}
	}
}

// read reads the component of a command.
func (s *script) read(t *testing.T, c command) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.dir, c.binary()))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// scripts reads the scripts of the corpus.
func scripts(t *testing.T) []*script {
	t.Helper()
	root := filepath.Join(corpus.Dir(t), "wast")
	var out []*script
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".json" || entry.Name() == "index.json" {
			return err
		}
		s := &script{dir: filepath.Dir(file)}
		name, err := filepath.Rel(root, s.dir)
		if err != nil {
			return err
		}
		s.name = filepath.ToSlash(name)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		out = append(out, s)
		return json.Unmarshal(text, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// list holds commands of scripts that are exceptions, by a folder with a star or by folder and line, with
// how many commands there were for each.
type list map[string]int

func newList(table map[string][]string) list {
	l := list{}
	for _, entries := range table {
		for _, e := range entries {
			folder, lines, some := strings.Cut(e, " ")
			if !some {
				l[folder] = 0
			}
			for _, line := range strings.Fields(lines) {
				l[folder+" "+line] = 0
			}
		}
	}
	return l
}

// has tells whether the command at a line is an exception, and counts it.
func (l list) has(folder string, line int) bool {
	for _, key := range []string{fmt.Sprintf("%s %d", folder, line), path.Dir(folder) + "/*"} {
		if _, ok := l[key]; ok {
			l[key]++
			return true
		}
	}
	return false
}

// checkUsed fails for exceptions without a command, and returns the number of commands that were one.
func (l list) checkUsed(t *testing.T) int {
	t.Helper()
	total := 0
	for _, key := range slices.Sorted(maps.Keys(l)) {
		if l[key] == 0 {
			t.Errorf("there is nothing at %s, which is listed as an exception", key)
		}
		total += l[key]
	}
	return total
}
