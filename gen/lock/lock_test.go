package lock

import (
	"strconv"
	"strings"
	"testing"
)

func TestNumbersStay(t *testing.T) {
	l, err := Parse([]byte("# comment\n1 b\n2 a\n"))
	if err != nil {
		t.Fatal(err)
	}
	// b is gone: its number stays reserved.
	if err := l.Assign([]string{"d", "a", "c"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint16{"a": 2, "b": 1, "c": 3, "d": 4, "e": 0} {
		if got := l.Number(name); got != want {
			t.Errorf("%s has number %d, want %d", name, got, want)
		}
	}
	again, err := Parse(l.Format())
	if err != nil {
		t.Fatal(err)
	}
	if string(again.Format()) != string(l.Format()) {
		t.Errorf("the file changes when it is read and written:\n%s", again.Format())
	}
}

func TestBadFiles(t *testing.T) {
	for _, tt := range []struct{ data, want string }{
		{"1 a\nx b\n", "line 2"},
		{"1 a\n3 b\n", "line 2: number 3 follows 1"},
		{"1 a\n1 b\n", "line 2: number 1 follows 1"},
		{"1 a\n2 a\n", "line 2: a has number 1 already"},
		{"1\n", "line 1"},
		{"0 a\n", "line 1"},
		{"70000 a\n", "line 1"},
	} {
		if _, err := Parse([]byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got error %v, want one with %q", tt.data, err, tt.want)
		}
	}
}

func TestNumbersRunOut(t *testing.T) {
	names := make([]string, 1<<16)
	for i := range names {
		names[i] = "f" + strconv.Itoa(i)
	}
	l, err := Parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Assign(names); err == nil {
		t.Error("65536 functions got numbers of 16 bits, of which 0 is none")
	}
}
