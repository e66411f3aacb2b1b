package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/cmd/witgen/internal/image"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/kernel/manifest"
	bootimage "github.com/witan-os/witan/loader/image"
)

type imageCommand struct {
	Build  imageBuild  `cmd:"" help:"Make a bootable image of a program and the components that it runs."`
	Keygen imageKeygen `cmd:"" help:"Make a key to sign images with."`
	Run    imageRun    `cmd:"" help:"Boot an image in a virtual machine."`
	Schema imageSchema `cmd:"" help:"Print the JSON schema of boot.toml."`
}

type imageBuild struct {
	Package   string   `arg:"" optional:"" help:"The program: a directory with a main package, or an import path. Its boot.toml says what it runs. Without it the image has the stock program, which provides WASI."`
	Component []string `name:"component" sep:"none" placeholder:"NAME=FILE.wasm|DIR" help:"Put a component into the image, or build one whose source is in DIR, as witgen build does it; may be repeated."`
	Run_      []string `name:"run" sep:"none" placeholder:"'NAME ARG…'" help:"What to run at boot: a component's name and its arguments, split at spaces, with quotes as in a shell. Several run one after the other."`
	Env       []string `name:"env" sep:"none" placeholder:"K=V" help:"Set a variable of the programs' environment; may be repeated."`
	File      []string `name:"file" sep:"none" placeholder:"GUEST=HOST" help:"Put a file or directory of this machine into the image, for programs to see at the path GUEST; may be repeated."`
	Sign      string   `name:"sign" placeholder:"KEY" help:"Sign the payload with the key in this file, which image keygen made; the image's loader starts what is signed with it and nothing else. Without it, a key for development is used, which is made when there is none."`
	Trust     []string `name:"trust" sep:"none" placeholder:"KEY.pub" help:"Let the image's loader start payloads of this key, too: the next one, say, before the old one is retired. May be repeated."`
	Version   uint64   `name:"version" placeholder:"N" help:"The payload's version (default: 0). The image's loader starts no older one."`
	Symbols   string   `name:"symbols" placeholder:"FILE" help:"Also write the program with its symbols to FILE, for a debugger; see image run --gdb."`
	Format    string   `name:"format" enum:"pvh,efi,disk" default:"pvh" placeholder:"pvh|efi|disk" help:"For what starts the image: QEMU and other loaders that follow PVH; UEFI, as a program; or UEFI, as a disk that it boots by itself (default: pvh)."`
	Output    string   `name:"output" short:"o" required:"" placeholder:"OS.img" help:"The image to write."`
}

// Help is shown below the flags.
func (imageBuild) Help() string {
	return `Needs the Go toolchain: the program is compiled and linked for bare metal (linux/amd64). Components are
compiled to machine code here, so that booting the image compiles nothing. One that is a directory, in a flag or in
boot.toml, is built first; one that is a core module is made a component if need be.

If boot.toml has processes, each import of each component must have a provider that exists and has it. All that does not
fit is shown with its place in the file.`
}

// Run builds the image.
func (c *imageBuild) Run(e *env) error {
	signing := image.Signing{KeyFile: c.Sign, Trust: c.Trust, Version: c.Version, Minimum: c.Version}
	o := image.Options{Package: c.Package, Env: c.Env, Output: c.Output, Symbols: c.Symbols, Format: formats[c.Format], Signing: signing, Files: map[string]string{}, Progress: e.progress, Warn: e.warn, BuildGuest: e.buildGuest}
	for _, text := range c.Component {
		name, file, ok := strings.Cut(text, "=")
		if !ok || name == "" || file == "" {
			return fmt.Errorf("--component %s: want NAME=FILE.wasm or NAME=DIR", text)
		}
		o.Components = append(o.Components, manifest.Component{Name: name, File: file})
	}
	for _, text := range c.Run_ {
		words, err := splitWords(text)
		if err != nil {
			return fmt.Errorf("--run %s: %w", text, err)
		}
		if len(words) == 0 {
			return errors.New("--run: want a component's name and arguments")
		}
		o.Run = append(o.Run, words)
	}
	for _, text := range c.File {
		guest, host, ok := strings.Cut(text, "=")
		if !ok || !strings.HasPrefix(guest, "/") || host == "" {
			return fmt.Errorf("--file %s: want GUEST=HOST, where GUEST begins with /", text)
		}
		o.Files[guest] = host
	}
	ctx, stop := interruptible()
	defer stop()
	return image.Build(ctx, o)
}

// formats are those of images, as the flag names them.
var formats = map[string]bootimage.Format{"pvh": bootimage.PVH, "efi": bootimage.EFI, "disk": bootimage.Disk}

// warn shows what somebody should look at who wants nothing in vain.
func (e *env) warn(list diag.List) {
	for i := range list.Items {
		list.Items[i].Message = "warning: " + list.Items[i].Message
	}
	// What can't be written is lost; the result is not.
	_ = diag.WriteText(e.stderr, list, diag.Options{Color: e.colorErrors()})
}

// buildGuest builds the component whose source is in a directory, as witgen build does without flags.
func (e *env) buildGuest(ctx context.Context, dir string) ([]byte, error) {
	opt, err := new(buildFlags).options(e, "")
	if err != nil {
		return nil, err
	}
	g, err := guestbuild.Find(ctx, dir, opt)
	if err != nil {
		return nil, err
	}
	b := buildOne(ctx, g)
	b.printWarnings(e)
	if b.err != nil {
		return nil, b.err
	}
	return b.result.Component, nil
}
