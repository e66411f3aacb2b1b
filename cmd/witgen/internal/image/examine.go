package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/hardware"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
	bootimage "github.com/witan-os/witan/loader/image"
)

// ErrNoProcesses says that the programs of a system are no processes with rights of their own.
var ErrNoProcesses = errors.New("the system has no processes: each of its programs has all rights while it runs")

// Plan resolves the manifest of an image, or that of a directory from which an image can be built, for bare metal. It
// makes use of o's Warn and, for a directory, of what builds guests. The error is [ErrNoProcesses] for a system without
// any.
func (o Options) Plan(ctx context.Context, name string) (*policy.Plan, error) {
	m, parts, err := o.contents(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(m.Processes) == 0 {
		return nil, fmt.Errorf("%s: %w", name, ErrNoProcesses)
	}
	return o.plan(m, parts)
}

// Needs are the devices that an image is made for. There are none for an image without a manifest, nor for a broken one:
// what is wrong with that the machine says.
func Needs(name string) hardware.Needs {
	disk, err := open(name)
	if err != nil {
		return hardware.Needs{}
	}
	m, err := manifestOf(name, disk)
	if err != nil {
		return hardware.Needs{}
	}
	return hardware.Of(m)
}

// contents are the manifest and components of an image or directory.
func (o Options) contents(ctx context.Context, name string) (*manifest.Manifest, []part, error) {
	if !files.IsDir(name) {
		return ofImage(name)
	}
	file := filepath.Join(name, manifest.Name)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	m, err := manifest.Parse(file, data)
	if err != nil {
		return nil, nil, err
	}
	parts, err := o.parts(ctx, m, name)
	return m, parts, err
}

// manifestOf reads the manifest of an image. Nobody has written it by hand, so that errors in it are without the lines.
func manifestOf(name string, disk fs.FS) (*manifest.Manifest, error) {
	data, err := fs.ReadFile(disk, manifest.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m, err := manifest.Parse(name+" ("+manifest.Name+")", data)
	var list diag.List
	if errors.As(err, &list) {
		return nil, errors.New(list.Error())
	}
	return m, err
}

// ofImage reads an image.
func ofImage(name string) (*manifest.Manifest, []part, error) {
	disk, err := open(name)
	if err != nil {
		return nil, nil, err
	}
	m, err := manifestOf(name, disk)
	if err != nil {
		return nil, nil, err
	}
	var parts []part
	for _, c := range m.Components {
		wasm, err := fs.ReadFile(disk, c.File)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: component %s: %w", name, c.Name, err)
		}
		parts = append(parts, part{name: c.Name, file: name + " (" + c.File + ")", wasm: wasm})
	}
	return m, parts, nil
}

// open opens the files of an image.
func open(name string) (fs.FS, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	disk, err := bootimage.Files(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return disk, nil
}
