package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader"
	"github.com/witan-os/witan/loader/qemu"
)

type imageRun struct {
	Image     string        `arg:"" help:"An image that image build made."`
	CPUs      int           `name:"cpus" default:"1" placeholder:"N" help:"Number of CPUs (default: 1)."`
	Memory    int           `name:"memory" default:"512" placeholder:"MB" help:"Memory in MB (default: 512)."`
	Append    string        `name:"append" placeholder:"ARGS" help:"Arguments for the program, in place of what the image runs by itself: a component's name and its arguments."`
	KernelEnv []string      `name:"kernel-env" sep:"none" placeholder:"K=V" help:"Set a variable of the kernel's own environment, such as WITAN_WATCHDOG=60,reboot or GOMEMLIMIT=64MiB; may be repeated. Programs have the environment that image build gives them."`
	Timeout   time.Duration `name:"timeout" placeholder:"D" help:"Stop the machine after this time, for example 30s, with status 124."`
	NoReboot  bool          `name:"no-reboot" help:"Fail when the system restarts the machine, in place of starting it anew."`
	machineFlags
	DryRun bool `name:"dry-run" help:"Print the QEMU command instead of running it."`
}

// Help is shown below the flags.
func (imageRun) Help() string {
	return `The program's standard input and output are yours, byte for byte. Its standard error and what the kernel says
go to stderr.

When the system restarts the machine, it is started anew, with the same disks, as often as that happens; the time of
--timeout is that of all starts together. Input that was on its way is lost then.

The machine has the devices that the image's processes are granted; a disk that no --disk gives is empty, and gone after
the run. Flags add to that.`
}

// exits implements exiter.
func (imageRun) exits() []Exit {
	return append(programExits(),
		Exit{Bad, "the machine crashed, or restarted in spite of --no-reboot"},
		Exit{loader.StatusRefused, "the loader refused the payload"},
		Exit{metal.StatusFatal, "the kernel gave the machine up, for the reason on its log"},
		Exit{Timeout, "the time of --timeout was up"})
}

// Run boots the image.
func (c *imageRun) Run(e *env) error {
	config, err := c.config(e)
	if err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return err
	}
	m := &machine{config: config, dry: c.DryRun}
	defer m.close()
	if err := c.apply(e, m); err != nil {
		return err
	}
	if c.DryRun {
		_, err := fmt.Fprintln(e.stdout, qemu.Quote(m.config.Command()))
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	status, err := qemu.Run(ctx, m.config)
	var timeout *qemu.TimeoutError
	switch {
	case errors.As(err, &timeout):
		fmt.Fprintf(e.stderr, "witgen: %v\n", err)
		return exitCode(Timeout)
	case err != nil:
		return err
	case status != 0:
		return exitCode(status)
	}
	return nil
}

// config is the machine that the flags ask for.
func (c *imageRun) config(e *env) (qemu.Config, error) {
	switch { // 0 would stand for a default
	case c.CPUs < 1:
		return qemu.Config{}, fmt.Errorf("--cpus %d: want 1 or more", c.CPUs)
	case c.Memory < 1:
		return qemu.Config{}, fmt.Errorf("--memory %d: want 1 or more", c.Memory)
	case c.Timeout < 0:
		return qemu.Config{}, fmt.Errorf("--timeout %v: want a time that is not negative", c.Timeout)
	}
	words, err := splitWords(c.Append)
	if err != nil {
		return qemu.Config{}, fmt.Errorf("--append %s: %w", c.Append, err)
	}
	line, err := metal.JoinCommandLine(c.KernelEnv, words)
	if err != nil {
		return qemu.Config{}, fmt.Errorf("--kernel-env %q and --append %s: %w", c.KernelEnv, c.Append, err)
	}
	return qemu.Config{
		Image: c.Image, CPUs: c.CPUs, MemoryMB: c.Memory, Append: line, Timeout: c.Timeout, Reboot: !c.NoReboot,
		Firmware: c.firmware(), Stdin: e.stdin, Stdout: e.stdout, Stderr: e.stderr,
	}, nil
}
