package qemu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/loader/image"
	"github.com/witan-os/witan/loader/internal/asm"
	"github.com/witan-os/witan/loader/internal/testkernel"
)

// testLimit ends a machine that hangs. It is generous because the machine that runs the tests may be busy.
const testLimit = 60 * time.Second

// needQEMU skips nothing silently: a run without QEMU is only accepted if it asked for short tests.
func needQEMU(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("boots a virtual machine")
	}
	if _, err := exec.LookPath(DefaultProgram); err != nil {
		t.Fatalf("%v; to install it: apt-get install qemu-system-x86", err)
	}
}

// bootImage builds an image whose kernel is what emit assembles, and returns its path.
func bootImage(t *testing.T, emit func(a *asm.Assembler)) string {
	t.Helper()
	a := testkernel.New()
	emit(a)
	var out bytes.Buffer
	if err := image.Build(&out, image.Image{Kernel: testkernel.ELF(a, 4096)}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.img")
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestThreeLines(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Print(a, testkernel.COM2, "log\r\n")
		testkernel.Print(a, testkernel.COM1, "ok\x00\r\n\xff")
		testkernel.Print(a, testkernel.COM3, "hello\nexit 134\nexit 1\n")
		testkernel.Exit(a, 5)
	})
	var stdout, stderr bytes.Buffer
	status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Stdout: &stdout, Stderr: &stderr})
	if err != nil || status != 134 {
		t.Errorf("status %d, error %v", status, err)
	}
	if got, want := stdout.String(), "ok\x00\r\n\xff"; got != want {
		t.Errorf("standard output %q, want %q", got, want)
	}
	if got, want := stderr.String(), "log\r\n"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}

func TestEcho(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Ready(a)
		testkernel.Echo(a)
		testkernel.Print(a, testkernel.COM3, "exit 7\n")
		testkernel.Exit(a, 0)
	})
	random := make([]byte, 1<<18)
	rng := rand.NewChaCha8([32]byte{1})
	if _, err := rng.Read(random); err != nil {
		t.Fatal(err)
	}
	for name, input := range map[string]io.Reader{
		"none":   nil,
		"empty":  strings.NewReader(""),
		"zeroes": bytes.NewReader(make([]byte, 1000)),
		"random": bytes.NewReader(random),
	} {
		t.Run(name, func(t *testing.T) {
			var want []byte
			if input != nil {
				var err error
				if want, err = io.ReadAll(input); err != nil {
					t.Fatal(err)
				}
				input = bytes.NewReader(want)
			}
			var stdout bytes.Buffer
			status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Stdin: input, Stdout: &stdout})
			if err != nil || status != 7 {
				t.Errorf("status %d, error %v", status, err)
			}
			if !bytes.Equal(stdout.Bytes(), want) {
				t.Errorf("%d bytes came back from %d, or different ones", stdout.Len(), len(want))
			}
		})
	}
}

func TestStatusOfExitDevice(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) { testkernel.Exit(a, 3) })
	if status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit}); err != nil || status != 3 {
		t.Errorf("status %d, error %v", status, err)
	}
}

func TestCrash(t *testing.T) {
	needQEMU(t)
	for name, test := range map[string]struct {
		emit  func(a *asm.Assembler)
		state string
	}{
		"triple fault": {testkernel.TripleFault, "exit status 0"},
		"status zero":  {func(a *asm.Assembler) { testkernel.Exit(a, 0) }, "exit status 1"},
	} {
		t.Run(name, func(t *testing.T) {
			path := bootImage(t, func(a *asm.Assembler) {
				testkernel.Print(a, testkernel.COM2, "first\nthen this\n\n")
				test.emit(a)
			})
			status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit})
			var crash *CrashError
			if status != -1 || !errors.As(err, &crash) {
				t.Fatalf("status %d, error %v", status, err)
			}
			if crash.State != test.state || crash.LastLog != "then this" {
				t.Errorf("%+v", crash)
			}
		})
	}
}

// rebooting is a guest that restarts the machine, with a triple fault, when it reads an r, and otherwise ends with status 7.
func rebooting(a *asm.Assembler) {
	testkernel.Ready(a)
	testkernel.Print(a, testkernel.COM1, "up ")
	testkernel.Print(a, testkernel.COM2, "log\n")
	testkernel.Receive(a, testkernel.COM1, "r", "leave")
	testkernel.Print(a, testkernel.COM3, "reboot\n")
	testkernel.TripleFault(a)
	a.Label("leave")
	testkernel.Print(a, testkernel.COM3, "exit 7\n")
	testkernel.Exit(a, 0)
}

// TestReboot has one reader of input for three machines, each of which gets what is written while it runs.
func TestReboot(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, rebooting)
	in, keys := io.Pipe()
	defer keys.Close()
	var typed strings.Builder
	stdout := writerFunc(func(p []byte) (int, error) {
		typed.Write(p)
		key := "r"
		if strings.Count(typed.String(), "up") == 3 {
			key = "x"
		}
		if bytes.HasSuffix(p, []byte(" ")) {
			if _, err := io.WriteString(keys, key); err != nil {
				return 0, err
			}
		}
		return len(p), nil
	})
	var stderr bytes.Buffer
	status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Reboot: true, Stdin: in, Stdout: stdout, Stderr: &stderr})
	if err != nil || status != 7 {
		t.Errorf("status %d, error %v", status, err)
	}
	if typed.String() != "up up up " || stderr.String() != "log\nlog\nlog\n" {
		t.Errorf("standard output %q, standard error %q", &typed, &stderr)
	}
}

// TestRebootAfterTheEndOfInput has each machine learn how much input there was for it.
func TestRebootAfterTheEndOfInput(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Ready(a)
		testkernel.Print(a, testkernel.COM1, "up ")
		testkernel.Receive(a, testkernel.COM3, "eof 1\n", "second")
		testkernel.Print(a, testkernel.COM3, "reboot\n")
		testkernel.TripleFault(a)
		a.Label("second")
		testkernel.Receive(a, testkernel.COM3, "\n", "wrong")
		testkernel.Exit(a, 5)
		a.Label("wrong")
		testkernel.Exit(a, 6)
	})
	var stdout bytes.Buffer
	status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Reboot: true, Stdin: strings.NewReader("x"), Stdout: &stdout})
	if err != nil || status != 5 || stdout.String() != "up up " {
		t.Errorf("status %d, error %v, standard output %q", status, err, &stdout)
	}
}

func TestNoReboot(t *testing.T) {
	needQEMU(t)
	for name, test := range map[string]struct{ screenshot string }{
		"exit device": {""},
		"monitor":     {filepath.Join(t.TempDir(), "screen.ppm")},
	} {
		t.Run(name, func(t *testing.T) {
			path := bootImage(t, rebooting)
			status, err := Run(t.Context(), Config{
				Image: path, Timeout: testLimit, Stdin: strings.NewReader("r"), Screenshot: test.screenshot,
				Args: []string{"-device", "bochs-display"},
			})
			var rebooted *RebootError
			if status != -1 || !errors.As(err, &rebooted) || rebooted.LastLog != "log" {
				t.Errorf("status %d, error %v", status, err)
			}
			if want := `restarted by the guest; its log ends with "log"`; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %q", err, want)
			}
		})
	}
}

// TestRebootWithoutEnd has a guest that does nothing else.
func TestRebootWithoutEnd(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Print(a, testkernel.COM3, "reboot\n")
		testkernel.TripleFault(a)
	})
	status, err := Run(t.Context(), Config{Image: path, Timeout: 3 * time.Second, Reboot: true})
	if timeout := (*TimeoutError)(nil); status != -1 || !errors.As(err, &timeout) {
		t.Errorf("status %d, error %v", status, err)
	}
}

func TestMalformedStatus(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Print(a, testkernel.COM3, "exit 256\n"+strings.Repeat("more ", 100))
		testkernel.Hang(a)
	})
	status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit})
	if status != -1 || err == nil || !strings.Contains(err.Error(), `"256" is not a status`) {
		t.Errorf("status %d, error %v", status, err)
	}
}

func TestTimeout(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Print(a, testkernel.COM1, "output")
		testkernel.Print(a, testkernel.COM2, "waiting for \x1b[1mGodot")
		testkernel.Hang(a)
	})
	var stdout bytes.Buffer
	status, err := Run(t.Context(), Config{Image: path, Timeout: 3 * time.Second, Stdout: &stdout})
	var timeout *TimeoutError
	if status != -1 || !errors.As(err, &timeout) {
		t.Fatalf("status %d, error %v", status, err)
	}
	if timeout.Limit != 3*time.Second || timeout.LastLog != "waiting for \x1b[1mGodot" || stdout.String() != "output" {
		t.Errorf("%+v, standard output %q", timeout, &stdout)
	}
	if want := `time limit of 3s; its log ends with "waiting for \x1b[1mGodot"`; !strings.Contains(err.Error(), want) {
		t.Errorf("error %q, want one with %q", err, want)
	}
}

// TestCancel also has a standard input that never ends, and one that the guest never reads.
func TestCancel(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Ready(a)
		testkernel.Print(a, testkernel.COM1, "up")
		testkernel.Hang(a)
	})
	silent, _ := io.Pipe()
	for name, input := range map[string]io.Reader{"silent": silent, "unread": rand.NewChaCha8([32]byte{2})} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			enough := errors.New("enough")
			out := writerFunc(func(p []byte) (int, error) {
				cancel(enough)
				return len(p), nil
			})
			status, err := Run(ctx, Config{Image: path, Timeout: testLimit, Stdin: input, Stdout: out})
			if status != -1 || !errors.Is(err, enough) {
				t.Errorf("status %d, error %v", status, err)
			}
		})
	}
}

// TestStdinDoesNotHoldUpTheEnd has a guest that ends without caring for its input.
func TestStdinDoesNotHoldUpTheEnd(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Ready(a)
		testkernel.Exit(a, 9)
	})
	silent, _ := io.Pipe()
	for name, input := range map[string]io.Reader{"silent": silent, "unread": rand.NewChaCha8([32]byte{3})} {
		t.Run(name, func(t *testing.T) {
			if status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Stdin: input}); err != nil || status != 9 {
				t.Errorf("status %d, error %v", status, err)
			}
		})
	}
}

func TestStreamFailures(t *testing.T) {
	needQEMU(t)
	broken := errors.New("broken")
	failing := writerFunc(func([]byte) (int, error) { return 0, broken })
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Ready(a)
		testkernel.Print(a, testkernel.COM1, "out")
		testkernel.Print(a, testkernel.COM2, "err")
		testkernel.Hang(a)
	})
	for name, test := range map[string]struct {
		config Config
		want   string
	}{
		"input":  {Config{Stdin: io.MultiReader(strings.NewReader("x"), readerFunc(func([]byte) (int, error) { return 0, broken }))}, "qemu: standard input: broken"},
		"output": {Config{Stdout: failing}, "qemu: standard output: broken"},
		"error":  {Config{Stderr: failing}, "qemu: standard error: broken"},
	} {
		t.Run(name, func(t *testing.T) {
			test.config.Image, test.config.Timeout = path, testLimit
			status, err := Run(t.Context(), test.config)
			if status != -1 || !errors.Is(err, broken) || err.Error() != test.want {
				t.Errorf("status %d, error %v", status, err)
			}
		})
	}
}

// TestBlockedOutput has a Writer that never returns; only the end of the context gets Run out of that.
func TestBlockedOutput(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		testkernel.Print(a, testkernel.COM1, "out")
		testkernel.Exit(a, 1)
	})
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	blocked := writerFunc(func(p []byte) (int, error) {
		cancel()
		<-release
		return len(p), nil
	})
	if status, err := Run(ctx, Config{Image: path, Timeout: testLimit, Stdout: blocked}); status != -1 || !errors.Is(err, context.Canceled) {
		t.Errorf("status %d, error %v", status, err)
	}
}

// TestSharedWriter is for the race detector.
func TestSharedWriter(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) {
		for range 25 {
			testkernel.Print(a, testkernel.COM1, "x")
			testkernel.Print(a, testkernel.COM2, "x")
		}
		testkernel.Exit(a, 1)
	})
	var both bytes.Buffer
	status, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Stdout: &both, Stderr: &both})
	if err != nil || status != 1 || both.String() != strings.Repeat("x", 50) {
		t.Errorf("status %d, error %v, output %q", status, err, &both)
	}
}

// TestOldProcessor boots on a processor that lacks a required feature.
func TestOldProcessor(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) { testkernel.Exit(a, 1) })
	for cpu, feature := range map[string]string{
		"qemu32":       "long mode",
		"max,lm=off":   "long mode",
		"max,nx=off":   "NX (no-execute pages)",
		"qemu64":       "FSGSBASE",
		"max,level=6":  "FSGSBASE",
		"max,xlevel=0": "long mode",
	} {
		t.Run(cpu, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			status, err := Run(t.Context(), Config{Image: path, CPU: cpu, Timeout: testLimit, Stdout: &stdout, Stderr: &stderr})
			if err != nil || status != image.StatusUnsupported {
				t.Errorf("status %d, error %v", status, err)
			}
			want := fmt.Sprintf("witan: cannot boot: this processor lacks %s (under QEMU, use -cpu max)\n", feature)
			if stdout.String() != want || stderr.String() != want {
				t.Errorf("on COM1 %q, on COM2 %q, want %q", &stdout, &stderr, want)
			}
		})
	}
}

func TestQEMUFailure(t *testing.T) {
	needQEMU(t)
	path := bootImage(t, func(a *asm.Assembler) { testkernel.Exit(a, 1) })
	_, err := Run(t.Context(), Config{Image: path, Timeout: testLimit, Accel: "no-such-thing"})
	var crash *CrashError
	if !errors.As(err, &crash) || !strings.Contains(err.Error(), "no-such-thing") {
		t.Errorf("error %v", err)
	}
}

func TestMissingQEMU(t *testing.T) {
	path := bootImage(t, func(a *asm.Assembler) { testkernel.Exit(a, 1) })
	_, err := Run(t.Context(), Config{Image: path, Program: "qemu-that-is-not-there"})
	if !errors.Is(err, exec.ErrNotFound) || !strings.Contains(err.Error(), "apt-get install qemu-system-x86") {
		t.Errorf("error %v", err)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
