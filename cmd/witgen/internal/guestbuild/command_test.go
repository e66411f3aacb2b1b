package guestbuild

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	ctx := context.Background()
	out, err := (&command{name: "sh", args: []string{"-c", "echo $A; echo no >&2"}, env: []string{"A=out"}}).output(ctx)
	if err != nil || out != "out\n" {
		t.Errorf("got %q, %v", out, err)
	}
	err = (&command{name: "sh", args: []string{"-c", "echo a; printf b >&2; exit 7"}}).run(ctx)
	var failure *ToolError
	if !errors.As(err, &failure) || failure.Output != "a\nb\n" || failure.Error() != "sh -c: exit status 7" {
		t.Errorf("got %v, %+v", err, failure)
	}
	if errors.As(err, new(CompileError)) || !errors.As(refused(err), new(CompileError)) || !errors.As(refused(err), &failure) {
		t.Error("a failure is a refusal of the source if, and only if, it is said to be")
	}
	err = (&command{name: "there-is-no-such-program", args: []string{"x"}, missing: "install it"}).run(ctx)
	if err == nil || err.Error() != "install it" {
		t.Errorf("a program that is missing: %v", err)
	}
}

// TestExplained tells the source of others that is for other systems from what is the user's own business.
func TestExplained(t *testing.T) {
	for _, c := range []struct {
		name, output string
		want         bool
	}{
		{"a module", "# example.org/tty\n../../go/pkg/mod/example.org/tty@v0.0.8/tty.go:12:9: undefined: isTerminal\n", true},
		{"a module, with trimmed paths", "# example.org/tty\nexample.org/tty@v1.2.3-pre/tty.go:12:9: undefined: syscall.Kill\n", true},
		{"a vendored module", "# example.org/tty\nvendor/example.org/tty/tty.go:12:9: undefined: isTerminal\n", true},
		{"a package for others", "package example.org/x\n\timports example.org/y: build constraints exclude all Go files in /go/pkg/mod/example.org/y@v0.1.0/z\n", true},
		{"the user's own", "# example.org/x\n./main.go:3:15: undefined: gone\n", false},
		{"the user's own constraints", "package example.org/x: build constraints exclude all Go files in /src/x\n", false},
		{"another mistake of a module", "example.org/tty@v0.0.8/tty.go:12:9: syntax error\n", false},
	} {
		err := explained(&ToolError{Output: c.output, Status: errors.New("go build: exit status 1")})
		var failure *ToolError
		if !errors.As(err, &failure) || failure.Output != c.output {
			t.Errorf("%s: what the go command has printed is lost: %v", c.name, err)
		}
		if got := strings.HasPrefix(err.Error(), "go build: exit status 1: ") && strings.Contains(err.Error(), "wasip1"); got != c.want {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
	if err := explained(context.Canceled); err != context.Canceled {
		t.Errorf("another failure: %v", err)
	}
}

// TestInterrupt ends a program that has started another one, and both are gone.
func TestInterrupt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- (&command{name: "sh", args: []string{"-c", "sleep 600 >/dev/null 2>&1 & echo $! > pid.new; mv pid.new pid; wait"}, dir: filepath.Dir(file)}).run(ctx)
	}()
	var text []byte
	for text == nil {
		select {
		case err := <-done:
			t.Fatalf("the program has ended: %v", err)
		case <-time.After(time.Millisecond):
			text, _ = os.ReadFile(file)
		}
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	for !gone(pid) {
		time.Sleep(time.Millisecond) // until the test's own time is up
	}
}

// gone reports whether a process has ended, which nobody need have waited for yet.
func gone(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && strings.Contains(string(stat), ") Z ")
}
