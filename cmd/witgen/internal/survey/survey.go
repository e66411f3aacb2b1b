// Package survey finds the projects of a directory tree: where witgen generates or builds something, and with which
// arguments. Whoever wants to know whether a repository is in order must not have to keep a list of them.
package survey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/config"
	"github.com/witan-os/witan/gen/emit"
)

// Project is a directory in which witgen generate or witgen build is run.
type Project struct {
	Dir  string
	Args []string // behind the word generate or build
	Line string   // of the //go:generate line, as file:line; empty if there is none
}

// Tree is what there is in a directory tree.
type Tree struct {
	Projects []Project // those that generate something
	Builds   []Project // those that build guests
	Outputs  []string  // directories that witgen has written to, once
}

// Find looks through a directory and all below it that the go command would look at, in the order of their names.
// A directory has a project for each //go:generate line that runs witgen generate, and one with the arguments
// of its witgen.toml alone if it has that file and no such line.
func Find(root string) (*Tree, error) {
	t := new(Tree)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case name != root && isIgnored(d.Name()):
			return fs.SkipDir
		}
		return t.addDir(name)
	})
	return t, err
}

// In finds the projects that generate something in a directory itself.
func In(dir string) ([]Project, error) {
	t := new(Tree)
	err := t.addDir(dir)
	return t.Projects, err
}

// isIgnored reports whether the go command ignores directories of this name, or they are those of another tool.
func isIgnored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" || name == "node_modules"
}

func (t *Tree) addDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	before, configured := len(t.Projects), false
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.Name() == config.Name:
			configured = true
		case e.Name() == emit.ManifestName && isManifest(name):
			t.Outputs = append(t.Outputs, dir)
		case e.Type().IsRegular() && filepath.Ext(name) == ".go":
			if err := t.addSource(dir, name); err != nil {
				return err
			}
		}
	}
	if configured && len(t.Projects) == before {
		t.Projects = append(t.Projects, Project{Dir: dir})
	}
	return nil
}

// isManifest reports whether a file is what witgen writes beside generated packages.
func isManifest(name string) bool {
	data, err := os.ReadFile(name)
	var m struct{ Generator string }
	return err == nil && json.Unmarshal(data, &m) == nil && m.Generator == "witgen"
}

// addSource adds the lines of a Go file that run witgen.
func (t *Tree) addSource(dir, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	const directive = "//go:generate "
	if !bytes.Contains(text, []byte(directive)) {
		return nil
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1) // a line may be as long as the file
	for n := 1; lines.Scan(); n++ {
		command, ok := strings.CutPrefix(lines.Text(), directive)
		if !ok {
			continue
		}
		place := fmt.Sprintf("%s:%d", name, n)
		verb, args, err := arguments(command)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		switch p := (Project{Dir: dir, Args: args, Line: place}); verb {
		case "generate":
			t.Projects = append(t.Projects, p)
		case "build":
			t.Builds = append(t.Builds, p)
		}
	}
	return lines.Err()
}

// arguments returns the word behind "witgen" in a command, and what stands behind that, whether witgen is run by its
// name, by go tool or by go run. The word is empty in other commands.
func arguments(command string) (verb string, args []string, err error) {
	words, err := split(command)
	if err != nil {
		return "", nil, nil // not ours, or else go generate says what is wrong
	}
	for i := range len(words) - 1 {
		program, _, _ := strings.Cut(words[i], "@")
		if verb := words[i+1]; path.Base(program) == "witgen" && (verb == "generate" || verb == "build") {
			args := words[i+2:]
			if strings.Contains(strings.Join(args, " "), "$") {
				return "", nil, fmt.Errorf("the command has variables, which are not known here: %s", strings.TrimSpace(command))
			}
			return verb, args, nil
		}
	}
	return "", nil, nil
}

// split splits a command as go generate does: at spaces, with words in double quotes as in Go.
func split(command string) ([]string, error) {
	var words []string
	for {
		command = strings.TrimLeft(command, " \t")
		if command == "" {
			return words, nil
		}
		end := strings.IndexAny(command+" ", " \t")
		word := command[:end]
		if command[0] == '"' {
			quoted, err := strconv.QuotedPrefix(command)
			if err != nil {
				return nil, err
			}
			end = len(quoted)
			if word, err = strconv.Unquote(quoted); err != nil {
				return nil, err
			}
		}
		words = append(words, word)
		command = command[end:]
	}
}
