package wast

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/witan-os/witan/runtime/engine"
	"github.com/witan-os/witan/runtime/vm"
)

// Runner runs scripts.
type Runner struct {
	vm     *vm.VM
	engine *engine.Engine // of core modules that stand by themselves
	simple *vm.Module     // see simpleModule
	time   time.Duration  // what one command may take
}

// commandTime is what one command may take. Those of the suites take milliseconds.
const commandTime = time.Minute

// NewRunner makes a runner.
func NewRunner(ctx context.Context) (*Runner, error) {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return nil, err
	}
	e, err := engine.New(ctx, engine.Config{})
	if err != nil {
		return nil, errors.Join(err, v.Close(ctx))
	}
	simple, err := v.NewModule(ctx, []byte(simpleModule))
	if err != nil {
		return nil, errors.Join(err, v.Close(ctx), e.Close(ctx))
	}
	return &Runner{v, e, simple, commandTime}, nil
}

// Close releases what the runner has compiled.
func (r *Runner) Close(ctx context.Context) error {
	return errors.Join(r.vm.Close(ctx), r.engine.Close(ctx))
}

// Run runs one script. The error is that of a file that is no script.
func (r *Runner) Run(ctx context.Context, file string) (*FileResult, error) {
	s, err := readScript(file)
	if err != nil {
		return nil, err
	}
	x := &execution{
		Runner: r, ctx: ctx, script: s, host: newHost(r.simple),
		definitions: map[string]definition{}, instances: map[string]instance{}, registered: map[string]instance{},
	}
	defer x.close()
	x.planLinks()
	result := &FileResult{File: file, Source: s.Source.Path, Features: s.Features, Commands: []Outcome{}}
	for i := range s.Commands {
		o := x.outcome(&s.Commands[i])
		result.Counts.add(o.Status)
		result.Commands = append(result.Commands, o)
	}
	return result, nil
}

// execution is one run of a script.
type execution struct {
	*Runner
	ctx    context.Context
	script *script
	host   []*vm.Interface

	definitions map[string]definition // by name; "" is the one made last
	instances   map[string]instance   // by name; "" is the one made last
	registered  map[string]instance   // by the name under which they are imported
	imported    map[string]bool       // the names that components of the script import
	store       *vm.Store             // of instances that are linked to each other
	defined     []definition          // all there are
	opened      []instance            // all there are
}

// definition is a component or core module that can be instantiated.
type definition interface {
	// instantiate makes an instance that the script gives a name, or "".
	instantiate(x *execution, name string) (instance, error)
	close(ctx context.Context)
}

// instance is an instance of a component or core module.
type instance interface {
	// invoke does what an action says and shows the result. Unless want is nil, a result that is not what
	// is expected gives [errDifferent].
	invoke(ctx context.Context, a *action, want []datum) (have string, err error)
	close(ctx context.Context)
}

// errDifferent is the error of a result that is not the expected one.
var errDifferent = errors.New("the result is different")

func (x *execution) close() {
	for _, i := range slices.Backward(x.opened) {
		i.close(x.ctx)
	}
	for _, d := range x.defined {
		d.close(x.ctx)
	}
}

// define decodes, checks and compiles what a command names.
func (x *execution) define(c *command) (definition, error) {
	data, err := x.data(c)
	if err != nil {
		return nil, err
	}
	var d definition
	if c.isCore() {
		d, err = x.defineCore(data)
	} else {
		d, err = x.defineComponent(data)
	}
	if err == nil {
		x.defined = append(x.defined, d)
	}
	return d, err
}

// data reads the binary of a command.
func (x *execution) data(c *command) ([]byte, error) {
	name := c.binary()
	if name == "" {
		return nil, errors.New("there is no binary: " + c.TextError)
	}
	return x.script.read(name)
}

// open instantiates a definition and makes the instance the current one. One with a name can be imported by it.
func (x *execution) open(d definition, name string) error {
	delete(x.instances, "") // whatever fails, no command may take an older instance for the new one
	delete(x.instances, name)
	i, err := d.instantiate(x, name)
	if err != nil {
		return err
	}
	x.opened = append(x.opened, i)
	x.instances[""], x.instances[name] = i, i
	if name != "" {
		x.registered[name] = i
	}
	return nil
}
