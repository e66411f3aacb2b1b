package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/testwasm"
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
	}{
		{"max", false},
		// Real CPUs have both BMI1 and BMI2 or neither, and QEMU 7.2 asks for BMI1 before it runs some of BMI2.
		{"max,-bmi1,-bmi2,-abm", true},
	} {
		var stdout, stderr bytes.Buffer
		status, err := qemu.Run(t.Context(), qemu.Config{
			Image: image, CPU: c.cpu, Timeout: 2 * time.Minute, Stdout: &stdout, Stderr: &stderr,
		})
		if err != nil || status != 0 || !strings.Contains(stdout.String(), "Hello Ada") {
			t.Errorf("-cpu %s: status %d, %v\n%s%s", c.cpu, status, err, &stdout, &stderr)
		}
		said := strings.Contains(stderr.String(), "core modules of greet: ")
		if said != c.compiles {
			t.Errorf("-cpu %s: compiled at boot: %v, want %v\n%s", c.cpu, said, c.compiles, &stderr)
		}
	}
}

// TestBootComposition boots a component with two inside, whose calls of each other pass through an adapter: its
// machine code must be in the image like the rest.
func TestBootComposition(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	dir := t.TempDir()
	file, image := filepath.Join(dir, "pair.wasm"), filepath.Join(dir, "os.img")
	if err := os.WriteFile(file, pairWasm(), 0o644); err != nil {
		t.Fatal(err)
	}
	witgen := buildWitgen(t)
	_, log, status := run(t, nil, dir, witgen, "image", "build", "--component", "pair="+file, "--run", "pair", "-o", image)
	if status != 0 {
		t.Fatalf("image build: status %d\n%s", status, log)
	}
	_, log, status = run(t, nil, dir, witgen, "image", "run", image, "--timeout", "60s")
	if status != 0 || strings.Contains(string(log), "at boot") {
		t.Errorf("status %d, log:\n%s", status, log)
	}
}

// pairWasm is a component that asks another one inside of it to give back a string, and traps if it does not.
func pairWasm() []byte {
	const typ = "func(s: string) -> string"
	libc := testwasm.NewModule()
	libc.Allocator()
	options := func(c *testwasm.Component, instance int) []testwasm.Option {
		return []testwasm.Option{
			testwasm.WithMemory(c.Core(instance, testwasm.Memory, "memory")), testwasm.WithRealloc(c.CoreFunc(instance, "realloc")),
		}
	}

	echo := testwasm.NewComponent()
	m := testwasm.NewModule()
	m.Allocator()
	m.Func("echo", "i32 i32 -> i32", "i32.const 8 local.get 0 i32.store 0 i32.const 8 local.get 1 i32.store 4 i32.const 8")
	i := echo.Instantiated(m)
	echo.ExportFunc("echo", echo.CoreFunc(i, "echo"), typ, options(echo, i)...)

	asker := testwasm.NewComponent()
	lib := asker.Instantiated(libc)
	lowered := asker.Lower(asker.ImportFunc("echo", typ), options(asker, lib)...)
	m = testwasm.NewModule()
	call := m.ImportFunc("other", "echo", "i32 i32 i32 ->")
	m.ImportMemory("lib", "memory", 1)
	m.Func("ask", "->", fmt.Sprintf("i32.const 16 i32.const 5 i32.const 8 call %d i32.const 8 i32.load 4 i32.const 5 i32.ne if unreachable end", call))
	i = asker.Instantiated(m, testwasm.CoreArg{Name: "other", Instance: asker.CoreInline(testwasm.CoreExport{Name: "echo", Index: lowered})},
		testwasm.CoreArg{Name: "lib", Instance: lib})
	asker.ExportFunc("ask", asker.CoreFunc(i, "ask"), "func()")

	pair := testwasm.NewComponent()
	one := pair.Instance(pair.Component(echo))
	two := pair.Instance(pair.Component(asker), testwasm.Arg{Name: "echo", Sort: testwasm.SortFunc, Index: pair.Alias(one, testwasm.SortFunc, "echo")})
	pair.Export("ask", testwasm.SortFunc, pair.Alias(two, testwasm.SortFunc, "ask"))
	return pair.Bytes()
}
