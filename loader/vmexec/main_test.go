package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/loader/internal/testkernel"
	"github.com/witan-os/witan/loader/qemu"
)

func TestGuestArguments(t *testing.T) {
	kept, dropped := guestArguments([]string{
		"-test.testlogfile=/tmp/log", "-test.paniconexit0", "-test.timeout=10m0s", "-test.v=true",
		"--test.cpuprofile=cpu.out", "-test.outputdir=/tmp", "test.trace=x", "-trace=x", "plain word", "",
	})
	if want := []string{"-test.paniconexit0", "-test.timeout=10m0s", "-test.v=true", "test.trace=x", "-trace=x", "plain word", ""}; !slices.Equal(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
	if want := []string{"--test.cpuprofile=cpu.out"}; !slices.Equal(dropped, want) {
		t.Errorf("dropped %q, want %q", dropped, want)
	}
}

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func TestReadOptions(t *testing.T) {
	o, err := readOptions(env(nil))
	if err != nil || o.memoryMB != 512 || o.cpus != 1 || o.timeout != 2*time.Minute || o.files != nil || o.env != nil {
		t.Errorf("defaults are %+v, %v", o, err)
	}
	o, err = readOptions(env(map[string]string{
		"WITAN_VMEXEC_MEMORY": "64", "WITAN_VMEXEC_CPUS": "2", "WITAN_VMEXEC_TIMEOUT": "90s",
		"WITAN_VMEXEC_FILES": "a/b=c,/d=e=f", "GOGC": "off", "HOME": "/root",
		"WITAN_VMEXEC_DEVICES": " -device  virtio-rng-pci ",
	}))
	if err != nil || o.memoryMB != 64 || o.cpus != 2 || o.timeout != 90*time.Second ||
		!slices.Equal(o.files, []file{{"a/b", "c"}, {"d", "e=f"}}) || !slices.Equal(o.devices, []string{"-device", "virtio-rng-pci"}) || !slices.Equal(o.env, []string{"GOGC=off", "WITAN_VMEXEC_CPUS=2"}) {
		t.Errorf("%+v, %v", o, err)
	}
	for name, value := range map[string]string{
		"WITAN_VMEXEC_MEMORY": "lots", "WITAN_VMEXEC_CPUS": "1.5", "WITAN_VMEXEC_TIMEOUT": "90", "WITAN_VMEXEC_FILES": "a",
	} {
		if _, err := readOptions(env(map[string]string{name: value})); err == nil || !strings.HasPrefix(err.Error(), name+"="+value+": ") {
			t.Errorf("%s=%s: error %v", name, value, err)
		}
	}
}

func TestBuildRamdisk(t *testing.T) {
	host := t.TempDir()
	for name, mode := range map[string]os.FileMode{"one": 0o600, "sub/two": 0o700} {
		path := filepath.Join(host, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("content of "+name), mode); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := buildRamdisk([]file{{"etc/first", filepath.Join(host, "one")}, {"data", host}})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := ramdisk.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"etc/first": "one", "data/one": "one", "data/sub/two": "sub/two"} {
		if got, err := tree.ReadFile(name); err != nil || string(got) != "content of "+want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := buildRamdisk([]file{{"x", filepath.Join(host, "missing")}}); !os.IsNotExist(err) {
		t.Errorf("missing file: %v", err)
	}
}

func TestUsageErrors(t *testing.T) {
	notELF := filepath.Join(t.TempDir(), "notelf")
	if err := os.WriteFile(notELF, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"usage: vmexec PROGRAM":                  nil,
		"no such file or directory":              {filepath.Join(t.TempDir(), "missing")},
		"vmexec: image: kernel: not a complete ": {notELF},
		"vmexec: command line: NUL byte":         {notELF, "a\x00b"},
	} {
		var stdout, stderr bytes.Buffer
		status := doMain(t.Context(), args, env(nil), nil, &stdout, &stderr)
		if status != statusUsage || stdout.Len() != 0 || !strings.Contains(stderr.String(), want) {
			t.Errorf("%q: status %d, standard output %q, standard error %q", args, status, &stdout, &stderr)
		}
	}
}

// TestRun boots a kernel that is not a Go program, and looks at what becomes of its status.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	if _, err := exec.LookPath(qemu.DefaultProgram); err != nil {
		t.Fatalf("%v; to install it: apt-get install qemu-system-x86", err)
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, test := range []struct {
		name    string
		timeout string
		status  int
		stderr  string
	}{
		{"exit", "60s", 200, ""},
		{"crash", "60s", statusCrash, "vmexec: qemu: the virtual machine ended without a status"},
		{"hang", "2s", statusTimeout, "vmexec: qemu: the virtual machine was stopped after its time limit of 2s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := testkernel.New()
			testkernel.Print(a, testkernel.COM1, "out")
			switch test.name {
			case "exit":
				testkernel.Print(a, testkernel.COM3, "exit 200\n")
				testkernel.Exit(a, 1)
			case "crash":
				testkernel.TripleFault(a)
			case "hang":
				testkernel.Hang(a)
			}
			program := filepath.Join(t.TempDir(), "program")
			if err := os.WriteFile(program, testkernel.ELF(a, 0), 0o755); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			getenv := env(map[string]string{"WITAN_VMEXEC_TIMEOUT": test.timeout})
			status := doMain(t.Context(), []string{program, "-test.trace=x"}, getenv, nil, &stdout, &stderr)
			if status != test.status || stdout.String() != "out" {
				t.Errorf("status %d, standard output %q", status, &stdout)
			}
			want := "vmexec: -test.trace=x is left out: the machine cannot write files of this one\n" + test.stderr
			if !strings.HasPrefix(stderr.String(), want) {
				t.Errorf("standard error %q, want %q", &stderr, want)
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(temp, "vmexec*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
