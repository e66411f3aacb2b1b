// Package survey finds the projects of a directory tree: where witgen generates something, and with which
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

// Project is a directory in which witgen generate is run.
type Project struct {
	Dir  string
	Args []string // behind the word generate
	Line string   // of the //go:generate line, as file:line; empty if there is none
}

// Tree is what there is in a directory tree.
type Tree struct {
	Projects []Project
	Outputs  []string // directories that witgen has written to, once
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
			projects, err := fromSource(dir, name)
			if err != nil {
				return err
			}
			t.Projects = append(t.Projects, projects...)
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

// fromSource finds the lines of a Go file that run witgen generate.
func fromSource(dir, name string) ([]Project, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	const directive = "//go:generate "
	if !bytes.Contains(text, []byte(directive)) {
		return nil, nil
	}
	var list []Project
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1) // a line may be as long as the file
	for n := 1; lines.Scan(); n++ {
		command, ok := strings.CutPrefix(lines.Text(), directive)
		if !ok {
			continue
		}
		place := fmt.Sprintf("%s:%d", name, n)
		args, ok, err := arguments(command)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		if ok {
			list = append(list, Project{Dir: dir, Args: args, Line: place})
		}
	}
	return list, lines.Err()
}

// arguments returns what stands behind "witgen generate" in a command, whether witgen is run by its name, by
// go tool or by go run.
func arguments(command string) (args []string, ok bool, err error) {
	words, err := split(command)
	if err != nil {
		return nil, false, nil // not ours, or else go generate says what is wrong
	}
	for i := range len(words) - 1 {
		program, _, _ := strings.Cut(words[i], "@")
		if path.Base(program) != "witgen" || words[i+1] != "generate" {
			continue
		}
		args := words[i+2:]
		if strings.Contains(strings.Join(args, " "), "$") {
			return nil, false, fmt.Errorf("the command has variables, which are not known here: %s", strings.TrimSpace(command))
		}
		return args, true, nil
	}
	return nil, false, nil
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
