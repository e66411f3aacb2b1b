package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/calculator/parser/generated/demo/calculator/v0.1/arithmetic"
)

// Outside of a component nobody calculates but this fake.
func init() {
	fake := &arithmetic.Fake
	fake.Add = func(a, b int64) (int64, error) { return a + b, nil }
	fake.Subtract = func(a, b int64) (int64, error) { return a - b, nil }
	fake.Multiply = func(a, b int64) (int64, error) { return a * b, nil }
	fake.Divide = func(a, b int64) (int64, error) {
		if b == 0 {
			return 0, arithmetic.FaultDivisionByZero
		}
		return a / b, nil
	}
}

func TestEvaluate(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
		err  string
	}{
		{"42", 42, ""},
		{" 2 * ( 3+4 ) ", 14, ""},
		{"2+3*4", 14, ""},
		{"10-4-3", 3, ""},
		{"100/5/2", 10, ""},
		{"-(-3)*-2", -6, ""},
		{"9223372036854775807", 9223372036854775807, ""},
		{"1/0", 0, "division-by-zero"},
		{"(1/0)+1", 0, "division-by-zero"},
		{"", 0, "at 0 there is no number of at most 64 bits"},
		{"1+", 0, "at 2 there is no number of at most 64 bits"},
		{"1 2", 0, "at 2 there is no operator"},
		{"(1", 0, "at 2 there is no operator or )"},
		{"1)", 0, "at 1 there is no operator"},
		{"9223372036854775808", 0, "at 0 there is no number of at most 64 bits"},
		{"2*é", 0, "at 2 there is no number of at most 64 bits"},
		{strings.Repeat("(", maxDepth-1) + "7" + strings.Repeat(")", maxDepth-1), 7, ""},
		{strings.Repeat("(", maxDepth), 0, "at 100 there is no expression that is less deep"},
		{strings.Repeat("-", 1_000_000) + "1", 0, "at 100 there is no expression that is less deep"},
	} {
		got, err := evaluate(c.text)
		if got != c.want && c.err == "" || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%.40q: got %d, %v, want %d, %q", c.text, got, err, c.want, c.err)
		}
	}
}

func FuzzEvaluate(f *testing.F) {
	for _, seed := range []string{"1+2*3", "-(4/2)", "((", "1 2", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := evaluate(text)
		var m misplaced
		if err != nil && !errors.Is(err, arithmetic.FaultDivisionByZero) && (!errors.As(err, &m) || m.offset > len(text)) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
