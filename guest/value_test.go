package guest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

type code uint8

func (c code) Error() string { return fmt.Sprintf("code %d", uint8(c)) }

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{Fail("text"), "text"},
		{Fail(Unit{}), "failed"},
		{Fail(code(3)), "code 3"},
		{Fail(Some(7)), "some(7)"},
		{Fail(None[int]()), "none"},
		{Fail(12), "12"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%#v says %q, want %q", tt.err, got, tt.want)
		}
	}
}

func TestErrorOf(t *testing.T) {
	if got := ErrorOf[code]("f", code(4)); got != 4 {
		t.Errorf("got %v", got)
	}
	if got := ErrorOf[Error[string]]("f", fmt.Errorf("wrapped: %w", Fail("text"))); got.Value != "text" {
		t.Errorf("got %v", got)
	}
	text := panics(t, func() { ErrorOf[code]("a:b/c#f", errors.New("disk on fire")) })
	for _, want := range []string{"a:b/c#f", "guest.code", "disk on fire"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
}

// panics returns the text with which a function panics.
func panics(t *testing.T, f func()) (text string) {
	t.Helper()
	defer func() { text, _ = recover().(string) }()
	f()
	t.Error("it does not panic")
	return ""
}

func TestNames(t *testing.T) {
	names := []string{"read", "write"}
	for _, tt := range []struct{ got, want string }{
		{CaseName(names, 1), "write"},
		{CaseName(names, 2), "case(2)"},
		{FlagNames(names, 0), "none"},
		{FlagNames(names, 2), "write"},
		{FlagNames(names, 7), "read | write"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestOption(t *testing.T) {
	if v, ok := Some(3).Get(); v != 3 || !ok {
		t.Errorf("got %v, %v", v, ok)
	}
	if v := None[int]().Or(5); v != 5 {
		t.Errorf("got %v", v)
	}
	if v := Some(3).Or(5); v != 3 {
		t.Errorf("got %v", v)
	}
}

func TestResult(t *testing.T) {
	if v, _, ok := OK[int, string](3).Get(); v != 3 || !ok {
		t.Errorf("got %v, %v", v, ok)
	}
	if _, err, ok := Err[int]("bad").Get(); err != "bad" || ok {
		t.Errorf("got %v, %v", err, ok)
	}
}
