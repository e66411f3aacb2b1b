package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/kernel"
)

type buildCommand struct {
	Packages []string `arg:"" optional:"" name:"package" placeholder:"PACKAGE" help:"A directory with a guest in Go or C; an import path in the Go module at hand or of a command of Go's own, such as cmd/gofmt; or IMPORTPATH@VERSION of any Go module (default: the current directory)."`
	Output   string   `name:"output" short:"o" placeholder:"APP.wasm" help:"The component to write, or the directory to write components to: one that is there, or whose name ends with a slash (default: NAME.wasm here)."`

	buildFlags
}

// buildFlags are the flags that say how a guest is built.
type buildFlags struct {
	WIT      string   `name:"wit" packageconfig:"wit" placeholder:"DIR" help:"WIT that has the world (default: wit in the directory of the package)."`
	World    string   `name:"world" packageconfig:"world" placeholder:"NAME" help:"The world that the component is for: its name, or NS:PKG/NAME@VERSION for one of another package (default: the only world of the WIT, or none if nothing asks for one)."`
	Features []string `name:"features" packageconfig:"features" placeholder:"NAME" help:"Of WIT: enable features. Several are separated by commas."`

	AllFeatures bool `name:"all-features" packageconfig:"all-features" help:"Of WIT: enable all features."`
	Optimize    bool `name:"optimize" help:"Make the component smaller: without the names that backtraces are made of, and in C for size at any cost. A small guest in C loses a fifth to a third of its size, one in Go about 2 %."`

	wrapFlags
}

// Help is shown below the flags.
func (buildCommand) Help() string {
	return `Runs the compiler of the guest's language, go or clang, and makes a component of what comes out, which is validated
before it is written. Which language, WIT and world that is, the witgen.toml of the package's directory says; without
one, a Go package is a command like any other, which needs to know of no world.

A Go program whose world exports nothing but wasi:cli/run, or that has none, runs its func main. Any other is
compiled with -buildmode=c-shared: main is not run, and what the world exports is set by func init.

What has not changed is not built again. The result depends on the source, the world and the compiler only.

In a file of Go,

  //go:generate go tool witgen build ./guest -o guest.wasm

has go generate build a guest.`
}

// exits implements exiter.
func (buildCommand) exits() []Exit {
	return []Exit{{Refused, "a compiler has found errors in the source, which it has printed"}}
}

// maxBuilds is how many guests are built at the same time: each compiler uses several processors by itself.
const maxBuilds = 4

// Run builds the components.
func (c *buildCommand) Run(e *env) error {
	ctx, stop := interruptible()
	defer stop()
	opt, err := c.options(e, "")
	if err != nil {
		return err
	}
	guests, err := c.find(ctx, opt)
	if err != nil {
		return err
	}
	outputs, err := c.outputs(guests, "")
	if err != nil {
		return err
	}
	return e.buildAll(ctx, guests, outputs, strings.HasSuffix(c.Output, "/"))
}

// interruptible is a context that ends when somebody wants the process to end. Compilers that it runs end with it.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// options are what the flags say about guests, in which names are relative to a directory.
func (f *buildFlags) options(e *env, dir string) (guestbuild.Options, error) {
	wrap, err := f.wrapOptions(dir)
	if err != nil {
		return guestbuild.Options{}, err
	}
	return guestbuild.Options{
		Dir: dir, WIT: f.WIT, World: f.World, Features: f.Features, AllFeatures: f.AllFeatures, Optimize: f.Optimize,
		Wrap: wrap, CacheDir: e.cacheDir(), Progress: e.progress,
	}, nil
}

// cacheDir is the directory where something is kept between runs, or "" if there is none: that only takes time, so it is no
// error. An environment that names none has its reasons; one that cannot be used is a mistake to be told of.
func (e *env) cacheDir() string {
	dir := kernel.HostCache()
	if dir == "" {
		return ""
	}
	if err := files.CheckDir(dir); err != nil {
		fmt.Fprintf(e.stderr, "witgen: warning: nothing is kept for the next time, which will take as long: %v; set WITAN_CACHE to a directory that can be written\n", err)
		return ""
	}
	return dir
}

// find finds what is to be built.
func (c *buildCommand) find(ctx context.Context, opt guestbuild.Options) ([]*guestbuild.Guest, error) {
	if len(c.Packages) == 0 {
		c.Packages = []string{"."}
	}
	var guests []*guestbuild.Guest
	for _, name := range c.Packages {
		g, err := guestbuild.Find(ctx, name, opt)
		if err != nil {
			return nil, err
		}
		guests = append(guests, g)
	}
	return guests, nil
}

// outputs are the files to be written, one for each guest, from the directory of the command.
func (c *buildCommand) outputs(guests []*guestbuild.Guest, dir string) ([]string, error) {
	to := within(dir, c.Output)
	isDir := c.Output == "" || strings.HasSuffix(c.Output, "/") || files.IsDir(to)
	switch {
	case !isDir && len(guests) > 1:
		return nil, fmt.Errorf("-o %s: several components need a directory, whose name ends with a slash if it is not there yet", c.Output)
	case !isDir:
		return []string{to}, nil
	}
	var names []string
	for i, g := range guests {
		name := filepath.Join(to, g.Name+".wasm")
		if j := slices.Index(names, name); j >= 0 {
			return nil, fmt.Errorf("%s and %s would both be %s: build them one by one", c.Packages[j], c.Packages[i], name)
		}
		names = append(names, name)
	}
	return names, nil
}

// built is what became of a guest.
type built struct {
	result  *guestbuild.Result
	err     error
	warning string // about generated code
	time    time.Duration
}

// buildAll builds guests at the same time and tells about them in their order. Those that can be built are, even if
// others can't. With makeDir, the directory of the outputs is made if there is something to write to it.
func (e *env) buildAll(ctx context.Context, guests []*guestbuild.Guest, outputs []string, makeDir bool) error {
	turns := make(chan struct{}, min(maxBuilds, runtime.NumCPU()))
	results := make([]chan built, len(guests))
	for i, g := range guests {
		results[i] = make(chan built, 1)
		go func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			results[i] <- buildOne(ctx, g)
		}()
	}
	failed := OK
	for i := range guests {
		b := <-results[i]
		if b.err == nil && makeDir {
			b.err = os.MkdirAll(filepath.Dir(outputs[i]), 0o777)
		}
		if code := e.finish(ctx, b, outputs[i]); code != OK {
			failed = max(failed, code)
		}
	}
	switch {
	case ctx.Err() != nil:
		return errors.New("interrupted")
	case failed != OK:
		return exitCode(failed)
	}
	return nil
}

// buildOne builds a guest, and meanwhile looks whether what was generated for it is up to date.
func buildOne(ctx context.Context, g *guestbuild.Guest) (b built) {
	start := time.Now()
	warning := make(chan string, 1)
	go func() { warning <- staleGuest(g.Dir) }()
	b.result, b.err = g.Build(ctx)
	b.warning = <-warning
	b.time = time.Since(start)
	return b
}

// printWarnings prints what is no error.
func (b built) printWarnings(e *env) {
	if b.warning != "" {
		fmt.Fprintf(e.stderr, "witgen: warning: %s\n", b.warning)
	}
	if b.result != nil {
		fmt.Fprint(e.stderr, b.result.Warnings)
		e.doubt(b.result.Doubt)
	}
}

// finish writes a component and tells about it. It returns the exit code that there is for this guest.
func (e *env) finish(ctx context.Context, b built, name string) int {
	if ctx.Err() != nil {
		return Bad
	}
	b.printWarnings(e)
	err := b.err
	if err == nil {
		err = e.writeComponent(name, b.result.Component, b.time)
	}
	if err == nil {
		return OK
	}
	e.explain(err)
	if errors.As(err, new(guestbuild.CompileError)) {
		return Refused
	}
	return Bad
}
