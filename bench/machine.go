package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// thisMachine says what the figures were measured on.
func thisMachine() string {
	return fmt.Sprintf("%s/%s, %d × %s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), cpuModel(), runtime.Version())
}

// cpuModel is the name of the processor where the system tells it.
func cpuModel() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "CPU"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "CPU"
}
