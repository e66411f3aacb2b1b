package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// options are what the environment says about the machine.
type options struct {
	memoryMB int
	cpus     int
	timeout  time.Duration
	files    []file
	devices  []string // further arguments for QEMU
	env      []string // for the guest, as NAME=value
}

// A file is a file or directory of this machine to put into the image.
type file struct{ guest, host string }

// guestVariables go with the program: those that steer its Go runtime and the kernel's watchdog, and the number of
// processors, for tests to compare with what they find.
var guestVariables = []string{"GODEBUG", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "GOTRACEBACK", "WITAN_VMEXEC_CPUS", "WITAN_WATCHDOG"}

func readOptions(getenv func(string) string) (options, error) {
	o := options{memoryMB: 512, cpus: 1, timeout: 120 * time.Second}
	if err := readVariable(getenv, "WITAN_VMEXEC_MEMORY", &o.memoryMB, strconv.Atoi); err != nil {
		return o, err
	}
	if err := readVariable(getenv, "WITAN_VMEXEC_CPUS", &o.cpus, strconv.Atoi); err != nil {
		return o, err
	}
	if err := readVariable(getenv, "WITAN_VMEXEC_TIMEOUT", &o.timeout, time.ParseDuration); err != nil {
		return o, err
	}
	if err := readVariable(getenv, "WITAN_VMEXEC_FILES", &o.files, parseFiles); err != nil {
		return o, err
	}
	o.devices = strings.Fields(getenv("WITAN_VMEXEC_DEVICES"))
	for _, name := range guestVariables {
		if value := getenv(name); value != "" {
			o.env = append(o.env, name+"="+value)
		}
	}
	return o, nil
}

// readVariable parses an environment variable into value, which stays as it is if the variable is not set.
func readVariable[T any](getenv func(string) string, name string, value *T, parse func(string) (T, error)) error {
	text := getenv(name)
	if text == "" {
		return nil
	}
	parsed, err := parse(text)
	if err != nil {
		return fmt.Errorf("%s=%s: %w", name, text, err)
	}
	*value = parsed
	return nil
}

func parseFiles(text string) ([]file, error) {
	var files []file
	for pair := range strings.SplitSeq(text, ",") {
		guest, host, ok := strings.Cut(pair, "=")
		if !ok || guest == "" || host == "" {
			return nil, fmt.Errorf("%q is not GUEST=HOST", pair)
		}
		files = append(files, file{guest: strings.TrimPrefix(guest, "/"), host: host})
	}
	return files, nil
}
