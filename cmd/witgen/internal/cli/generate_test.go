package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inProject writes the files of a small project and moves there: witgen works in the current
// directory, as under go generate.
func inProject(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	t.Chdir(dir)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// witgen runs the command and checks its exit code.
func witgen(t *testing.T, code int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := Main(args, strings.NewReader(""), &out, &errs); got != code {
		t.Fatalf("witgen %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	return out.String(), errs.String()
}

const clockWIT = `package demo:clocks@0.3.1;

interface clock {
    use wasi:clocks/wall-clock@0.2.12.{datetime};
    now: func() -> datetime;
}
`

const wallClockWIT = `package wasi:clocks@0.2.12;
interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }
`

func clockProject(t *testing.T) {
	t.Helper()
	inProject(t, map[string]string{
		"go.mod":                   "module example.org/demo\n",
		"wit/clock.wit":            clockWIT,
		"wit/deps/clocks/wall.wit": wallClockWIT,
	})
}

const clockFile = "generated/demo/clocks/v0.3/clock/clock.wit.go"

func TestGenerate(t *testing.T) {
	clockProject(t)
	stdout, stderr := witgen(t, OK, "generate")
	if stdout != "" || stderr != "" {
		t.Errorf("success says %q and %q", stdout, stderr)
	}
	src := contentOf(t, clockFile)
	if want := `"github.com/witan-os/witan/generated/wasi/clocks/v0.2/wallclock"`; !strings.Contains(src, want) {
		t.Errorf("the generated package does not import %s:\n%s", want, src)
	}
	if _, err := os.Stat("generated/wasi"); !os.IsNotExist(err) {
		t.Errorf("a package that exists elsewhere was generated: %v", err)
	}
	if m := contentOf(t, "generated/manifest.json"); !strings.Contains(m, "demo:clocks@0.3.1") || !strings.Contains(m, "demo/clocks/v0.3/clock/clock.wit.go") {
		t.Errorf("the manifest lacks the package or file:\n%s", m)
	}
}

func TestGenerateWith(t *testing.T) {
	clockProject(t)
	witgen(t, OK, "generate", "--with", "wasi:clocks=example.org/time")
	if src := contentOf(t, clockFile); !strings.Contains(src, `"example.org/time/v0.2/wallclock"`) {
		t.Errorf("--with has no effect:\n%s", src)
	}
}

func TestGenerateFails(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		args  []string
		want  string
	}{
		{"no WIT directory", map[string]string{"go.mod": "module m\n"}, nil, "wit"},
		{"bad WIT", map[string]string{"go.mod": "module m\n", "wit/a.wit": "package a:b;\ninterface {"}, nil, "a.wit:2"},
		{"no module name", map[string]string{"go.mod": "go 1.26\n", "wit/a.wit": "package a:b;"}, nil, "names no module"},
		{"bad --with", map[string]string{"go.mod": "module m\n"}, []string{"--with", "wasi"}, "--with"},
		{"unknown flag", nil, []string{"--frobnicate"}, "--frobnicate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inProject(t, tt.files)
			_, stderr := witgen(t, Bad, append([]string{"generate"}, tt.args...)...)
			if !strings.Contains(stderr, tt.want) {
				t.Errorf("got %q, want it to contain %q", stderr, tt.want)
			}
			if _, err := os.Stat("generated"); !os.IsNotExist(err) {
				t.Errorf("something was written: %v", err)
			}
		})
	}
}

// TestUnknownFeature enables a feature that the WIT hasn't, which is worth a note and no error.
func TestUnknownFeature(t *testing.T) {
	inProject(t, map[string]string{
		"go.mod":    "module example.org/demo\n",
		"wit/a.wit": "package a:b;\ninterface i { @unstable(feature = real) f: func(); }\n",
	})
	for _, command := range []string{"generate", "docs"} {
		_, stderr := witgen(t, OK, command, "--features", "real,rael")
		if want := "witgen: note: no gate in the WIT has feature rael\n"; stderr != want {
			t.Errorf("%s: got %q, want %q", command, stderr, want)
		}
	}
	if _, stderr := witgen(t, OK, "generate", "--features", "rael", "--error-format", "json"); stderr != "" {
		t.Errorf("where stderr is for a program: got %q", stderr)
	}
}

func TestVersion(t *testing.T) {
	stdout, _ := witgen(t, OK, "version")
	if !strings.HasPrefix(stdout, "witgen ") || strings.Count(stdout, "\n") != 1 {
		t.Errorf("got %q", stdout)
	}
}

// TestGenerateFlagsThatCannotBe gives import paths that Go has not, and names that WIT has not.
func TestGenerateFlagsThatCannotBe(t *testing.T) {
	inProject(t, map[string]string{"go.mod": "module example.org/demo\n", "wit/a.wit": "package a:b;\n"})
	for _, c := range []struct{ flag, value, want string }{
		{"--module", "bad path", "bad path"},
		{"--with", "a:b=bad path", "bad path"},
		{"--with", "=example.org/x", "neither a namespace"},
		{"--with", "a:b/c/d=example.org/x", "a:b/c/d"},
		{"--with", "a:b/x@1.0.0=example.org/x", "without a version"},
	} {
		_, stderr := witgen(t, Bad, "generate", c.flag, c.value)
		if !strings.Contains(stderr, c.flag) || !strings.Contains(stderr, c.want) {
			t.Errorf("%s %s: got %q, want it to contain %q", c.flag, c.value, stderr, c.want)
		}
	}
	if _, err := os.Stat("generated"); err == nil {
		t.Error("something was generated")
	}
}
