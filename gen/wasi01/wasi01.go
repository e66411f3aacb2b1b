package wasi01

import (
	"embed"
	"fmt"
	"go/build/constraint"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/witan-os/witan/gen/bare"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/gen/layout"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/coremodule"
	"github.com/witan-os/witan/wit"
)

// Name is the module name of WASI 0.1's functions.
const Name = "wasi_snapshot_preview1"

// Options choose what the adapter is made for.
type Options struct {
	// Program is the core module that will be adapted. If it imports nothing that leads to files, the adapter
	// does not ask for file systems. If it is nil, the adapter is for any program.
	Program []byte

	// PlainExit makes an exit code one of success or failure, for hosts whose wasi:cli/exit has nothing
	// else: exit-with-code is newer than the rest.
	PlainExit bool
}

// Adapter makes the adapter. The same options give the same bytes. The error is that of a program that is
// not a core module.
func Adapter(opt Options) (componentize.Adapter, error) {
	var tags []string
	if opt.PlainExit {
		tags = append(tags, "plain_exit")
	}
	files, err := needsFiles(opt.Program)
	if err != nil {
		return componentize.Adapter{}, err
	}
	if !files {
		tags = append(tags, "without_files")
	}
	a := componentize.Adapter{Name: Name}
	if a.World, err = world(); err != nil {
		return componentize.Adapter{}, err
	}
	if a.Module, err = compile("adapter", bare.Own(initialPages), tags...); err != nil {
		return componentize.Adapter{}, err
	}
	if a.Window, err = compile("window", bare.Imported("env", "memory")); err != nil {
		return componentize.Adapter{}, err
	}
	return a, nil
}

// initialPages of the adapter's memory hold all that has a fixed place. The rest comes when it is needed.
const initialPages = 1

// needsFiles reports whether a program can have descriptors of files.
func needsFiles(program []byte) (bool, error) {
	if program == nil {
		return true, nil
	}
	m, err := coremodule.Read(program)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(m.Imports, func(i coremodule.Import) bool {
		return i.Module == Name && opensFiles(i.Name)
	}), nil
}

// opensFiles reports whether a function is one of those without which a program cannot get at a file.
func opensFiles(function string) bool {
	return strings.HasPrefix(function, "path_") || strings.HasPrefix(function, "fd_prestat_") || function == "fd_readdir"
}

// world is what the adapter can import and export: that of a command.
var world = sync.OnceValues(func() (*model.World, error) {
	tree, err := resolve.FS(wit.Files, ".", "wit", resolve.Options{})
	if err != nil {
		return nil, err
	}
	if err := layout.Compute(tree); err != nil {
		return nil, err
	}
	for _, p := range tree.Packages {
		if p.ID() != "wasi:cli@0.2.12" {
			continue
		}
		for _, w := range p.Worlds {
			if w.Name == "command" {
				return w, nil
			}
		}
	}
	return nil, fmt.Errorf("the embedded WIT has no world wasi:cli/command@0.2.12")
})

//go:embed adapter/*.go window/*.go
var sources embed.FS

// compile compiles the files of a directory whose build constraints hold for wasip1 and the tags.
func compile(dir string, memory bare.Memory, tags ...string) ([]byte, error) {
	names, err := fs.Glob(sources, dir+"/*.go")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, name := range names {
		text, err := fs.ReadFile(sources, name)
		if err != nil {
			return nil, err
		}
		line, rest, _ := strings.Cut(string(text), "\n")
		when, err := constraint.Parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if when.Eval(func(tag string) bool { return tag == "wasip1" || slices.Contains(tags, tag) }) {
			files[name] = "//go:build wasip1\n" + rest
		}
	}
	return bare.Compile(files, bare.Options{Memory: memory})
}
