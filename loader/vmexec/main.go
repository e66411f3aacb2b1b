// Command vmexec runs a Go program in a virtual machine of its own, as a kernel on bare metal. It has the
// form that `go test -exec` and `go run -exec` ask for, so that the tests of what only exists on bare metal
// are ordinary Go tests:
//
//	go build -o bin/vmexec github.com/witan-os/witan/loader/vmexec
//	CGO_ENABLED=0 go test -exec "$PWD/bin/vmexec" \
//	    -ldflags '-E github.com/witan-os/witan/kernel/metal.entry' ./kernel/metal
//
// The program becomes a payload, signed with a key of tests, and a second stage that trusts this key checks and starts it,
// which is built by the Go compiler in the current directory.
//
// The program's arguments, standard streams and exit status are passed through. The machine has no files but
// those of WITAN_VMEXEC_FILES, and no environment but the variables that the Go runtime itself reads, and
// WITAN_VMEXEC_CPUS.
//
//	WITAN_VMEXEC_MEMORY   memory in MiB (512)
//	WITAN_VMEXEC_CPUS     number of processors (1)
//	WITAN_VMEXEC_TIMEOUT  time limit, as a Go duration (120s)
//	WITAN_VMEXEC_DEVICES  further arguments for QEMU, between blanks, such as
//	                      "-device virtio-rng-pci"
//	WITAN_VMEXEC_FILES    GUEST=HOST,…: files, and directories with all they hold, to put into the image;
//	                      the program finds GUEST below metal.ImageDir
//
// When there is no status of the program to exit with, it is 124 for a run into the time limit, 134 for a
// machine that crashed or restarted itself, and 2 for anything that kept the machine from running.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/internal/openkey"
	"github.com/witan-os/witan/loader/payload"
	"github.com/witan-os/witan/loader/qemu"
)

// Exit statuses that are not the program's.
const (
	statusUsage   = 2
	statusTimeout = 124
	statusCrash   = 134
)

func main() {
	// `go test` sends SIGQUIT to a test that runs for too long.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	status := doMain(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func doMain(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		fmt.Fprintln(stderr, "usage: vmexec PROGRAM [ARGUMENT…]")
		return statusUsage
	}
	options, err := readOptions(getenv)
	if err != nil {
		fmt.Fprintf(stderr, "vmexec: %v\n", err)
		return statusUsage
	}
	arguments, dropped := guestArguments(args[1:])
	for _, flag := range dropped {
		fmt.Fprintf(stderr, "vmexec: %s is left out: the machine cannot write files of this one\n", flag)
	}
	status, err := run(ctx, options, args[0], arguments, qemu.Config{Stdin: stdin, Stdout: stdout, Stderr: stderr})
	if err != nil {
		fmt.Fprintf(stderr, "vmexec: %v\n", err)
		return failureStatus(err)
	}
	return status
}

// run builds an image around the program, and runs it. The streams are those of c.
func run(ctx context.Context, o options, program string, arguments []string, c qemu.Config) (int, error) {
	line, err := metal.JoinCommandLine(o.env, arguments)
	if err != nil {
		return -1, err
	}
	dir, err := os.MkdirTemp("", "vmexec")
	if err != nil {
		return -1, err
	}
	defer os.RemoveAll(dir)
	c.Image = filepath.Join(dir, "kernel.img")
	if err := buildImage(ctx, c.Image, program, o.files); err != nil {
		return -1, err
	}
	c.Append, c.CPUs, c.MemoryMB, c.Timeout, c.Args = line, o.cpus, o.memoryMB, o.timeout, o.devices
	return qemu.Run(ctx, c)
}

// buildImage makes a payload of the program, for the loader to start as it starts any other.
func buildImage(ctx context.Context, path, program string, files []file) error {
	kernel, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	disk, err := buildRamdisk(files)
	if err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	err = image.Make(ctx, out, image.Boot{
		Program: image.Program{ELF: kernel, Ramdisk: disk, Kind: payload.Test}, Key: openkey.Private(), Dir: ".",
	})
	return errors.Join(err, out.Close())
}

func failureStatus(err error) int {
	var timeout *qemu.TimeoutError
	var crash *qemu.CrashError
	var rebooted *qemu.RebootError
	switch {
	case errors.As(err, &timeout):
		return statusTimeout
	case errors.As(err, &crash), errors.As(err, &rebooted):
		return statusCrash
	}
	return statusUsage
}
