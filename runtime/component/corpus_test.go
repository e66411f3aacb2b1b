package component

// Tests on programs and test scripts that nobody on this project wrote. They need the corpus, whose
// place WITAN_CORPUS gives, and are skipped without it.

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

func corpus(t *testing.T) string {
	dir := os.Getenv("WITAN_CORPUS")
	if dir == "" {
		t.Skip("WITAN_CORPUS is not set")
	}
	if !filepath.IsAbs(dir) {
		root, err := filepath.Abs("../..")
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(root, dir)
	}
	return dir
}

func TestRealPrograms(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus(t), "real", "*.wasm"))
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d programs, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if len(c.Type.Imports) == 0 || len(c.Type.Exports) == 0 {
				t.Errorf("%d imports and %d exports", len(c.Type.Imports), len(c.Type.Exports))
			}
		})
	}
}

// script is the part of a wast-json file that concerns decoding.
type script struct {
	Features []string  `json:"features"`
	Commands []command `json:"commands"`
}

type command struct {
	Type           string    `json:"type"`
	Line           int       `json:"line"`
	Kind           string    `json:"kind"`
	Filename       string    `json:"filename"`
	BinaryFilename string    `json:"binary_filename"`
	ModuleType     string    `json:"module_type"`
	TextError      string    `json:"text_error"`
	Text           string    `json:"text"`
	Commands       []command `json:"commands"`
}

// binary is the file to decode, "" if the command has none.
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

// allFeatures is what valid files may use; the corpus covers every gated feature.
const allFeatures = FeatureGarbageCollected<<1 - 1

// notOurFormat are valid files that use encodings which the specification does not have: options of
// the canonical ABI for garbage-collected types, shared composite types, and an older form of values.
var notOurFormat = []string{
	"wasm-tools/component-model/gc/", "wasmtime/component-model/gc/",
	"wasm-tools/component-model/values/values/", "wasm-tools/component-model/legacy-indices/",
}

func TestScripts(t *testing.T) {
	root := filepath.Join(corpus(t), "wast")
	var accepted, refused, invalid int
	var missed []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".json" || entry.Name() == "index.json" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var s script
		if err := json.Unmarshal(text, &s); err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		for _, c := range s.Commands {
			file := c.binary()
			if file == "" {
				continue
			}
			data, err := os.ReadFile(filepath.Join(filepath.Dir(path), file))
			if err != nil {
				return err
			}
			_, failure := DecodeWith(data, allFeatures)
			switch c.Type {
			case "assert_invalid", "assert_malformed":
				invalid++
				if failure != nil {
					refused++
					t.Logf("%s:%d: %q, ours: %v", name, c.Line, c.Text, failure)
				} else {
					missed = append(missed, c.Text+"\t"+name+" "+file)
				}
			default:
				accepted++
				if failure != nil {
					t.Errorf("%s:%d: %s %s is valid, but: %v", name, c.Line, c.Type, file, failure)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(missed)
	t.Logf("%d valid components, %d of %d invalid ones refused; not refused:\n%s",
		accepted, refused, invalid, strings.Join(missed, "\n"))
}
