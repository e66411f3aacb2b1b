package main_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/loader/qemu"
)

const examples = "../../examples"

// TestBootEqualsHosted runs the greet example as a process and from a boot image: its output must be the same.
func TestBootEqualsHosted(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	witgen := buildWitgen(t)
	hosted := exec.Command("go", "run", ".")
	hosted.Dir = filepath.Join(examples, "greet")
	want, err := hosted.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(want), "Hello Ada") {
		t.Fatalf("hosted, the example prints %q", want)
	}
	image := filepath.Join(t.TempDir(), "os.img")
	stdout, log, status := run(t, nil, t.TempDir(), witgen, "image", "build", filepath.Join(examples, "greet"),
		"--component", "print-time="+filepath.Join(examples, "print-time", "print-time.wasm"), "-o", image)
	if status != 0 {
		t.Fatalf("image build: status %d\n%s%s", status, stdout, log)
	}
	stdout, log, status = run(t, nil, t.TempDir(), witgen, "image", "run", image, "--timeout", "60s")
	if status != 0 || string(stdout) != string(want) {
		t.Errorf("on metal: status %d, stdout\n%s\nwant\n%s\nlog:\n%s", status, stdout, want, log)
	}
	for _, stage := range []string{"witan on bare metal", "clock", "program"} {
		if !strings.Contains(string(log), stage) {
			t.Errorf("the banner does not mention %q:\n%s", stage, log)
		}
	}
	stdout, log, status = run(t, nil, t.TempDir(), witgen, "image", "run", image, "--timeout", "60s", "--append", "print-time")
	if status != 0 || !regexp.MustCompile(`^the time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n$`).Match(stdout) {
		t.Errorf("print-time on metal: status %d, stdout %q, log:\n%s", status, stdout, log)
	}
	_, log, status = run(t, nil, t.TempDir(), witgen, "image", "run", image, "--timeout", "60s", "--append", "nobody")
	if status != 2 || !strings.Contains(string(log), "no component nobody") {
		t.Errorf("a missing component: status %d, want 2; log:\n%s", status, log)
	}
}

// TestBootOnOtherCPU boots on a CPU without features that the image's machine code uses: the kernel must compile
// anew, say so, and run the same.
func TestBootOnOtherCPU(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	image := filepath.Join(t.TempDir(), "os.img")
	_, log, status := run(t, nil, t.TempDir(), buildWitgen(t), "image", "build", filepath.Join(examples, "greet"), "-o", image)
	if status != 0 {
		t.Fatalf("image build: status %d\n%s", status, log)
	}
	for _, c := range []struct {
		cpu      string
		compiles bool
	}{{"max", false}, {"max,-bmi1,-abm", true}} {
		var stdout, stderr bytes.Buffer
		status, err := qemu.Run(t.Context(), qemu.Config{
			Image: image, CPU: c.cpu, Timeout: 2 * time.Minute, Stdout: &stdout, Stderr: &stderr,
		})
		if err != nil || status != 0 || !strings.Contains(stdout.String(), "Hello Ada") {
			t.Errorf("-cpu %s: status %d, %v\n%s%s", c.cpu, status, err, &stdout, &stderr)
		}
		said := strings.Contains(stderr.String(), "core modules of greet at boot")
		if said != c.compiles {
			t.Errorf("-cpu %s: compiled at boot: %v, want %v\n%s", c.cpu, said, c.compiles, &stderr)
		}
	}
}
