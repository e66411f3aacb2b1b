package cli

import (
	"strings"
	"testing"
)

// TestGenerateWithWhatIsNotThere maps a package to a module that lacks one of its interfaces.
func TestGenerateWithWhatIsNotThere(t *testing.T) {
	inProject(t, map[string]string{
		"go.mod":                   "module example.org/demo\n\ngo 1.26\n\nrequire example.org/time v0.0.0\n\nreplace example.org/time => ./time\n",
		"wit/clock.wit":            clockWIT,
		"wit/deps/clocks/wall.wit": wallClockWIT,
		"time/go.mod":              "module example.org/time\n\ngo 1.26\n",
	})
	_, stderr := witgen(t, Bad, "generate", "--with", "wasi:clocks=example.org/time")
	for _, want := range []string{
		"wasi:clocks/wall-clock@0.2.12 is to be imported from example.org/time/v0.2/wallclock",
		"the module example.org/time has no such package", "--with wasi:clocks/wall-clock=",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("got %q, want it to contain %q", stderr, want)
		}
	}
	witgen(t, OK, "generate", "--with", "wasi:clocks=example.org/time", "--with", "wasi:clocks/wall-clock=")
	contentOf(t, "generated/wasi/clocks/v0.2/wallclock/wall-clock.wit.go")
	write(t, "time/v0.2/wallclock/wall.go", "package wallclock\n\ntype Datetime struct{ Seconds uint64 }\n")
	witgen(t, OK, "generate", "--with", "wasi:clocks=example.org/time")
}

// TestGenerateWithUnknownNames maps what the WIT hasn't. The defaults for wasi and witan are for nothing here.
func TestGenerateWithUnknownNames(t *testing.T) {
	inProject(t, map[string]string{
		"go.mod":         "module example.org/demo\n",
		"wit/a.wit":      "package acme:app;\nworld w { import acme:log/sink; }\n",
		"wit/deps/l.wit": "package acme:log;\ninterface sink { put: func(); }\n",
	})
	for _, key := range []string{"acme:log", "acme:log/sink", "acme:app/w"} {
		witgen(t, OK, "generate", "--with", key+"=")
	}
	for _, c := range []struct{ key, want string }{
		{"acme:lgo", "names acme:lgo, which the WIT in wit doesn't have: did you mean acme:log?\n"},
		{"acme:log/sunk", "did you mean acme:log/sink?\n"},
		{"elsewhere", "names elsewhere, which the WIT in wit doesn't have\n"},
		{"wasi", "names wasi, which the WIT in wit doesn't have\n"},
	} {
		if _, stderr := witgen(t, Bad, "generate", "--with", c.key+"=example.org/x"); !strings.HasSuffix(stderr, c.want) {
			t.Errorf("%s: got %q, want %q at its end", c.key, stderr, c.want)
		}
	}
	write(t, "witgen.toml", "with = {'acme:app/v' = ''}\n")
	if _, stderr := witgen(t, Bad, "generate"); !strings.Contains(stderr, "witgen.toml, names acme:app/v") {
		t.Errorf("in the file: got %q", stderr)
	}
}

// TestGenerateNothingOfItsOwn has the WIT of a package that is imported from Witan by default.
func TestGenerateNothingOfItsOwn(t *testing.T) {
	inProject(t, map[string]string{
		"go.mod":        "module example.org/demo\n\ngo 1.26\n",
		"wit/wall.wit":  wallClockWIT,
		"none/none.wit": "package wasi:none;\n",
	})
	_, stderr := witgen(t, Bad, "generate")
	if !strings.Contains(stderr, "wasi:clocks@0.2.12 is to be imported from") || !strings.Contains(stderr, "--with wasi:clocks=") {
		t.Errorf("got %q, want the package and the flag that generates it", stderr)
	}
	witgen(t, OK, "generate", "--with", "wasi:clocks=")
	contentOf(t, "generated/wasi/clocks/v0.2/wallclock/wall-clock.wit.go")
	_, stderr = witgen(t, Bad, "generate", "--wit", "none", "--out", "other")
	if !strings.Contains(stderr, "wasi:none") {
		t.Errorf("got %q, want the package that is empty", stderr)
	}
}
