// Package image puts boot images together: a Go program linked for bare metal, and a ramdisk with the
// components that it runs, their machine code, and the files that they see.
//
// It is the meeting point of rooms that do not know each other: the kernel's manifest, the VM that
// compiles on the host what the image will run, and the loader that writes what a machine can boot.
package image

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/manifest"
	bootimage "github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/runtime/vm"
)

// StockProgram is the program of images that name none: all of WASI and nothing else.
const StockProgram = "github.com/witan-os/witan/cmd/witan"

// Options say what goes into an image. What they give is added to the boot.toml beside the package's
// source, if there is one; Run replaces its list.
type Options struct {
	Package    string // of the program: a directory or an import path; "" means StockProgram
	Components []manifest.Component
	Run        [][]string
	Env        []string
	Files      map[string]string // path that programs see → file or directory of the host
	Output     string
	Progress   func(format string, args ...any) // told about each long step
	// BuildGuest makes a component of the directory that has its source.
	BuildGuest func(ctx context.Context, dir string) ([]byte, error)
}

// Build builds the program and writes the image. A boot of the image compiles nothing.
func Build(ctx context.Context, o Options) error {
	if o.Package == "" {
		o.Package = StockProgram
	}
	m, dir, err := readManifest(o)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "witan-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	disk, err := buildRamdisk(ctx, o, m, dir, work)
	if err != nil {
		return err
	}
	o.Progress("building %s", o.Package)
	program := filepath.Join(work, "program")
	if err := buildProgram(ctx, o.Package, program); err != nil {
		return err
	}
	elf, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	o.Progress("writing %s", o.Output)
	return files.Write(o.Output, func(w io.Writer) error {
		return bootimage.Build(w, bootimage.Image{Kernel: elf, Ramdisk: disk})
	})
}

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
	if len(m.Run) == 0 && len(m.Components) == 1 {
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

// buildRamdisk makes the TAR: the manifest rewritten for the image, components, machine code and files.
func buildRamdisk(ctx context.Context, o Options, m *manifest.Manifest, dir, work string) ([]byte, error) {
	date, err := ramdisk.SourceDate()
	if err != nil {
		return nil, err
	}
	b := ramdisk.Builder{ModTime: date}
	cache := filepath.Join(work, kernel.CacheDir)
	if err := addComponents(ctx, o, &b, m, dir, cache); err != nil {
		return nil, err
	}
	for guest, host := range m.Files {
		if !filepath.IsAbs(host) {
			host = filepath.Join(dir, host)
		}
		if err := kernel.AddFiles(&b, kernel.FileDir, guest, host); err != nil {
			return nil, fmt.Errorf("file %s: %w", guest, err)
		}
	}
	m.Files = nil
	text, err := m.Encode()
	if err != nil {
		return nil, err
	}
	if _, err := manifest.Parse("the image's "+manifest.Name, text); err != nil {
		return nil, errors.New(err.Error()) // without the lines, which nobody wrote
	}
	if err := b.AddFile(manifest.Name, 0o644, text); err != nil {
		return nil, err
	}
	return b.Bytes()
}

// addComponents compiles each component into the cache and adds both to the image.
func addComponents(ctx context.Context, o Options, b *ramdisk.Builder, m *manifest.Manifest, dir, cache string) error {
	v, err := vm.New(ctx, vm.Config{CacheDir: cache})
	if err != nil {
		return err
	}
	defer v.Close(ctx)
	for i := range m.Components {
		c := &m.Components[i]
		file := c.File
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		wasm, err := o.component(ctx, file)
		if err != nil {
			return fmt.Errorf("component %s: %w", c.Name, err)
		}
		o.Progress("compiling %s (%d KB)", c.Name, len(wasm)>>10)
		if err := compile(ctx, o, v, c.Name, wasm); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		c.File = path.Join(kernel.ComponentDir, c.Name+".wasm")
		if err := b.AddFile(c.File, 0o644, wasm); err != nil {
			return err
		}
	}
	return b.AddTree(kernel.CacheDir, os.DirFS(cache))
}

// component reads a component or core module, or builds the one whose source is in a directory.
func (o Options) component(ctx context.Context, name string) ([]byte, error) {
	if files.IsDir(name) {
		return o.BuildGuest(ctx, name)
	}
	return files.Read(name)
}

// compile compiles a component with the adapters between its parts, or a core module that speaks WASI 0.1, into
// the VM's cache.
func compile(ctx context.Context, o Options, v *vm.VM, name string, wasm []byte) error {
	kind, err := vm.Sniff(wasm)
	if err != nil {
		return err
	}
	if kind == vm.KindModule {
		return v.CompileModule(ctx, wasm)
	}
	c, err := v.Compile(ctx, name, wasm)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	if _, err := c.Rehearse(ctx); err != nil {
		o.Progress("%s is not compiled whole, the boot does the rest: %v", name, err)
	}
	return nil
}

// buildProgram runs the Go compiler. The program must not need the host's C library or be relocatable:
// it is a kernel.
func buildProgram(ctx context.Context, pkg, output string) error {
	dir, target := ".", pkg
	if files.IsDir(pkg) {
		dir, target = pkg, "."
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildmode=exe",
		"-ldflags", "-s -w "+bootimage.LinkFlags, "-o", output, target)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build of %s: %w\n%s", pkg, err, strings.TrimSpace(string(out)))
	}
	return nil
}
