// Package cli is the witgen command without its process: arguments and streams come in, an exit code goes
// out, so that tests can run it. Each subcommand has a file of its own and adds itself to [commands].
//
// Exit codes mean the same in all subcommands, see [OK] and the constants beside it. Those that run a program,
// "run" and "image run", exit with the program's own code, which may be any; what witgen or the system
// has to say about a failure is on stderr, which tells the two apart.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/witan-os/witan/cmd/witgen/internal/guestbuild"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/diag"
)

const description = `Witan turns WIT files into a running system; witgen is its tool.`

// commands are the subcommands.
type commands struct {
	Build     buildCommand     `cmd:"" help:"Build components from source, in Go or C."`
	Check     checkCommand     `cmd:"" help:"Say what is not up to date: generated files, and the layout of WIT files."`
	Component componentCommand `cmd:"" help:"Make components of core modules."`
	Diff      diffCommand      `cmd:"" help:"Say what a change of WIT breaks, and for whom."`
	Docs      docsCommand      `cmd:"" help:"Render a WIT package for reading, as Markdown or HTML."`
	Fmt       fmtCommand       `cmd:"" help:"Format WIT files."`
	Generate  generate         `cmd:"" help:"Write Go packages for the interfaces of a WIT directory, or the other side of them in Go or C."`
	Image     imageCommand     `cmd:"" help:"Make bootable images and boot them."`
	Init      initCommand      `cmd:"" help:"Create a project that builds, tests, runs and boots at once."`
	Inspect   inspectCommand   `cmd:"" help:"Show what a component or core module imports, exports and is made of."`
	Lint      lintCommand      `cmd:"" help:"Find what is valid WIT and still better written otherwise."`
	Run       runCommand       `cmd:"" help:"Run a component as a program."`
	Version   version          `cmd:"" help:"Print the version of witgen and of the contract with generated code."`
	Wast      wastCommand      `cmd:"" help:"Run test scripts of the WebAssembly suites."`
	WhoCan    whoCanCommand    `cmd:"" help:"Say which process of a system can do what, and through whom."`
}

// env is what a subcommand works with.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// progress reports a long step on stderr, for people: only if that is a terminal.
func (e *env) progress(format string, args ...any) {
	if f, ok := e.stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprintf(e.stderr, "witgen: "+format+"\n", args...)
	}
}

// exitCode ends a subcommand with a code and nothing to say.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// Main runs witgen and returns its exit code. Results go to stdout, everything else to stderr.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := &env{stdin, stdout, stderr}
	if len(args) > 0 && args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	code, err := run(args, e)
	if err != nil && !errors.Is(err, syscall.EPIPE) { // head and its like have read what they want
		e.explain(err)
	}
	return code
}

// explain prints an error: those in a text with the lines that they are in, and those of another program behind what
// that has printed.
func (e *env) explain(err error) {
	var tool *guestbuild.ToolError
	if errors.As(err, &tool) {
		fmt.Fprint(e.stderr, tool.Output)
	}
	var misfit *componentize.Error
	if errors.As(err, &misfit) {
		e.explainMisfit(err, misfit)
		return
	}
	var list diag.List
	if !errors.As(err, &list) || diag.WriteText(e.stderr, list, diag.Options{Color: e.colorErrors()}) != nil {
		fmt.Fprintf(e.stderr, "witgen: %v\n", err)
	}
}

// endOfLine is what the parser finds where the value of the last flag is missing.
const endOfLine = `"EOL" (<EOL>)`

// Name is what the command is called.
const Name = "witgen"

// Model describes the commands, their flags and arguments, for documentation.
func Model() (*kong.Application, error) {
	parser, err := kong.New(new(commands), kong.Name(Name), kong.Description(description))
	if err != nil {
		return nil, err
	}
	return parser.Model, nil
}

func run(args []string, e *env) (code int, err error) {
	exited := -1
	var c commands
	file := &configFile{dir: "."}
	args, c.Run.Args = cutProgramArgs(args)
	parser, err := kong.New(&c,
		kong.Name(Name),
		kong.Description(description),
		kong.Writers(e.stdout, e.stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
		kong.Help(printHelp),
		kong.Resolvers(file),
	)
	if err != nil {
		return Bad, err
	}
	ctx, err := parser.Parse(args)
	if exited >= 0 { // kong has printed the help that was asked for
		return exited, nil
	}
	if file.err != nil {
		return Bad, file.err
	}
	if err != nil {
		return Bad, fmt.Errorf("%s (see witgen --help)", strings.Replace(err.Error(), endOfLine, "nothing", 1))
	}
	err = ctx.Run(e)
	var status exitCode
	switch {
	case errors.As(err, &status):
		return int(status), nil
	case err != nil:
		return Bad, err
	}
	return OK, nil
}
