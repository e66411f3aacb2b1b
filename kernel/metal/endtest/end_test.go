package endtest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/witan-os/witan/kernel/metal"
)

// build builds the tests of kernel/metal for bare metal, and what boots them.
func build(t *testing.T) (vmexec, program string) {
	t.Helper()
	dir := t.TempDir()
	vmexec, program = filepath.Join(dir, "vmexec"), filepath.Join(dir, "metal.test")
	for _, args := range [][]string{
		{"build", "-o", vmexec, "github.com/witan-os/witan/loader/vmexec"},
		{
			"test", "-c", "-o", program, "-ldflags", "-E github.com/witan-os/witan/kernel/metal.entry",
			"github.com/witan-os/witan/kernel/metal",
		},
	} {
		c := exec.Command("go", args...)
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
		if args[0] == "build" {
			c.Env = append(os.Environ(), "CGO_ENABLED=0")
		}
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", c, err, out)
		}
	}
	return vmexec, program
}

// TestEnds looks at status and log of machines that end.
func TestEnds(t *testing.T) {
	if metal.Active() {
		t.Skip("looks at machines from outside")
	}
	if testing.Short() {
		t.Skip("boots virtual machines")
	}
	vmexec, program := build(t)
	const (
		fatal = 125
		reset = 134 // vmexec's word for a machine that restarts
	)
	for _, test := range []struct {
		way    string
		env    []string
		status int
		log    []string // regular expressions
	}{
		{way: "exit", status: 7},
		{way: "shutdown", status: 0x2a},
		{way: "reboot", status: reset, log: []string{`was restarted by the guest`}},
		{way: "panic", status: 2, log: []string{
			`panic: on purpose`, `kernel/metal\.panicHere\(`, `end_linux_amd64_test\.go:\d+`,
		}},
		{way: "kernel fault", status: fatal, log: []string{
			`metal: fault in the kernel, thread \d+`, ` cr2=0x8 `,
			`kernel/metal\.init\.func[0-9.]+\+0x[0-9a-f]+ .*/end_linux_amd64_test\.go:\d+`,
			`kernel/metal\.trap\+0x[0-9a-f]+ .*/(trap|syscall)_amd64\.go:\d+`,
		}},
		{way: "kernel bounds", status: fatal, log: []string{
			`metal: fault in the kernel`, `kernel/metal\.unanswered0\+0x[0-9a-f]+ .*/end_linux_amd64_test\.go:\d+`,
		}},
		{way: "stack overflow", status: fatal, env: []string{"WITAN_VMEXEC_CPUS=2"}, log: []string{
			`metal: the stack of a handler is used up`, `kernel/metal\.descend\+0x[0-9a-f]+ .*/end_linux_amd64_test\.go:\d+`,
		}},
		{way: "out of memory", status: fatal, log: []string{
			`metal: out of memory: no frame for a page at 0x[0-9a-f]+; all \d{6} KiB are in use`,
			`kernel/metal\.useUp\+0x[0-9a-f]+ .*/end_linux_amd64_test\.go:\d+`,
		}},
		{way: "handler without end", status: fatal, log: []string{
			`metal: the watchdog ends the machine: for 1 s CPU 0 has kept interrupts off`, `kernel/metal\.init\.func[0-9.]+\+0x`,
		}},
		{way: "handler without end", status: fatal, env: []string{"WITAN_VMEXEC_CPUS=2"}, log: []string{
			`metal: the watchdog ends the machine: for 1 s CPU [01] has kept interrupts off`, `kernel/metal\.init\.func[0-9.]+\+0x`, `meanwhile CPU`,
		}},
		{way: "dead timer", status: fatal, log: []string{
			`metal: the watchdog ends the machine: for 1 s CPU 0 has missed a deadline`,
		}},
		{way: "reset of a hang", status: reset, log: []string{`metal: the watchdog ends the machine: for 1 s CPU 0`, `was restarted by the guest`}},
	} {
		t.Run(test.way, func(t *testing.T) {
			status, _, log := boot(t, vmexec, test.env, program, "-test.run=^TestEnd$", "-way="+test.way)
			if status != test.status {
				t.Errorf("status %d, want %d", status, test.status)
			}
			for _, want := range test.log {
				if !regexp.MustCompile(want).MatchString(log) {
					t.Errorf("the log has nothing like %s", want)
				}
			}
			if t.Failed() {
				t.Logf("the log:\n%s", log)
			}
		})
	}
	t.Run("high memory", func(t *testing.T) {
		env := []string{"WITAN_VMEXEC_MEMORY=6144", "WITAN_VMEXEC_CPUS=2"}
		status, out, log := boot(t, vmexec, env, program, "-test.run=^TestHighMemory$", "-test.v")
		if status != 0 || !strings.Contains(out, "--- PASS: TestHighMemory") {
			t.Errorf("status %d\n%s%s", status, out, log)
		}
	})
}

// boot runs a program in a machine.
func boot(t *testing.T, vmexec string, env []string, args ...string) (status int, out, log string) {
	t.Helper()
	c := exec.Command(vmexec, args...)
	c.Env = append(os.Environ(), append([]string{"WITAN_VMEXEC_TIMEOUT=60s", "WITAN_VMEXEC_MEMORY=128"}, env...)...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), stdout.String(), stderr.String()
}
