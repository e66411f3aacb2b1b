package qemu

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/image"
)

// Defaults of Config.
const (
	DefaultProgram  = "qemu-system-x86_64"
	DefaultAccel    = "tcg"
	DefaultCPU      = "max"
	DefaultCPUs     = 1
	DefaultMemoryMB = 256
)

// Bounds of Config.
const (
	maxCPUs     = 64
	maxMemoryMB = 1 << 20
)

// A Config describes a virtual machine and what it is connected to. Only Image is required.
type Config struct {
	// Image is the path of an image that package image wrote.
	Image string
	// Append is the kernel's command line; metal.JoinCommandLine makes one from arguments and environment.
	Append string
	// CPUs is the number of virtual processors; zero means DefaultCPUs.
	CPUs int
	// MemoryMB is the machine's memory in MiB; zero means DefaultMemoryMB.
	MemoryMB int
	// Timeout bounds the whole run; zero means no bound.
	Timeout time.Duration
	// Reboot says that a guest that restarts the machine gets a new one, as often as it does so. Otherwise that is an
	// end of the run, with a *RebootError.
	Reboot bool

	// Stdin is the program's standard input; nil means none. When the machine ends, a Read that is under way
	// is not waited for; what it reads is lost. So is, when the guest restarts the machine, what it was sent and has not
	// read; the next one gets what comes then.
	Stdin io.Reader
	// Stdout and Stderr receive what the program and the kernel write; nil discards it. If they are the same
	// Writer, at most one goroutine at a time calls its Write.
	Stdout, Stderr io.Writer

	// Firmware is a file with UEFI firmware, such as DefaultFirmware; Image is then a disk, and QEMU passes the command line
	// by a device of its own. The firmware writes to the first two serial lines before the program does. Empty means that QEMU loads the image itself.
	Firmware string
	// Program is QEMU itself; empty means DefaultProgram.
	Program string
	// Accel is QEMU's accelerator; empty means DefaultAccel, which works everywhere.
	Accel string
	// CPU is QEMU's processor model; empty means DefaultCPU.
	CPU string
	// Screenshot is the file that a picture of the screen is written to when the machine ends or restarts, whichever way it
	// does; it is a PNG if its name says so, or else a PPM. The machine needs a display, which Args can add.
	Screenshot string
	// Args are further arguments for QEMU, such as devices.
	Args []string
}

func (c Config) withDefaults() Config {
	setDefault(&c.Program, DefaultProgram)
	setDefault(&c.Accel, DefaultAccel)
	setDefault(&c.CPU, DefaultCPU)
	setDefault(&c.CPUs, DefaultCPUs)
	setDefault(&c.MemoryMB, DefaultMemoryMB)
	if c.Stdout == nil {
		c.Stdout = io.Discard
	}
	if c.Stderr == nil {
		c.Stderr = io.Discard
	}
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Check finds what [Run] refuses before it starts a machine.
func (c Config) Check() error { return c.withDefaults().check() }

// check finds what QEMU or the machine would fail on without a clear word. It expects defaults filled in.
func (c Config) check() error {
	switch {
	case c.CPUs < 1 || c.CPUs > maxCPUs:
		return fmt.Errorf("%d processors: want 1 to %d", c.CPUs, maxCPUs)
	case c.MemoryMB < 1 || c.MemoryMB > maxMemoryMB:
		return fmt.Errorf("%d MiB of memory: want 1 to %d", c.MemoryMB, maxMemoryMB)
	case c.Timeout < 0:
		return fmt.Errorf("time limit %v is negative", c.Timeout)
	case len(c.Append) >= metal.MaxCommandLine:
		return fmt.Errorf("command line of %d bytes: the limit is %d", len(c.Append), metal.MaxCommandLine-1)
	case strings.ContainsRune(c.Append, 0):
		return errors.New("command line contains a zero byte")
	}
	return c.checkImage()
}

func (c Config) checkImage() error {
	f, err := os.Open(c.Image)
	if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	if !stat.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", c.Image)
	}
	if err := c.checkFormat(f); err != nil {
		return fmt.Errorf("%s: %w", c.Image, err)
	}
	if c.Firmware != "" {
		return c.checkFirmware()
	}
	info, err := image.Inspect(f, stat.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", c.Image, err)
	}
	if end := info.KernelEnd; end > uint64(c.MemoryMB)<<20 {
		return fmt.Errorf("%s: kernel and files need %d MiB, and more to run in, but the machine has %d MiB",
			c.Image, (end+1<<20-1)>>20, c.MemoryMB)
	}
	return nil
}

// Command returns a command that boots the image on a terminal, for somebody to read or run by hand: standard
// input and output are the program's, and what belongs on the control line is lost, so the program sees no
// end of input, and the status is QEMU's; and there is no screenshot. Run uses the same command with other ends of the
// serial lines.
func (c Config) Command() []string {
	c = c.withDefaults()
	c.Screenshot = ""
	return c.command(
		"stdio,id=com1",
		"file,id=com2,path=/dev/stderr,append=on",
		"null,id=com3",
	)
}

// command returns QEMU's arguments, with the program first. Each line is the end of a serial line in the
// syntax of -chardev; their ids are com1, com2 and com3.
func (c Config) command(lines ...string) []string {
	args := []string{
		c.Program,
		"-accel", c.Accel,
		"-M", "pc",
		"-cpu", c.CPU,
		"-m", strconv.Itoa(c.MemoryMB),
		"-smp", strconv.Itoa(c.CPUs),
		"-display", "none",
		"-monitor", "none",
		"-no-reboot",
		"-nodefaults",
	}
	if c.Screenshot == "" {
		args = append(args, "-device", "isa-debug-exit,iobase=0xf4,iosize=4")
	}
	for i, line := range lines {
		args = append(args, "-chardev", line, "-serial", fmt.Sprintf("chardev:com%d", i+1))
	}
	args = append(args, c.bootArgs()...)
	return append(args, c.Args...)
}

// Quote joins a command's words so that a POSIX shell splits them the same way.
func Quote(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quoteWord(word)
	}
	return strings.Join(quoted, " ")
}

func quoteWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-+./:,=@%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
