package main

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/calculator/generated/demo/calculator/v0.1/arithmetic"
	"github.com/witan-os/witan/examples/calculator/generated/demo/calculator/v0.1/evaluator"
	"github.com/witan-os/witan/examples/internal/tool"
)

// expressions are what both ways of linking are tried with.
var expressions = []struct {
	text  string
	value int64
	fault error
	at    int // offset of a syntax error, or -1
}{
	{text: "2 * (3 + 4) - -1", value: 15, at: -1},
	{text: "-7 / 2", value: -3, at: -1},
	{text: "9223372036854775807", value: 1<<63 - 1, at: -1},
	{text: "-9223372036854775807 - 1", value: -1 << 63, at: -1},
	{text: "9223372036854775807 + 1", fault: arithmetic.FaultOverflow, at: -1},
	{text: "-9223372036854775807 - 2", fault: arithmetic.FaultOverflow, at: -1},
	{text: "4294967296 * 4294967296", fault: arithmetic.FaultOverflow, at: -1},
	{text: "4294967296 * -2147483648", value: -1 << 63, at: -1},
	{text: "-3037000500 * -3037000500", fault: arithmetic.FaultOverflow, at: -1},
	{text: "(-9223372036854775807 - 1) * -1", fault: arithmetic.FaultOverflow, at: -1},
	{text: "(-9223372036854775807 - 1) / -1", fault: arithmetic.FaultOverflow, at: -1},
	{text: "1 / (2 - 2)", fault: arithmetic.FaultDivisionByZero, at: -1},
	{text: "1 + * 2", at: 4},
	{text: "", at: 0},
}

// TestCalculator has the component in Go ask the one in C.
func TestCalculator(t *testing.T) {
	ctx := context.Background()
	dir := tool.BuildAll(t, "./unit", "./parser")
	c, err := load(ctx, dir+"/unit.wasm", dir+"/parser.wasm")
	if err != nil {
		t.Fatal(err)
	}
	defer c.close(ctx)
	for _, test := range expressions {
		value, err := c.Evaluate(ctx, test.text)
		var mistake evaluator.Mistake
		if (test.fault != nil || test.at >= 0) != errors.As(err, &mistake) {
			t.Errorf("%q: got the error %v", test.text, err)
			continue
		}
		if fault, ok := mistake.AsArithmetic(); test.fault != nil && (!ok || fault != test.fault) {
			t.Errorf("%q: got %v, want %v", test.text, err, test.fault)
		}
		if place, ok := mistake.AsSyntax(); test.at >= 0 && (!ok || int(place.Offset) != test.at) {
			t.Errorf("%q: got %v, want a syntax error at %d", test.text, err, test.at)
		}
		if value != test.value {
			t.Errorf("%q: got %d, want %d", test.text, value, test.value)
		}
	}
}

// TestRun runs the program.
func TestRun(t *testing.T) {
	dir := tool.BuildAll(t, "./unit", "./parser")
	var out bytes.Buffer
	if err := run(context.Background(), []string{dir, "6 * 7", "1 - 2"}, &out); err != nil || out.String() != "42\n-1\n" {
		t.Errorf("got %q, %v", &out, err)
	}
	if err := run(context.Background(), []string{dir, "1 / 0"}, &out); err == nil || !strings.Contains(err.Error(), "division-by-zero") {
		t.Errorf("got %v", err)
	}
	if err := run(context.Background(), nil, &out); err == nil || !strings.Contains(err.Error(), "want the directory") {
		t.Errorf("got %v", err)
	}
}

// TestWithoutHost links the components on the command line.
func TestWithoutHost(t *testing.T) {
	dir := tool.BuildAll(t, "./unit", "./parser")
	r := tool.Run(t, tool.Command{Args: []string{
		tool.Witgen(t), "run", "--link", "demo:calculator/arithmetic=" + dir + "/unit.wasm", "--invoke", "evaluate",
		dir + "/parser.wasm", `"2 * (3 + 4)"`,
	}})
	if r.Status != 0 || r.Stdout != "14\n" {
		t.Errorf("got %+v", r)
	}
}

// TestComposed makes one component of the two, which gives what they give when they are linked to run.
func TestComposed(t *testing.T) {
	dir := tool.BuildAll(t, "./unit", "./parser")
	composed, parser := dir+"/calculator.wasm", dir+"/parser.wasm"
	r := tool.Run(t, tool.Command{Args: []string{
		tool.Witgen(t), "component", "compose", parser, "--link", dir + "/unit.wasm", "-o", composed,
	}})
	if r.Status != 0 || strings.Contains(r.Stderr, "import demo:") {
		t.Fatalf("got %+v", r)
	}
	evaluate := func(expression string, args ...string) tool.Result {
		args = append([]string{tool.Witgen(t), "run", "--invoke", "evaluate"}, args...)
		return tool.Run(t, tool.Command{Args: append(args, strconv.Quote(expression))})
	}
	for _, e := range expressions {
		got := evaluate(e.text, composed)
		want := evaluate(e.text, "--link", "demo:calculator/arithmetic="+dir+"/unit.wasm", parser)
		if got.Stdout != want.Stdout || got.Status != want.Status {
			t.Errorf("%q: got %+v, want %+v", e.text, got, want)
		}
		if value := strconv.FormatInt(e.value, 10) + "\n"; e.fault == nil && e.at < 0 && got.Stdout != value {
			t.Errorf("%q: got %q, want %q", e.text, got.Stdout, value)
		}
	}
}
