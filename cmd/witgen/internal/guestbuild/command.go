package guestbuild

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// ToolError is the failure of another program. Its text is how it ended: what the program printed stands for itself.
type ToolError struct {
	Output string // what it printed, which is for people
	Status error  // how it ended
}

func (e *ToolError) Error() string { return e.Status.Error() }

// CompileError is a compiler's refusal of the source.
type CompileError struct{ *ToolError }

func (e CompileError) Unwrap() error { return e.ToolError }

// refused marks what a program says as a refusal of the source.
func refused(err error) error {
	var failure *ToolError
	if errors.As(err, &failure) {
		return CompileError{failure}
	}
	return err
}

// command is a run of another program.
type command struct {
	dir     string // "" for the current one
	name    string
	args    []string
	env     []string // besides that of this process
	missing string   // what to say if there is no such program
	label   string   // what it is called when it fails, if not by its name and first argument
}

// interruptTime is how long a compiler may take to clean up when it is interrupted.
const interruptTime = 5 * time.Second

// run runs the program. If it fails, the error has what it printed.
func (c *command) run(ctx context.Context) error {
	_, err := c.output(ctx)
	return err
}

// output is run, and returns what the program wrote to its standard output.
func (c *command) output(ctx context.Context) (string, error) {
	stdout, _, err := c.both(ctx)
	return stdout, err
}

// warnings is run, and returns what the program wrote to its standard error.
func (c *command) warnings(ctx context.Context) (string, error) {
	_, stderr, err := c.both(ctx)
	return stderr, err
}

// both runs the program. The end of the context ends it and whatever it has started: compilers run in processes of
// their own.
func (c *command) both(ctx context.Context) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, c.name, c.args...)
	cmd.Dir, cmd.Env = c.dir, append(os.Environ(), c.env...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = interruptTime
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		if cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what is left of the group, if anything is
		}
		return "", "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", "", errors.New(c.missing)
	case err != nil:
		text := out.String() + errs.String()
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		return "", "", &ToolError{Output: text, Status: fmt.Errorf("%s: %w", cmp.Or(c.label, filepath.Base(c.name)+" "+c.args[0]), err)}
	}
	return out.String(), errs.String(), nil
}
