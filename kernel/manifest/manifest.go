// Package manifest is boot.toml: which components a system has, what it runs, and with which files.
//
// The same file serves both ways of running a system. Hosted, it lies beside the program's main.go and
// names files of the host; in an image, the image builder has rewritten it to name entries of the
// ramdisk. It is strict: an unknown key is an error.
package manifest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"
)

// Name is the file's name, beside main.go and in an image's ramdisk.
const Name = "boot.toml"

// Manifest is the content of a boot.toml.
type Manifest struct {
	// Run is what the system runs, one after the other: each a component's name and its arguments. The
	// first that ends with a status other than 0 ends the system with it.
	Run [][]string `toml:"run,omitempty"`
	// Env is the environment of all programs, "KEY=VALUE".
	Env        []string    `toml:"env,omitempty"`
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

// Parse reads a manifest. name is what errors call it.
func Parse(name string, data []byte) (*Manifest, error) {
	m := new(Manifest)
	meta, err := toml.Decode(string(data), m)
	if err != nil {
		var parse toml.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("%s: %s", name, parse.ErrorWithPosition())
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%s: unknown key %s", name, unknown[0])
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
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

func (m *Manifest) check() error {
	seen := map[string]bool{}
	for _, c := range m.Components {
		switch {
		case c.Name == "" || c.File == "":
			return errors.New("a component needs a name and a file")
		case strings.ContainsAny(c.Name, "/\\ \t\n"):
			return fmt.Errorf("component name %q: a name has no spaces and no slashes", c.Name)
		case seen[c.Name]:
			return fmt.Errorf("there are two components named %s", c.Name)
		}
		seen[c.Name] = true
	}
	for _, run := range m.Run {
		if len(run) == 0 {
			return errors.New("run has an entry without a component name")
		}
		if !seen[run[0]] {
			return fmt.Errorf("run names the component %s, which is not in the manifest", run[0])
		}
	}
	for _, kv := range m.Env {
		if key, _, ok := strings.Cut(kv, "="); !ok || key == "" {
			return fmt.Errorf("env entry %q is not KEY=VALUE", kv)
		}
	}
	for guest := range m.Files {
		if !strings.HasPrefix(guest, "/") {
			return fmt.Errorf("files: the path %q that programs see must begin with /", guest)
		}
	}
	return nil
}
