package bare_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/bare"
)

// writer makes random functions. Constants are right operands only, so that Go finds no constant expression in them that
// overflows.
type writer struct {
	*rand.Rand
	strings.Builder
	vars    map[string][]string // by type
	counts  int                 // variables so far
	indent  int
	loops   int
	callees int // functions that can be called
}

var integers = []string{"uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"}

func (w *writer) oneOf(list ...string) string { return list[w.IntN(len(list))] }

func (w *writer) line(format string, args ...any) {
	w.WriteString(strings.Repeat("\t", w.indent) + fmt.Sprintf(format, args...) + "\n")
}

// function writes a function of two parameters that gives an integer made of all of its variables.
func (w *writer) function(number int) {
	w.vars = map[string][]string{"uint32": {"a"}, "int64": {"b"}}
	w.callees, w.counts = number, 0
	w.line("\n//go:wasmexport f%d", number)
	w.line("func f%d(a uint32, b int64) uint64 {", number)
	w.indent++
	for _, t := range append(integers, "bool") {
		w.declare(t)
	}
	w.statements(3, 6)
	w.line("h := uint64(a) ^ uint64(b)")
	for _, t := range integers {
		for _, v := range w.vars[t] {
			w.line("h = h*31 + uint64(%s)", v)
		}
	}
	for _, v := range w.vars["bool"] {
		w.line("if %s {\n\t\th++\n\t}", v)
	}
	w.line("return h")
	w.indent--
	w.line("}")
}

func (w *writer) declare(t string) {
	value := w.expression(t, 2)
	name := fmt.Sprintf("v%d", w.counts)
	w.counts++
	switch w.IntN(3) {
	case 0:
		w.line("%s := %s", name, value)
	case 1:
		w.line("var %s %s", name, t)
		w.line("%s = %s", name, value)
	default:
		w.line("var %s %s = %s", name, t, value)
	}
	w.vars[t] = append(w.vars[t], name)
}

func (w *writer) statements(depth, most int) {
	w.indent++
	defer func() { w.indent-- }()
	for range 1 + w.IntN(most) {
		w.statement(depth)
	}
}

func (w *writer) statement(depth int) {
	t := w.oneOf(integers...)
	to := w.oneOf(w.vars[t]...)
	n := 10
	if depth == 0 {
		n = 5
	}
	switch w.IntN(n) {
	case 0:
		w.line("%s %s= %s", to, w.oneOf("+", "-", "*", "&", "|", "^", "&^"), w.expression(t, 2))
	case 1:
		w.line("%s%s", to, w.oneOf("++", "--"))
	case 2:
		other := w.oneOf(w.vars[t]...)
		w.line("%s, %s = %s, %s", to, "_", other, to)
		w.line("%s %s= %s", to, w.oneOf("<<", ">>"), w.count())
	case 3:
		w.line("%s = %s", w.oneOf(w.vars["bool"]...), w.expression("bool", 3))
	case 4:
		w.line("%s = %s", to, w.expression(t, 3))
	case 5:
		w.line("if %s {", w.expression("bool", 2))
		w.statements(depth-1, 3)
		w.line("} else {")
		w.statements(depth-1, 3)
		w.line("}")
	case 6, 7:
		w.loop(depth, fmt.Sprintf("for range uint8(%d) {", 1+w.IntN(4)))
	case 8:
		i := fmt.Sprintf("i%d", w.counts)
		w.counts++
		w.loop(depth, fmt.Sprintf("for %s := %s(0); %s < %d; %s++ {", i, t, i, 1+w.IntN(4), i))
	case 9:
		w.line("switch %s & 3 {", w.oneOf(w.vars[t]...))
		for i := range 3 {
			w.line("case %d:", i)
			w.statements(depth-1, 2)
		}
		if w.IntN(2) == 0 {
			w.line("default:")
			w.statements(depth-1, 2)
		}
		w.line("}")
	}
}

func (w *writer) loop(depth int, head string) {
	w.line("%s", head)
	w.loops++
	w.statements(depth-1, 3)
	if w.IntN(2) == 0 {
		w.line("\tif %s {\n%s\t\t%s\n%s\t}", w.expression("bool", 2), strings.Repeat("\t", w.indent), w.oneOf("break", "continue"), strings.Repeat("\t", w.indent))
		w.statements(0, 2)
	}
	w.loops--
	w.line("}")
}

// count is a count of shifts.
func (w *writer) count() string {
	switch w.IntN(3) {
	case 0:
		return fmt.Sprint(w.IntN(70))
	case 1:
		return fmt.Sprintf("(%s & %d)", w.oneOf(w.vars["uint32"]...), w.IntN(64))
	}
	return w.oneOf(w.vars[w.oneOf("uint8", "uint16", "uint32", "uint64")]...)
}

// constant is one other than zero that all integer types but the smallest have.
func (w *writer) constant(t string) string {
	if strings.HasPrefix(t, "int") && w.IntN(3) == 0 {
		return fmt.Sprintf("(-%d)", 1+w.IntN(128))
	}
	return fmt.Sprint(1 + w.IntN(127))
}

// divisor is seldom zero.
func (w *writer) divisor(t string, depth int) string {
	if w.IntN(4) > 0 {
		return w.constant(t)
	}
	return w.expression(t, depth)
}

// expression is one that is not constant.
func (w *writer) expression(t string, depth int) string {
	if t == "bool" {
		return w.condition(depth)
	}
	if depth == 0 || w.IntN(6) == 0 {
		if len(w.vars[t]) == 0 {
			return fmt.Sprintf("%s(%s)", t, w.oneOf("a", "b"))
		}
		return w.oneOf(w.vars[t]...)
	}
	x := w.expression(t, depth-1)
	switch w.IntN(8) {
	case 0:
		from := w.oneOf(integers...)
		return fmt.Sprintf("%s(%s)", t, w.expression(from, depth-1))
	case 1:
		return fmt.Sprintf("%s%s", w.oneOf("-", "^", "+"), "("+x+")")
	case 2:
		if len(w.vars["uint8"]) == 0 || len(w.vars["uint16"]) == 0 || len(w.vars["uint64"]) == 0 {
			return x
		}
		return fmt.Sprintf("(%s %s %s)", x, w.oneOf("<<", ">>"), w.count())
	case 3:
		return fmt.Sprintf("(%s %s %s)", x, w.oneOf("/", "%"), w.divisor(t, depth-1))
	case 4:
		return fmt.Sprintf("%s(%s, %s)", w.oneOf("min", "max"), x, w.oneOf(w.constant(t), w.expression(t, depth-1)))
	case 5:
		if w.callees > 0 && w.loops == 0 && w.IntN(4) == 0 {
			return fmt.Sprintf("%s(f%d(%s, %s))", t, w.IntN(w.callees), w.expression("uint32", depth-1), w.expression("int64", depth-1))
		}
	}
	op := w.oneOf("+", "-", "*", "&", "|", "^", "&^")
	return fmt.Sprintf("(%s %s %s)", x, op, w.oneOf(w.constant(t), w.expression(t, depth-1), w.expression(t, depth-1)))
}

func (w *writer) condition(depth int) string {
	if depth > 0 && w.IntN(3) == 0 {
		return fmt.Sprintf("(%s %s %s)", w.condition(depth-1), w.oneOf("&&", "||", "==", "!="), w.condition(depth-1))
	}
	if vars := w.vars["bool"]; len(vars) > 0 && w.IntN(4) == 0 {
		return w.oneOf("", "!") + w.oneOf(vars...)
	}
	t := w.oneOf(integers...)
	y := w.oneOf("0", w.constant(t), w.expression(t, max(0, depth-1)))
	return fmt.Sprintf("(%s %s %s)", w.expression(t, max(0, depth-1)), w.oneOf("==", "!=", "<", "<=", ">", ">="), y)
}

// nativeMain calls all functions with all arguments.
const nativeMain = `//go:build !wasip1

package main

import "fmt"

func try(f func(uint32, int64) uint64, a uint32, b int64) {
	defer func() {
		if recover() != nil {
			fmt.Println("fails")
		}
	}()
	fmt.Println(f(a, b))
}

func main() {
	for _, f := range []func(uint32, int64) uint64{%s} {
		for _, p := range []struct {
			a uint32
			b int64
		}{%s} {
			try(f, p.a, p.b)
		}
	}
}
`

// TestRandomProgramsAgainstGo compiles random functions with bare and with Go, and compares what they compute.
func TestRandomProgramsAgainstGo(t *testing.T) {
	const functions = 120
	w := &writer{Rand: rand.New(rand.NewPCG(3, 5))}
	w.WriteString("package main\n")
	var names, args strings.Builder
	for i := range functions {
		w.function(i)
		fmt.Fprintf(&names, "f%d, ", i)
	}
	var params [][2]uint64
	for range 40 {
		p := [2]uint64{uint64(uint32(argument(w.Rand))), argument(w.Rand)}
		params = append(params, p)
		fmt.Fprintf(&args, "{%d, %d}, ", p[0], int64(p[1]))
	}
	want := strings.Fields(runNatively(t, w.String(), fmt.Sprintf(nativeMain, names.String(), args.String())))
	if len(want) != functions*len(params) {
		t.Fatalf("Go gives %d results", len(want))
	}
	wasm, err := bare.Compile(map[string]string{"a.go": w.String()}, bare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := instantiate(t, wasm, nil)
	fails := 0
	for i := range functions {
		f := m.ExportedFunction(fmt.Sprintf("f%d", i))
		for _, p := range params {
			got := "fails"
			if results, err := f.Call(context.Background(), p[0], p[1]); err == nil {
				got = fmt.Sprint(results[0])
			} else {
				fails++
			}
			if got != want[0] {
				t.Errorf("f%d(%d, %d) is %s, want %s", i, p[0], int64(p[1]), got, want[0])
			}
			want = want[1:]
		}
	}
	if calls := functions * len(params); fails > calls/3 {
		t.Errorf("%d of %d calls fail, which tells little", fails, calls)
	}
	if t.Failed() {
		t.Log(w.String())
	}
}

// runNatively has Go run two files, and returns what they print.
func runNatively(t *testing.T, functions, main string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module random\n\ngo 1.26\n", "a.go": functions, "main.go": main} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOOS=", "GOARCH=")
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	return out.String()
}
