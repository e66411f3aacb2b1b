// Package manifest is boot.toml: which components a system has, which processes it makes of them, and what each of
// these may do.
//
// The same file serves both ways of running a system. Hosted, it lies beside the program's main.go and
// names files of the host; in an image, the image builder has rewritten it to name entries of the
// ramdisk. It is strict: an unknown key is an error. What can be told from the file alone is checked here; whether
// the components fit together is for kernel/policy to say.
//
// A JSON schema of the file is made of the types here and their comments: docs/boot.schema.json.
package manifest

import (
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/tomlfile"
)

// Name is the file's name, beside main.go and in an image's ramdisk.
const Name = "boot.toml"

// Manifest is the content of a boot.toml.
type Manifest struct {
	// Run is what a system without processes of its own runs, one program after the other: each a component's name
	// and its arguments. They have all rights. The first that ends with a status other than 0 ends the system with it.
	Run [][]string `toml:"run,omitempty"`
	// Env is the environment of all programs, "KEY=VALUE".
	Env []string `toml:"env,omitempty"`
	// Trace has the calls that programs make of their host printed to their standard error.
	Trace bool `toml:"trace,omitempty"`
	// Components are the programs' code.
	Components []Component `toml:"component,omitempty"`
	// Endpoints are meeting points for messages that exist from boot on.
	Endpoints []Endpoint `toml:"endpoint,omitempty"`
	// Memories are regions of shared memory that exist from boot on.
	Memories []Memory `toml:"memory,omitempty"`
	// Logs are parts of the system's log.
	Logs []Log `toml:"log,omitempty"`
	// Processes are what runs, each with nothing but what it is given here.
	Processes []Process `toml:"process,omitempty"`
	// Files maps paths that programs see to files or directories of the host. An image carries the files
	// themselves and has none of these.
	Files map[string]string `toml:"files,omitempty"`

	file *tomlfile.File // where everything stands; nil for a manifest that was not parsed
}

// Component is a component under the name that others refer to.
type Component struct {
	// Name of the component.
	Name string `toml:"name"`
	// File is relative to the manifest. It holds a component, or an actor: a core module with imports named
	// env.sys_….
	File string `toml:"file"`
}

// Parse reads a manifest. name is what errors call it; a [diag.List] has them all.
func Parse(name string, data []byte) (*Manifest, error) {
	m := new(Manifest)
	file := tomlfile.Decode(diag.NewSource(name, string(data)), m)
	if list := file.Errors(); list.Err() != nil {
		return nil, list.Err()
	}
	m.fill()
	m.check(file)
	if list := file.Errors(); list.Err() != nil {
		return nil, list.Err()
	}
	m.file = file
	return m, nil
}

// fill gives what was left out the meaning that it has.
func (m *Manifest) fill() {
	for i := range m.Processes {
		p := &m.Processes[i]
		if p.Component == "" {
			p.Component = p.Name
		}
		switch {
		case p.Restart != "":
		case p.Start == StartSpawn:
			p.Restart = RestartNever
		default:
			p.Restart = RestartOnFailure
		}
	}
}

// Encode writes a manifest that Parse reads.
func (m *Manifest) Encode() ([]byte, error) {
	var b strings.Builder
	if err := toml.NewEncoder(&b).Encode(m); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// Diagnose makes a diagnostic about a part of the manifest: the path to it are keys of tables and indexes in
// arrays, as in the file.
func (m *Manifest) Diagnose(rule diag.Rule, message, hint string, path ...any) diag.Diagnostic {
	if m.file == nil {
		return diag.Diagnostic{Source: diag.NewSource(Name, ""), Rule: rule, Message: message, Hint: hint}
	}
	return m.file.Diagnose(rule, message, hint, path...)
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

// Process finds a process by name. It is nil if there is none.
func (m *Manifest) Process(name string) *Process {
	for i := range m.Processes {
		if m.Processes[i].Name == name {
			return &m.Processes[i]
		}
	}
	return nil
}
