// Boottime measures how long images take from the start of QEMU to their first program, and which stage takes how much of it.
//
//	go run ./bench/boottime [-boots N] [-cpus N]
//
// The images are the stock program with one small component, and examples/system with its fifteen. They are booted in
// turns; the columns are the stages of the fastest boot of each, as docs/BOOT.md calls them, and the median of all
// boots. It takes QEMU, and runs in the repository. Machines are emulated, so the times are those of this machine, and
// of nothing else that it does meanwhile: on a busy one they mean nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "boottime:", err)
		os.Exit(1)
	}
}

// images are what is booted, with the arguments of witgen image build.
var images = []struct {
	name string
	args []string
}{
	{"one component", []string{"--component", "print-time=examples/print-time/print-time.wasm"}},
	{"examples/system", []string{"./examples/system"}},
}

func measure(ctx context.Context, out io.Writer) error {
	boots := flag.Int("boots", 10, "how often each image is booted")
	cpus := flag.Int("cpus", 1, "how many CPUs the machine has")
	flag.Parse()
	if *boots < 1 || flag.NArg() > 0 {
		return errors.New("want no arguments, and at least one boot")
	}
	dir, err := os.MkdirTemp("", "witan-boottime-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	witgen := filepath.Join(dir, "witgen")
	if err := run(ctx, "go", "build", "-o", witgen, "./cmd/witgen"); err != nil {
		return err
	}
	columns := make([]column, len(images))
	for i, image := range images {
		columns[i] = column{name: image.name, file: filepath.Join(dir, strconv.Itoa(i)+".img")}
		args := append([]string{"image", "build", "--output", columns[i].file}, image.args...)
		if err := run(ctx, witgen, args...); err != nil {
			return err
		}
	}
	for range *boots {
		for i := range columns {
			c := &columns[i]
			b, err := boot(ctx, witgen, c.file, *cpus)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			c.boots = append(c.boots, b)
		}
	}
	return write(out, columns)
}

// run runs a command, whose messages are only of interest if it fails.
func run(ctx context.Context, name string, args ...string) error {
	if text, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, text)
	}
	return nil
}
