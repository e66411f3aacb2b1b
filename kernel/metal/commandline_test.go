package metal

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSplitCommandLine(t *testing.T) {
	for _, c := range []struct {
		line      string
		env, args []string
	}{
		{"", nil, nil},
		{"  \t\n", nil, nil},
		{"a b", nil, []string{"a", "b"}},
		{"A=1 B= c D=4", []string{"A=1", "B="}, []string{"c", "D=4"}},
		{"A='x y'z", []string{"A=x yz"}, nil},
		{"'A=1' b", nil, []string{"A=1", "b"}},
		{"A'='1", nil, []string{"A=1"}},
		{`A\=1`, nil, []string{"A=1"}},
		{"=1", nil, []string{"=1"}},
		{"1A=1", nil, []string{"1A=1"}},
		{"-run=X", nil, []string{"-run=X"}},
		{"'' ''", nil, []string{"", ""}},
		{`it\'s 'it'\''s'`, nil, []string{"it's", "it's"}},
		{`'a\b'`, nil, []string{`a\b`}},
		{"_x9=é", []string{"_x9=é"}, nil},
		{"A=b=c", []string{"A=b=c"}, nil},
	} {
		env, args, err := SplitCommandLine(c.line)
		if err != nil || !slices.Equal(env, c.env) || !slices.Equal(args, c.args) {
			t.Errorf("%q: env %q, args %q, error %v; want %q, %q", c.line, env, args, err, c.env, c.args)
		}
	}
}

func TestSplitCommandLineRejects(t *testing.T) {
	for line, want := range map[string]string{
		"a 'b":                    "quote",
		`a\`:                      "backslash",
		"a\x00b":                  "NUL",
		"'\x00'":                  "NUL",
		"\\\x00":                  "NUL",
		strings.Repeat("a", 4097): "4096",
		strings.Repeat("a ", 257): "256 words",
	} {
		if _, _, err := SplitCommandLine(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: error %v, want one about %q", line, err, want)
		}
	}
}

func TestJoinCommandLineRejects(t *testing.T) {
	for _, c := range []struct{ env, args []string }{
		{env: []string{"no assignment"}},
		{env: []string{"1A=x"}},
		{env: []string{"=x"}},
		{args: []string{"\x00"}},
		{args: []string{strings.Repeat("x", 5000)}},
		{args: slices.Repeat([]string{"x"}, 257)},
	} {
		if line, err := JoinCommandLine(c.env, c.args); err == nil {
			t.Errorf("%.20q, %.20q joined to %.20q", c.env, c.args, line)
		}
	}
}

func TestCommandLineRoundTrip(t *testing.T) {
	value := rapid.StringMatching(`[a-z =\\'"$\n\x01-\x1f~é-]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var env []string
		for _, n := range rapid.SliceOfN(rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_]{0,5}`), 0, 4).Draw(t, "names") {
			env = append(env, n+"="+value.Draw(t, "value"))
		}
		arg := rapid.OneOf(value, rapid.StringMatching(`[A-Z]=[a-z]`))
		args := rapid.SliceOfN(arg, 0, 5).Draw(t, "args")
		line, err := JoinCommandLine(env, args)
		if err != nil {
			t.Fatal(err)
		}
		gotEnv, gotArgs, err := SplitCommandLine(line)
		if err != nil || !slices.Equal(gotEnv, env) || !slices.Equal(gotArgs, args) {
			t.Fatalf("%q: env %q, args %q, error %v; want %q, %q", line, gotEnv, gotArgs, err, env, args)
		}
	})
}

func TestWordSplitterStaysInItsBuffer(t *testing.T) {
	s := wordSplitter{line: []byte("abcd")}
	if _, _, err := s.next(make([]byte, 3)); err == nil {
		t.Fatal("a word of four bytes fitted into three")
	}
}

func FuzzSplitCommandLine(f *testing.F) {
	f.Add("A=1 'b c' d\\ e")
	f.Add("'")
	f.Add("\\\x00")
	f.Fuzz(func(t *testing.T, line string) {
		env, args, err := SplitCommandLine(line)
		if err != nil {
			return
		}
		again, err := JoinCommandLine(env, args)
		if err != nil {
			if len(line) > MaxCommandLine/4 {
				return // quoting may lengthen it past the bound
			}
			t.Fatal(err)
		}
		env2, args2, err := SplitCommandLine(again)
		if err != nil || !slices.Equal(env, env2) || !slices.Equal(args, args2) {
			t.Fatalf("%q and %q differ: %v", line, again, err)
		}
	})
}
