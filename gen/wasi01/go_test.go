package wasi01

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/runtime/glue"
)

// TestGo runs a program of stock Go natively and as a component, with a garbage collector that is always busy.
func TestGo(t *testing.T) {
	native := buildGo(t, "stress", os.Environ())
	wasm := adapted(t, read(t, buildGo(t, "stress", append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm"))))
	input := strings.Repeat("a line of the input\n", 20_000)
	env := []string{"GOGC=1", "TEXT=größer"}

	here, there := t.TempDir(), t.TempDir()
	want := runNative(t, native, input, env, here, "b")
	got := compileComponent(t, wasm).run(t, glue.Process{
		Args: []string{"/data", "b"}, Env: env, Stdin: strings.NewReader(input),
		Mounts: []glue.Mount{{Host: there, Guest: "/data"}},
	})
	if got.trap != nil {
		t.Fatalf("%v\n%s", got.trap, got.stderr)
	}
	if diff := cmp.Diff(want.stdout, got.stdout); diff != "" {
		t.Errorf("output (-native +component):\n%s", diff)
	}
	if got.stderr != want.stderr || got.exit != want.exit {
		t.Errorf("the component ends with %d and %q, the native program with %d and %q", got.exit, got.stderr, want.exit, want.stderr)
	}
	if diff := cmp.Diff(contents(t, here), contents(t, there)); diff != "" {
		t.Errorf("files (-native +component):\n%s", diff)
	}
}

// TestGoAtRandom has a program do the same things natively and as a component, in several random orders.
func TestGoAtRandom(t *testing.T) {
	native := buildGo(t, "random", os.Environ())
	wasm := compileComponent(t, adapted(t, read(t, buildGo(t, "random", append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")))))
	for seed := range 5 {
		here, there := t.TempDir(), t.TempDir()
		want := runNative(t, native, "", nil, here, fmt.Sprint(seed), "2000")
		got := wasm.run(t, glue.Process{
			Args: []string{"/data", fmt.Sprint(seed), "2000"}, Mounts: []glue.Mount{{Host: there, Guest: "/data"}},
		})
		if got.trap != nil || want.exit != 0 {
			t.Fatalf("seed %d: %v\n%s%s", seed, got.trap, got.stderr, want.stderr)
		}
		if want.stdout != got.stdout {
			t.Errorf("seed %d: %s", seed, firstDifference(want.stdout, got.stdout))
		}
		if diff := cmp.Diff(contents(t, here), contents(t, there)); diff != "" {
			t.Errorf("seed %d: other files", seed)
		}
	}
}

// firstDifference shows the first line that differs, and those before it.
func firstDifference(native, component string) string {
	a, b := strings.Split(native, "\n"), strings.Split(component, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d natively %q, in the component %q, after %q", i+1, a[i], b[i], a[max(0, i-5):i])
		}
	}
	return fmt.Sprintf("%d lines natively, %d in the component", len(a), len(b))
}

// buildGo builds a program of testdata and returns where.
func buildGo(t *testing.T, name string, env []string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("go", "build", "-o", file, "./testdata/"+name)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

func runNative(t *testing.T, file, input string, env []string, args ...string) outcome {
	t.Helper()
	cmd := exec.Command(file, args...)
	cmd.Stdin, cmd.Env = strings.NewReader(input), env
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{stdout: stdout.String(), stderr: stderr.String(), exit: cmd.ProcessState.ExitCode()}
}

// contents are the files below a directory, with what is in them.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil {
			out[name] = d.Type().String()
		}
		if err == nil && d.Type().IsRegular() {
			out[name] = string(read(t, filepath.Join(dir, name)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
