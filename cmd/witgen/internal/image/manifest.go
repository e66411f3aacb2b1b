package image

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/kernel/manifest"
)

// readManifest merges the options into the package's own boot.toml. File names in the result are relative
// to the returned directory, or absolute.
func readManifest(o Options) (*manifest.Manifest, string, error) {
	m, dir := new(manifest.Manifest), "."
	if files.IsDir(o.Package) {
		name := filepath.Join(o.Package, manifest.Name)
		data, err := os.ReadFile(name)
		switch {
		case err == nil:
			if m, err = manifest.Parse(name, data); err != nil {
				return nil, "", err
			}
			dir = o.Package
		case !os.IsNotExist(err):
			return nil, "", err
		}
	}
	for _, c := range o.Components {
		if err := addComponent(m, c); err != nil {
			return nil, "", err
		}
	}
	if len(o.Run) > 0 {
		if len(m.Processes) > 0 {
			return nil, "", fmt.Errorf("%s has processes, and so nothing else can be run", filepath.Join(dir, manifest.Name))
		}
		m.Run = o.Run
	}
	m.Env = append(m.Env, o.Env...)
	if m.Files == nil {
		m.Files = map[string]string{}
	}
	for guest, host := range o.Files {
		abs, err := filepath.Abs(host)
		if err != nil {
			return nil, "", err
		}
		m.Files[guest] = abs
	}
	if len(m.Run) == 0 && len(m.Processes) == 0 && len(m.Components) == 1 {
		m.Run = [][]string{{m.Components[0].Name}}
	}
	return m, dir, nil
}

// addComponent adds a component, or replaces the one of the same name.
func addComponent(m *manifest.Manifest, c manifest.Component) error {
	abs, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	c.File = abs
	for i := range m.Components {
		if m.Components[i].Name == c.Name {
			m.Components[i] = c
			return nil
		}
	}
	m.Components = append(m.Components, c)
	return nil
}
