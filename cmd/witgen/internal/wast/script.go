// Package wast runs the test scripts of WebAssembly's suites against this runtime. A script is a .wast file in
// the JSON form of wast-json/component-1, a superset of what "wasm-tools json-from-wast" writes: a list of
// commands, with the binaries that they name in files beside it.
//
// Nothing is skipped: a command that can't be run has failed. The one exception are tests of the text
// format, which has no meaning to a runtime; they are counted as not applicable.
package wast

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// format is what scripts name as their format.
const format = "wast-json/component-1"

// indexFile is the name of the file in which a suite lists its scripts.
const indexFile = "index.json"

// script is one test script.
type script struct {
	Format   string         `json:"format"`
	Source   source         `json:"source"`
	Config   map[string]any `json:"config"`
	Features []string       `json:"features"`
	Commands []command      `json:"commands"`

	dir string // where the files of the commands are
}

// source says where a script comes from.
type source struct {
	Repository string `json:"repository"`
	Path       string `json:"path"`
}

// command is one command of a script. Which fields there are depends on the type.
type command struct {
	Type string `json:"type"`
	Line int    `json:"line"`

	Kind           string `json:"kind"`
	ModuleType     string `json:"module_type"`
	Filename       string `json:"filename"`
	BinaryFilename string `json:"binary_filename"`
	TextError      string `json:"text_error"`

	Name     string  `json:"name"`     // of what is defined, or of what is registered
	As       string  `json:"as"`       // the name to register under
	Instance string  `json:"instance"` // of what is instantiated
	Module   string  `json:"module"`   // the definition to instantiate
	Action   *action `json:"action"`
	Expected []datum `json:"expected"`
	Text     string  `json:"text"` // what the reference engine says
}

// action is what a command does with an instance: invoke a function, or get a global.
type action struct {
	Type   string  `json:"type"`
	Module string  `json:"module"` // the instance, by name; the current one without
	Field  string  `json:"field"`
	Args   []datum `json:"args"`
}

// binary is the name of the command's binary file; "" when the text that it tests has none.
func (c *command) binary() string {
	switch {
	case c.TextError != "":
		return ""
	case c.ModuleType == "text":
		return c.BinaryFilename
	default:
		return c.Filename
	}
}

// isCore reports whether the command is about a core module.
func (c *command) isCore() bool { return c.Kind == "core" }

func readScript(file string) (*script, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := &script{dir: filepath.Dir(file)}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if s.Format != format {
		return nil, fmt.Errorf("%s: the format is %q, not %q", file, s.Format, format)
	}
	return s, nil
}

// read reads a file that a command names.
func (s *script) read(name string) ([]byte, error) {
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("the file %q lies outside of the script's directory", name)
	}
	return os.ReadFile(filepath.Join(s.dir, name))
}

// Find lists the scripts that paths name. A directory stands for all scripts below it, which are its .json
// files other than index.json, in the order of their names.
func Find(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".json") && d.Name() != indexFile {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: there are no test scripts in this directory", path)
		}
	}
	return files, nil
}
