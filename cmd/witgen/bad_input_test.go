package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/internal/leb128"
)

// These tests feed broken components to run and inspect. Whatever happens must be one of the documented exit
// codes and, if the file is refused, one message that says where and why: no panic of Go, no hang.

// broken is a component of which parts are broken one after the other.
type broken struct {
	name string
	file string
	data []byte
	args []string // for the program, if it still is one
}

func components(t testing.TB) []broken {
	t.Helper()
	list := []broken{
		{name: "greet", file: "../../examples/greet/greet.wasm"},
		{name: "print-time", file: "../../examples/print-time/print-time.wasm"},
		{name: "probe", file: "testdata/probe/probe.wasm", args: []string{"show", "text"}},
	}
	for i := range list {
		data, err := os.ReadFile(list[i].file)
		if err != nil {
			t.Fatal(err)
		}
		list[i].data = data
	}
	return list
}

// outcome is what one run of witgen did.
type outcome struct {
	code           int
	stdout, stderr string
}

// runLimit is far beyond what any run here takes that does not hang.
const runLimit = 60 * time.Second

// witgen runs a command of witgen in this process, on a file with the given contents.
func witgen(t testing.TB, data []byte, args func(file string) []string) outcome {
	t.Helper()
	file := filepath.Join(t.TempDir(), "broken.wasm")
	return witgenOn(t, file, data, args)
}

func witgenOn(t testing.TB, file string, data []byte, args func(file string) []string) outcome {
	t.Helper()
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	done := make(chan outcome, 1)
	go func() {
		var stdout, stderr bytes.Buffer
		code := cli.Main(args(file), strings.NewReader("input"), &stdout, &stderr)
		done <- outcome{code, stdout.String(), stderr.String()}
	}()
	select {
	case o := <-done:
		return o
	case <-time.After(runLimit):
		t.Fatalf("witgen hangs on these %d bytes: %x", len(data), data)
		return outcome{}
	}
}

func runArgs(program []string) func(string) []string {
	return func(file string) []string { return append([]string{"run", file}, program...) }
}

func inspectArgs(file string) []string { return []string{"inspect", file} }

// goTrace are signs that Go itself failed. A guest's backtrace has none of them.
var goTrace = []string{"goroutine ", "panic:", "runtime error", "runtime.", ".go:"}

// check checks what holds for every run, and describes what is wrong.
func (o outcome) check() error {
	for _, sign := range goTrace {
		if strings.Contains(o.stderr, sign) {
			return fmt.Errorf("stderr looks like a failure of Go")
		}
	}
	switch o.code {
	case cli.OK, cli.Failed:
		return nil
	case cli.Bad:
		if !strings.HasPrefix(o.stderr, "wit") || strings.Count(o.stderr, "\nwit") > 0 {
			return errors.New("a refused file has one message of ours")
		}
		if !strings.Contains(o.stderr, "broken.wasm: ") {
			return errors.New("the message does not name the file")
		}
		return nil
	case cli.Trapped:
		if !strings.Contains(o.stderr, ": trap in ") {
			return errors.New("a trap says that it is one")
		}
		return nil
	}
	return errors.New("the exit code is not documented")
}

// expect fails the test if a run was not as it must be.
func (o outcome) expect(t testing.TB, what string, codes ...int) {
	t.Helper()
	err := o.check()
	if err == nil && len(codes) > 0 && !slices.Contains(codes, o.code) {
		err = fmt.Errorf("want an exit code of %v", codes)
	}
	if err != nil {
		t.Errorf("%s: %v; exit code %d, stderr:\n%s", what, err, o.code, o.stderr)
	}
}

// TestTruncated cuts one example off at every byte, and another one, which runs when it is whole, at every fifth.
func TestTruncated(t *testing.T) {
	useCache(t)
	for i, c := range components(t)[:2] {
		step := []int{1, 5}[i]
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "broken.wasm")
			whole := sectionEnds(t, c.data)
			for n := 0; n < len(c.data); n += step {
				what := fmt.Sprintf("the first %d bytes", n)
				ran := witgenOn(t, file, c.data[:n], runArgs(c.args))
				seen := witgenOn(t, file, c.data[:n], inspectArgs)
				if whole[n] {
					// A shorter component, whole in itself; with its exports it even runs.
					ran.expect(t, "run: "+what)
					seen.expect(t, "inspect: "+what, cli.OK)
					continue
				}
				for _, o := range []outcome{ran, seen} {
					o.expect(t, what, cli.Bad)
					if !strings.Contains(o.stderr, "offset 0x") {
						t.Errorf("%s: the message has no offset: %s", what, o.stderr)
					}
				}
			}
		})
	}
}

// sectionEnds tells at which sizes a component ends between two sections.
func sectionEnds(t *testing.T, data []byte) map[int]bool {
	t.Helper()
	ends := map[int]bool{8: true}
	for at := 8; at < len(data); {
		size, n, err := leb128.Uint32(data[at+1:])
		if err != nil {
			t.Fatal(err)
		}
		at += 1 + n + int(size)
		ends[at] = true
	}
	return ends
}

// The seed of all random choices here: a failure can be looked at again.
var seed = [32]byte([]byte("bad input, the same in every run"))

// flip returns the data with one random bit changed that keep does not protect, and says which.
func flip(r *rand.Rand, data []byte, keep func(at int) bool) (flipped []byte, what string) {
	for {
		at, bit := r.IntN(len(data)), r.IntN(8)
		if keep(at) {
			continue
		}
		flipped = bytes.Clone(data)
		flipped[at] ^= 1 << bit
		return flipped, fmt.Sprintf("bit %d of byte %#x", bit, at)
	}
}

// TestFlippedAreInspected flips bits everywhere: inspecting runs nothing.
func TestFlippedAreInspected(t *testing.T) {
	const flips = 1500
	for _, c := range components(t) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "broken.wasm")
			r := rand.New(rand.NewChaCha8(seed))
			refused := 0
			for range flips {
				data, what := flip(r, c.data, func(int) bool { return false })
				o := witgenOn(t, file, data, inspectArgs)
				o.expect(t, what, cli.OK, cli.Bad)
				if o.code == cli.Bad {
					refused++
					if !strings.Contains(o.stderr, "offset 0x") {
						t.Errorf("%s: the message has no offset: %s", what, o.stderr)
					}
				}
			}
			if refused == 0 || refused == flips {
				t.Errorf("%d of %d flips were refused: the test does not test what it should", refused, flips)
			}
		})
	}
}

// TestFlippedRun flips bits outside of machine instructions, so that no program that did not loop does so
// now.
func TestFlippedRun(t *testing.T) {
	flips := 600
	if testing.Short() {
		flips = 200
	}
	noCache(t)
	for _, c := range components(t) {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "broken.wasm")
			r := rand.New(rand.NewChaCha8(seed))
			code := codeSections(t, c.data)
			codes := map[int]int{}
			for range flips {
				data, what := flip(r, c.data, func(at int) bool { return code[at] })
				o := witgenOn(t, file, data, runArgs(c.args))
				o.expect(t, what)
				codes[o.code]++
			}
			t.Logf("exit codes: %v", codes)
			if codes[cli.Bad] == 0 {
				t.Error("no flip was refused: the test does not test what it should")
			}
		})
	}
}

// codeSections marks the bytes of all code sections in the core modules of a component.
func codeSections(t *testing.T, data []byte) map[int]bool {
	t.Helper()
	const componentModule, moduleCode = 1, 10
	marks := map[int]bool{}
	eachSection(t, data, 8, len(data), func(id byte, start, end int) {
		if id != componentModule {
			return
		}
		eachSection(t, data, start+8, end, func(id byte, start, end int) {
			for at := start; id == moduleCode && at < end; at++ {
				marks[at] = true
			}
		})
	})
	if len(marks) == 0 {
		t.Fatal("the component has no code")
	}
	return marks
}

func eachSection(t *testing.T, data []byte, at, end int, visit func(id byte, start, end int)) {
	t.Helper()
	for at < end {
		size, n, err := leb128.Uint32(data[at+1 : end])
		if err != nil {
			t.Fatal(err)
		}
		start := at + 1 + n
		visit(data[at], start, start+int(size))
		at = start + int(size)
	}
}

// TestFlippedCode flips bits of instructions. Such a program may run forever, and nothing can stop it but the
// end of its process, so each gets a process of its own for a short time.
func TestFlippedCode(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of processes")
	}
	const flips, limit = 120, 5 * time.Second
	for _, c := range components(t)[1:] {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "broken.wasm")
			r := rand.New(rand.NewChaCha8(seed))
			code := codeSections(t, c.data)
			codes := map[int]int{}
			endless := 0
			for range flips {
				data, what := flip(r, c.data, func(at int) bool { return !code[at] })
				if err := os.WriteFile(file, data, 0o666); err != nil {
					t.Fatal(err)
				}
				o, timely := inProcess(t, limit, runArgs(c.args)(file))
				if !timely {
					endless++
					continue
				}
				codes[o.code]++
				o.expect(t, what)
			}
			t.Logf("exit codes: %v; %d ran until they were stopped", codes, endless)
			if endless == flips {
				t.Error("no program came to an end")
			}
		})
	}
}

// inProcess runs witgen in a process of its own, and tells whether it ended in time.
func inProcess(t *testing.T, limit time.Duration, args []string) (o outcome, timely bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "witgen", args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	cmd.Stdin = strings.NewReader("input")
	// A program that prints without end must not fill our memory.
	stdout, stderr := &limited{left: 1 << 20}, &limited{left: 1 << 20}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return outcome{}, false
	case err != nil && !errors.As(err, &exit):
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}, true
}

// limited keeps the first bytes that are written to it.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	n := min(len(b), l.left)
	l.left -= n
	l.Buffer.Write(b[:n])
	return len(b), nil
}

// useCache keeps machine code for the time of a test, so that what is compiled again and again is compiled once.
func useCache(t *testing.T) { t.Setenv("WITAN_CACHE", t.TempDir()) }

// noCache keeps no machine code: each of many programs is compiled once.
func noCache(t testing.TB) {
	for _, name := range []string{"WITAN_CACHE", "HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, "")
	}
}

// TestWrongKind hands core modules and other files to what wants components.
func TestWrongKind(t *testing.T) {
	useCache(t)
	module := []byte("\x00asm\x01\x00\x00\x00")
	for _, c := range []struct {
		name string
		data []byte
		args func(string) []string
		want string
	}{
		{
			"invoke on a core module", module,
			func(file string) []string { return []string{"run", "--invoke", "f", file} },
			"only a component's exports can be invoked: this is a core module",
		},
		{
			"image of a core module", module,
			func(file string) []string {
				return []string{"image", "build", "--component", "c=" + file, "-o", file + ".img"}
			},
			"the core module exports no _start function, so it is not a WASI 0.1 command",
		},
		{
			"core module that is no program", module, runArgs(nil),
			"the core module exports no _start function, so it is not a WASI 0.1 command",
		},
		{
			"component in a module section",
			[]byte("\x00asm\x0d\x00\x01\x00\x01\x08\x00asm\x0d\x00\x01\x00"), runArgs(nil),
			"offset 0xa (core module section",
		},
		{"image", append([]byte("\x7fELF"), make([]byte, 8000)...), runArgs(nil), "offset 0x0: this is not WebAssembly"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := witgen(t, c.data, c.args)
			o.expect(t, c.name, cli.Bad)
			if !strings.Contains(o.stderr, c.want) {
				t.Errorf("got %q, want %q", o.stderr, c.want)
			}
		})
	}
}

// FuzzInspect inspects any bytes.
func FuzzInspect(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		witgen(t, data, inspectArgs).expect(t, "inspect", cli.OK, cli.Bad)
	})
}

// FuzzRun runs any bytes that are no code which could loop: the fuzzer changes the bytes of a component from one
// offset on, up to where its first code section begins.
func FuzzRun(f *testing.F) {
	noCache(f)
	list := components(f)
	for i, c := range list {
		f.Add(uint8(i), uint16(8), []byte{})
		f.Add(uint8(i), uint16(8), c.data[8:16])
		f.Add(uint8(i), uint16(60), []byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	}
	f.Fuzz(func(t *testing.T, which uint8, at uint16, change []byte) {
		c := list[int(which)%len(list)]
		data := bytes.Clone(c.data)
		end := bytes.Index(data, []byte("\x00asm\x01\x00\x00\x00")) // the first core module
		if int(at) < end {
			copy(data[at:end], change)
		}
		witgen(t, data, runArgs(c.args)).expect(t, "run")
	})
}

func addSeeds(f *testing.F) {
	for _, c := range components(f) {
		f.Add(c.data)
		f.Add(c.data[:len(c.data)/2])
	}
	f.Add([]byte("\x00asm\x01\x00\x00\x00"))
	f.Add([]byte("\x00asm\x0d\x00\x01\x00"))
}
