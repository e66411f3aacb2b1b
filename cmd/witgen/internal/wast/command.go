package wast

import (
	"context"
	"errors"
	"fmt"

	"github.com/witan-os/witan/runtime/vm"
)

// This file has the commands of scripts.

// errNotApplicable is the error of a command that says nothing about a runtime.
var errNotApplicable = errors.New("it tests the text format")

// kind is a type of commands: what they expect, and whether it happens. What run returns as have is what
// happened; its error says that this is not what was expected.
type kind struct {
	want string
	run  func(x *execution, c *command) (have string, err error)
}

var kinds = map[string]kind{
	"module":                {"an instance", (*execution).module},
	"module_definition":     {"a valid definition", (*execution).moduleDefinition},
	"module_instance":       {"an instance", (*execution).moduleInstance},
	"register":              {"an instance to register", (*execution).register},
	"action":                {"that the call ends", (*execution).perform},
	"assert_return":         {"", (*execution).assertReturn},
	"assert_trap":           {"a trap", (*execution).assertTrap},
	"assert_exhaustion":     {"a trap because the stack is used up", (*execution).assertExhaustion},
	"assert_uninstantiable": {"a trap while it is instantiated", (*execution).assertUninstantiable},
	"assert_unlinkable":     {"imports that do not fit", (*execution).assertUnlinkable},
	"assert_invalid":        {"a refusal", (*execution).assertRefused},
	"assert_malformed":      {"a refusal", (*execution).assertRefused},
}

// outcome runs a command.
func (x *execution) outcome(c *command) Outcome {
	o := Outcome{Line: c.Line, Type: c.Type, Status: Passed, Reference: c.Text}
	k, known := kinds[c.Type]
	if !known {
		o.Status, o.Want, o.Have = Failed, "that the command is run", "commands of this type are not supported"
		return o
	}
	if o.Want = k.want; o.Want == "" {
		o.Want = text(c.Expected)
	}
	have, err := x.inTime(k, c)
	o.Have = have
	switch {
	case err == errNotApplicable:
		o.Status = NotApplicable
	case err != nil:
		o.Status = Failed
	}
	if o.Have == "" && err != nil {
		o.Have = err.Error()
	}
	return o
}

// inTime runs a command with a context that ends its guests after a while.
func (x *execution) inTime(k kind, c *command) (have string, err error) {
	outer := x.ctx
	defer func() { x.ctx = outer }()
	ctx, cancel := context.WithTimeout(outer, x.time)
	defer cancel()
	x.ctx = ctx
	return k.run(x, c)
}

func (x *execution) module(c *command) (string, error) {
	d, err := x.define(c)
	if err != nil {
		delete(x.instances, "")
		return "", err
	}
	return "", x.open(d, c.Name)
}

func (x *execution) moduleDefinition(c *command) (string, error) {
	delete(x.definitions, "")
	d, err := x.define(c)
	if err != nil {
		return "", err
	}
	x.definitions[""], x.definitions[c.Name] = d, d
	return "", nil
}

func (x *execution) moduleInstance(c *command) (string, error) {
	d, ok := x.definitions[c.Module]
	if !ok {
		delete(x.instances, "")
		return "", fmt.Errorf("there is no definition %q", c.Module)
	}
	return "", x.open(d, c.Instance)
}

func (x *execution) register(c *command) (string, error) {
	i, err := x.instance(c.Name)
	if err != nil {
		return "", err
	}
	x.registered[c.As] = i
	return "", nil
}

// instance returns the instance of a name.
func (x *execution) instance(name string) (instance, error) {
	if i, ok := x.instances[name]; ok {
		return i, nil
	}
	return nil, fmt.Errorf("there is no instance %q", name)
}

// act does what the command's action says.
func (x *execution) act(c *command, want []datum) (string, error) {
	if c.Action == nil {
		return "", errors.New("the command has no action")
	}
	i, err := x.instance(c.Action.Module)
	if err != nil {
		return "", err
	}
	return i.invoke(x.ctx, c.Action, want)
}

func (x *execution) perform(c *command) (string, error) { return x.act(c, nil) }

func (x *execution) assertReturn(c *command) (string, error) {
	want := c.Expected
	if want == nil {
		want = []datum{}
	}
	return x.act(c, want)
}

func (x *execution) assertTrap(c *command) (string, error) {
	have, err := x.act(c, nil)
	return trapped(have, err)
}

// trapped turns what an action gave into what a command that asks for a trap gives.
func trapped(have string, err error) (string, error) {
	var trap *vm.Trap
	switch {
	case errors.Is(err, errors.ErrUnsupported), errors.Is(err, context.DeadlineExceeded): // a trap of ours
		return "", err
	case errors.As(err, &trap):
		return trap.Error(), nil
	case err != nil:
		return "", err
	}
	return "", errors.New("no trap: " + have)
}

// errNotExhausted is the error of a trap for another reason than the one that is asked for.
var errNotExhausted = errors.New("the trap has another reason")

func (x *execution) assertExhaustion(c *command) (string, error) {
	_, err := x.act(c, nil)
	have, err2 := trapped("", err)
	var trap *vm.Trap
	if err2 == nil && errors.As(err, &trap) && trap.Reason != "stack overflow" {
		return have, errNotExhausted
	}
	return have, err2
}

// instantiated instantiates what a command names.
func (x *execution) instantiated(c *command) (instantiation, definition error) {
	d, err := x.define(c)
	if err != nil {
		return nil, err
	}
	i, err := d.instantiate(x, "")
	if err == nil {
		x.opened = append(x.opened, i)
	}
	return err, nil
}

var errInstantiated = errors.New("it can be instantiated")

func (x *execution) assertUninstantiable(c *command) (string, error) {
	failure, err := x.instantiated(c)
	if err != nil {
		return "", err
	}
	if failure == nil {
		return "", errInstantiated
	}
	return trapped("", failure)
}

func (x *execution) assertUnlinkable(c *command) (string, error) {
	failure, err := x.instantiated(c)
	if err != nil {
		return "", err
	}
	if failure == nil {
		return "", errInstantiated
	}
	if _, trap := trapped("", failure); trap == nil || errors.Is(failure, errors.ErrUnsupported) {
		return "", failure
	}
	return failure.Error(), nil
}

func (x *execution) assertRefused(c *command) (string, error) {
	if c.binary() == "" {
		return "", errNotApplicable
	}
	data, err := x.data(c)
	if err != nil {
		return "", err
	}
	refusal := x.refusal(data, c.isCore())
	if refusal == nil {
		return "", errors.New("it is taken for valid")
	}
	return refusal.Error(), nil
}
