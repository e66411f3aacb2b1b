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
