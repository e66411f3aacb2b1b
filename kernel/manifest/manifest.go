// Package manifest is boot.toml: which components a system has, what it runs, and with which files.
//
// The same file serves both ways of running a system. Hosted, it lies beside the program's main.go and
// names files of the host; in an image, the image builder has rewritten it to name entries of the
// ramdisk. It is strict: an unknown key is an error.
package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/tomlfile"
)

// Name is the file's name, beside main.go and in an image's ramdisk.
const Name = "boot.toml"

// Manifest is the content of a boot.toml.
type Manifest struct {
	// Run is what the system runs, one after the other: each a component's name and its arguments. The
	// first that ends with a status other than 0 ends the system with it.
	Run [][]string `toml:"run,omitempty"`
	// Env is the environment of all programs, "KEY=VALUE".
	Env []string `toml:"env,omitempty"`
	// Trace has the calls that programs make of their host printed to their standard error.
	Trace      bool        `toml:"trace,omitempty"`
	Components []Component `toml:"component,omitempty"`
	// Files maps paths that programs see to files or directories of the host. An image carries the files
	// themselves and has none of these.
	Files map[string]string `toml:"files,omitempty"`
}

// Component is a component under the name that Run refers to.
type Component struct {
	Name string `toml:"name"`
	// File is relative to the manifest.
	File string `toml:"file"`
}

// Parse reads a manifest. name is what errors call it; a [diag.List] has them all.
func Parse(name string, data []byte) (*Manifest, error) {
	m := new(Manifest)
	file := tomlfile.Decode(diag.NewSource(name, string(data)), m)
	if list := file.Errors(); list.Err() != nil {
		return nil, list.Err()
	}
	m.check(file)
	if list := file.Errors(); list.Err() != nil {
		return nil, list.Err()
	}
	return m, nil
}

// Encode writes a manifest that Parse reads.
func (m *Manifest) Encode() ([]byte, error) {
	var b strings.Builder
	if err := toml.NewEncoder(&b).Encode(m); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// Component finds a component by name.
func (m *Manifest) Component(name string) (Component, bool) {
	for _, c := range m.Components {
		if c.Name == name {
			return c, true
		}
	}
	return Component{}, false
}

// The rules of a manifest that its diagnostics name.
const (
	ruleComponent diag.Rule = "component"
	ruleRun       diag.Rule = "run"
	ruleEnv       diag.Rule = "env"
	ruleFiles     diag.Rule = "files"
)

// check reports what a manifest of the right form has that can't be.
func (m *Manifest) check(file *tomlfile.File) {
	known := m.checkComponents(file)
	for i, run := range m.Run {
		if len(run) == 0 {
			file.Report(ruleRun, "run has an entry without a component name", "", "run", i)
			continue
		}
		if !slices.Contains(known, run[0]) {
			hint := ""
			if near := diag.Nearest(run[0], known); near != "" {
				hint = "did you mean " + near + "?"
			}
			file.Report(ruleRun, fmt.Sprintf("run names the component %s, which is not in the manifest", run[0]), hint, "run", i, 0)
		}
	}
	for i, kv := range m.Env {
		if key, _, ok := strings.Cut(kv, "="); !ok || key == "" {
			file.Report(ruleEnv, fmt.Sprintf("env entry %q is not KEY=VALUE", kv), "", "env", i)
		}
	}
	for guest := range m.Files {
		if !strings.HasPrefix(guest, "/") {
			file.Report(ruleFiles, fmt.Sprintf("files: the path %q that programs see must begin with /", guest), "", "files", guest)
		}
	}
}

// checkComponents checks the components and returns their names.
func (m *Manifest) checkComponents(file *tomlfile.File) []string {
	var names []string
	for i, c := range m.Components {
		switch {
		case c.Name == "" || c.File == "":
			file.Report(ruleComponent, "a component needs a name and a file", "", "component", i)
		case strings.ContainsAny(c.Name, "/\\ \t\n"):
			file.Report(ruleComponent, fmt.Sprintf("component name %q: a name has no spaces and no slashes", c.Name), "", "component", i, "name")
		case slices.Contains(names, c.Name):
			file.Report(ruleComponent, "there are two components named "+c.Name, "", "component", i, "name")
		}
		names = append(names, c.Name)
	}
	return names
}
