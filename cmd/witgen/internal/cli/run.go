package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/runtime/vm"
)

type runCommand struct {
	Env    []string `name:"env" sep:"none" placeholder:"K=V" help:"Set a variable of the program's environment, which is empty otherwise; may be repeated."`
	Dir    []string `name:"dir" sep:"none" placeholder:"HOST::GUEST[:ro]" help:"Let the program use a directory of this machine, under the path GUEST; with :ro for reading only. Without ::GUEST the program sees it under the same path. May be repeated."`
	Link   []string `name:"link" sep:"none" placeholder:"NAME=FILE" help:"Answer imports of the component with the exports of another one: those of the interface or package NAME, or, if NAME has no colon, all that the other one exports. May be repeated."`
	Invoke string   `name:"invoke" placeholder:"EXPORT" help:"Call an exported function instead of the program's main one: a name, or interface#name. The arguments are then its parameters, and its result is printed."`
	Trace  bool     `name:"trace" help:"Print the calls that the program makes of its host to stderr, with arguments, results and system call numbers."`
	File   string   `arg:"" help:"A component, or a core module that speaks WASI 0.1."`

	// Args are the program's. They never reach the parser, which would take --a=b apart; see cutProgramArgs.
	Args []string `kong:"-"`
}

// cutProgramArgs splits the arguments of "run" behind FILE: the rest is the program's and must reach it as
// it is.
func cutProgramArgs(args []string) (own, program []string) {
	if len(args) == 0 || args[0] != "run" {
		return args, nil
	}
	for i := 1; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			i++ // FILE stands behind it
		case a == "-h" || a == "--help" || a == "--trace" || strings.HasPrefix(a, "--") && strings.Contains(a, "="):
			continue
		case strings.HasPrefix(a, "-"):
			i++ // the flag's value
			continue
		}
		if i+1 < len(args) {
			return args[:i+1], args[i+1:]
		}
		break
	}
	return args, nil
}

// Help is shown below the flags.
func (runCommand) Help() string {
	return `Usage: witgen run [flags] FILE [ARG…]

The program's standard streams are yours, byte for byte; what witgen itself has to say goes to stderr.

Flags must stand before FILE: what follows it belongs to the program.

Machine code is kept in the user's cache directory, or in the directory that WITAN_CACHE names.`
}

// exits implements exiter.
func (runCommand) exits() []Exit { return programExits() }

// programExits are the exit codes of commands that run a program.
func programExits() []Exit {
	return []Exit{
		{Failed, "the program's function returned an error"},
		{Trapped, "the program trapped"},
		{ownCode, "the program's own, when it exits by itself"},
	}
}

// Run runs the program.
func (c *runCommand) Run(e *env) error {
	p := &kernel.Program{File: c.File, Invoke: c.Invoke, Process: vm.Process{
		Name: programName(c.File), Args: c.Args, Env: c.Env,
		Stdin: e.stdin, Stdout: e.stdout, Stderr: e.stderr,
	}}
	for _, kv := range c.Env {
		if key, _, ok := strings.Cut(kv, "="); !ok || key == "" {
			return fmt.Errorf("--env %s: want NAME=VALUE", kv)
		}
	}
	for _, d := range c.Dir {
		m, err := parseMount(d)
		if err != nil {
			return err
		}
		p.Mounts = append(p.Mounts, m)
	}
	if c.Trace {
		p.Trace = e.stderr
	}
	var err error
	if p.Wasm, err = files.Read(c.File); err != nil {
		return err
	}
	if p.Links, err = readLinks(c.Link); err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{CacheDir: e.cacheDir()})
	if err != nil {
		return err
	}
	defer v.Close(ctx)
	k := kernel.New(v, wasi.Default(), witan.Default())
	notice := time.AfterFunc(time.Second, func() { e.progress("compiling %s", c.File) })
	k.OnCompiled(func(string) { notice.Stop() })
	if status := k.Run(ctx, p); status != 0 {
		return exitCode(status)
	}
	return nil
}

// readLinks reads the files of NAME=FILE arguments.
func readLinks(args []string) ([]kernel.Link, error) {
	var links []kernel.Link
	for _, a := range args {
		name, file, ok := strings.Cut(a, "=")
		if !ok || name == "" || file == "" {
			return nil, fmt.Errorf("--link %s: want NAME=FILE", a)
		}
		wasm, err := files.Read(file)
		if err != nil {
			return nil, err
		}
		links = append(links, kernel.Link{Name: name, File: file, Wasm: wasm})
	}
	return links, nil
}

// programName is what the program is told it is called: the file's name without .wasm.
func programName(file string) string { return strings.TrimSuffix(filepath.Base(file), ".wasm") }

// parseMount reads HOST::GUEST[:ro], or HOST[:ro] for the same path inside.
func parseMount(text string) (vm.Mount, error) {
	m := vm.Mount{}
	rest, ro := strings.CutSuffix(text, ":ro")
	m.ReadOnly = ro
	var both bool
	m.Host, m.Guest, both = strings.Cut(rest, "::")
	if !both {
		m.Guest = m.Host
	}
	if m.Host == "" || m.Guest == "" {
		return m, fmt.Errorf("--dir %s: want HOST::GUEST, HOST::GUEST:ro or HOST", text)
	}
	return m, nil
}
