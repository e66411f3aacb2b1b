package main_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/goproxytest"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
)

// TestMain lets the test binary stand for witgen in scripts and in runs that need a process of their own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"witgen": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the scripts in testdata/script: see that directory's README.md for the commands that they
// have besides those of testscript.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goEnv := goEnvironment(t, "GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT")
	witgen, err := exec.LookPath("witgen")
	if err != nil {
		t.Fatal(err)
	}
	modules := goproxytest.NewTestServer(t, "testdata/mod", "")
	cache, config := t.TempDir(), t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, goEnv...)
			e.Vars = append(e.Vars,
				"ROOT="+root,
				"WITGEN="+witgen,
				"MODPROXY="+modules.URL,
				"EXAMPLES="+filepath.Join(root, "examples"),
				"PROBE="+filepath.Join(root, "cmd/witgen/testdata/probe/probe.wasm"),
				"PROBE01="+filepath.Join(root, "cmd/witgen/testdata/probe01/probe01.wasm"),
				"WITAN_CACHE="+cache,
				"XDG_CONFIG_HOME="+config, // for the key that images are signed with
				"GOPROXY=off", "GOFLAGS=", "GOTOOLCHAIN=local", "CGO_ENABLED=0",
			)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"actor":    scriptActor,
			"bytes":    scriptBytes,
			"copytree": scriptCopyTree,
			"cut":      scriptCut,
			"flip":     scriptFlip,
			"replace":  scriptReplace,
			"pair":     scriptPair,
			"scaler":   scriptScaler,
			"status":   scriptStatus,
		},
	})
}

// goEnvironment asks the go command where it keeps things: scripts have another home directory.
func goEnvironment(t *testing.T, names ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(values) != len(names) {
		t.Fatalf("go env prints %q", out)
	}
	for i := range values {
		values[i] = names[i] + "=" + values[i]
	}
	return values
}

// scriptPair writes the component of pairWasm.
func scriptPair(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 1, "pair file")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pairWasm(), 0o666))
}

func usage(ts *testscript.TestScript, bad bool, text string) {
	if bad {
		ts.Fatalf("usage: %s", text)
	}
}

// scriptStatus runs a command and checks its exit status.
func scriptStatus(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) < 2, "status N command [arg...]")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// scriptCopyTree copies a directory, which need not lie below the script's own.
func scriptCopyTree(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 2, "copytree from to")
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(ts.MkAbs(args[0]))))
}

// scriptReplace replaces a text that a file has once.
func scriptReplace(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 3, "replace old new file")
	name := ts.MkAbs(args[2])
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t")
	before, after := unescape.Replace(args[0]), unescape.Replace(args[1])
	text := ts.ReadFile(name)
	if n := strings.Count(text, before); n != 1 {
		ts.Fatalf("%s has %q %d times", args[2], before, n)
	}
	ts.Check(os.WriteFile(name, []byte(strings.Replace(text, before, after, 1)), 0o666))
}

var hexPairs = regexp.MustCompile(`^([0-9a-fA-F]{2})+$`)

// scriptBytes writes a file from hexadecimal numbers and "quoted" texts.
func scriptBytes(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) < 1, "bytes file [hex | \"text\"]...")
	var data bytes.Buffer
	for _, a := range args[1:] {
		switch {
		case hexPairs.MatchString(a):
			for i := 0; i < len(a); i += 2 {
				b, err := strconv.ParseUint(a[i:i+2], 16, 8)
				ts.Check(err)
				data.WriteByte(byte(b))
			}
		default:
			text, err := strconv.Unquote(a)
			ts.Check(err)
			data.WriteString(text)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data.Bytes(), 0o666))
}

// scriptCut copies the first bytes of a file.
func scriptCut(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 3, "cut bytes from to")
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	if n > len(text) {
		ts.Fatalf("%s has only %d bytes", args[1], len(text))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text[:n]), 0o666))
}

// scriptFlip copies a file with one byte changed, where its last quarter begins.
func scriptFlip(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 2, "flip from to")
	data := []byte(ts.ReadFile(args[0]))
	if len(data) == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
	data[len(data)/4*3] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o666))
}
