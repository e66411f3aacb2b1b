// Package image puts boot images together: a Go program linked for bare metal, and a ramdisk with the
// components that it runs, their machine code, and the files that they see.
//
// It is the meeting point of rooms that do not know each other: the kernel's manifest, the VM that
// compiles on the host what the image will run, and the loader that writes what a machine can boot.
package image

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/manifest"
	bootimage "github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/payload"
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
	Format     bootimage.Format
	Symbols    string // a file for the program with its symbols; "" for none
	Signing    Signing
	Progress   func(format string, args ...any) // told about each long step
	Warn       func(diag.List)                  // told what in the manifest makes little sense
	// BuildGuest makes a component of the directory that has its source.
	BuildGuest func(ctx context.Context, dir string) ([]byte, error)
}

// Build builds the program and writes the image. A boot of the image compiles nothing. What does not fit in a
// manifest with processes is a [diag.List].
func Build(ctx context.Context, o Options) error {
	if o.Package == "" {
		o.Package = StockProgram
	}
	key, err := o.Signing.key()
	if err != nil {
		return err
	}
	trusted, err := o.Signing.trusted()
	if err != nil {
		return err
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
	if err := buildProgram(ctx, o.Package, program, "-s -w"); err != nil {
		return err
	}
	if o.Symbols != "" {
		if err := buildProgram(ctx, o.Package, o.Symbols, ""); err != nil {
			return err
		}
	}
	elf, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	o.Progress("writing %s", o.Output)
	return files.Write(o.Output, func(w io.Writer) error {
		return bootimage.Make(ctx, w, bootimage.Boot{
			Program: bootimage.Program{ELF: elf, Ramdisk: disk, Kind: payload.Kernel, Version: o.Signing.Version},
			Key:     key,
			Trusted: trusted,
			Minimum: o.Signing.Minimum,
			Format:  o.Format,
			Dir:     directory(o.Package),
		})
	})
}

// directory is where the Go compiler is run to build a package, and what goes with it.
func directory(pkg string) string {
	if files.IsDir(pkg) {
		return pkg
	}
	return "."
}

// buildProgram runs the Go compiler. The program must not need the host's C library or be relocatable:
// it is a kernel. Its code is the same whether the linker leaves out symbols or not.
func buildProgram(ctx context.Context, pkg, output, linkFlags string) error {
	output, err := filepath.Abs(output)
	if err != nil {
		return err
	}
	dir, target := directory(pkg), pkg
	if files.IsDir(pkg) {
		target = "."
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildmode=exe",
		"-ldflags", linkFlags+" "+bootimage.LinkFlags, "-o", output, target)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build of %s: %w\n%s", pkg, err, strings.TrimSpace(string(out)))
	}
	return nil
}
