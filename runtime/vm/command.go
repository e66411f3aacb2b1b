package vm

import (
	"context"
	"fmt"
	"strings"

	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/instance"
	"github.com/witan-os/witan/runtime/value"
)

// These are the names under which hosts meet what they give to programs.
type (
	// Process is what a host knows about the program that it serves.
	Process = glue.Process
	// Mount makes a directory of the host visible to a program.
	Mount = glue.Mount
	// Provider makes the host interfaces that a process sees.
	Provider = glue.Provider
	// Interface is a host's implementation of one WIT interface.
	Interface = glue.Interface
)

// RunInterface is the interface of programs that are run like commands. Any version of its track will do.
const RunInterface = "wasi:cli/run@0.2.0"

// Main finds how to run the component as a program: the run function of wasi:cli, or else its only
// exported function that takes no parameters.
func (i *Instance) Main() (*glue.Export, error) {
	if e, err := i.Func(RunInterface, "run"); err == nil {
		return e, nil
	}
	var found []*glue.Export
	for _, f := range i.Funcs() {
		if e, err := i.Func(f.Interface, f.Name); err == nil && len(e.Type().Params) == 0 {
			found = append(found, e)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return nil, fmt.Errorf("the component exports no wasi:cli/run and %d functions without parameters: name the one to call; it exports %s",
		len(found), functionList(i.Funcs()))
}

// Find resolves an exported function by the name that a person would use: "func" for a function that the
// component exports itself or that only one of its interfaces has, or "interface#func".
func (i *Instance) Find(name string) (*glue.Export, error) {
	if iface, fn, ok := strings.Cut(name, "#"); ok {
		return i.Func(iface, fn)
	}
	if e, err := i.Func("", name); err == nil {
		return e, nil
	}
	var found []instance.ExportedFunc
	for _, f := range i.Funcs() {
		if f.Name == name {
			found = append(found, f)
		}
	}
	if len(found) == 1 {
		return i.Func(found[0].Interface, name)
	}
	if len(found) > 1 {
		return nil, fmt.Errorf("%s is ambiguous: the component exports %s", name, functionList(found))
	}
	return nil, fmt.Errorf("the component exports no function %s: it has %s", name, functionList(i.Funcs()))
}

func functionList(funcs []instance.ExportedFunc) string {
	if len(funcs) == 0 {
		return "no functions"
	}
	names := make([]string, len(funcs))
	for i, f := range funcs {
		names[i] = f.String()
	}
	return strings.Join(names, ", ")
}

// Failed is the error of a function that returned the error side of its result.
type Failed struct{ Text string }

// Error shows the error value.
func (f *Failed) Error() string {
	if f.Text == "" {
		return "the function returned an error"
	}
	return "the function returned the error " + f.Text
}

// CallText calls a function with arguments written as text, one for each parameter, and returns its result
// as text, "" when there is none. For a function that returns a result, the text is that of the ok side,
// and the error side is a *[Failed]. The form of the text is that of runtime/value.
func CallText(ctx context.Context, e *glue.Export, args []string) (string, error) {
	params := e.Type().Params
	if len(args) != len(params) {
		return "", fmt.Errorf("%s takes %d arguments, not %d: its type is %s", e.Name(), len(params), len(args), e.Type())
	}
	values := make([]value.Value, len(args))
	for i, a := range args {
		v, err := value.ParseArg(params[i].Type, a)
		if err != nil {
			return "", fmt.Errorf("argument %d (%s) of %s: %w", i+1, params[i].Name, e.Name(), err)
		}
		values[i] = v
	}
	v, err := CallExport(ctx, e, values...)
	if err != nil || e.Type().Result == nil {
		return "", err
	}
	return resultText(e, v)
}

func resultText(e *glue.Export, v value.Value) (string, error) {
	t := e.Type().Result
	r, ok := v.(value.Result)
	if !ok {
		return value.Format(t, v), nil
	}
	side := t.Cases[0].Type
	if r.Failed {
		side = t.Cases[1].Type
	}
	text := ""
	if side != nil {
		text = value.Format(side, r.Payload)
	}
	if r.Failed {
		return "", &Failed{text}
	}
	return text, nil
}

// Kind tells what a file holds.
type Kind = component.Kind

// The kinds of files.
const (
	KindComponent = component.KindComponent
	KindModule    = component.KindModule
)

// Sniff tells a component from a core module by the first bytes; the error says what else the file is not.
func Sniff(data []byte) (Kind, error) { return component.Sniff(data) }

// CompileModule compiles a core module that speaks WASI 0.1 into the machine code cache, if there is one, and
// says what is wrong with it.
func (v *VM) CompileModule(ctx context.Context, wasm []byte) error {
	if err := engine.IsCommand(wasm); err != nil {
		return err
	}
	code, err := v.engine.Compile(ctx, wasm)
	if err != nil {
		return err
	}
	return code.Close(ctx)
}

// RunModule runs a core module that speaks WASI 0.1 and returns its exit code. It uses the engine's own
// WASI, which follows symbolic links out of mounted directories.
func (v *VM) RunModule(ctx context.Context, wasm []byte, p *Process) (exit uint32, err error) {
	if err := engine.IsCommand(wasm); err != nil {
		return 0, err
	}
	c := engine.Command{Name: p.Name, Args: p.Args, Env: p.Env, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr, Files: p.Files}
	for _, m := range p.Mounts {
		c.Mounts = append(c.Mounts, engine.Mount(m))
	}
	exit, err = v.engine.Run(ctx, wasm, c)
	if err != nil {
		return 0, instance.TrapOf(p.Name, "_start", err)
	}
	return exit, nil
}
