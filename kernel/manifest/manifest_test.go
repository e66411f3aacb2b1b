package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const whole = `
run = [["greet", "World and all"], ["clock"]]
env = ["A=1", "B="]
trace = true

[[component]]
name = "greet"
file = "greet.wasm"

[[component]]
name = "clock"
file = "sub/clock.wasm"

[files]
"/data" = "testdata"
`

func TestRoundTrip(t *testing.T) {
	m, err := Parse("boot.toml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := &Manifest{
		Run:        [][]string{{"greet", "World and all"}, {"clock"}},
		Env:        []string{"A=1", "B="},
		Trace:      true,
		Components: []Component{{"greet", "greet.wasm"}, {"clock", "sub/clock.wasm"}},
		Files:      map[string]string{"/data": "testdata"},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Fatal(diff)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("encoded", data)
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	if diff := cmp.Diff(want, again); diff != "" {
		t.Fatal(diff)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"syntax", "run = [\n", ":1:8: "},
		{"unknown key", "runs = []", ":1:1: there is no key `runs`"},
		{"type", "run = 3", ":1:7: `run` is an array"},
		{"unknown component", `run = [["x"]]`, ":1:9: run names the component x, which is not in the manifest"},
		{"empty run", `run = [[]]`, "without a component name"},
		{"no file", "[[component]]\nname = \"a\"", "needs a name and a file"},
		{"twice", "[[component]]\nname=\"a\"\nfile=\"f\"\n[[component]]\nname=\"a\"\nfile=\"f\"", "two components named a"},
		{"slash", "[[component]]\nname=\"a/b\"\nfile=\"f\"", "no slashes"},
		{"env", `env = ["A"]`, "not KEY=VALUE"},
		{"all of them", `run = [["x"], []]`, ":1:9: run names the component x, which is not in the manifest (and 1 more)"},
		{"relative", "[files]\n\"a\" = \"b\"", "must begin with /"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("boot.toml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "boot.toml") {
				t.Errorf("got %v, want boot.toml: …%s…", err, c.want)
			}
		})
	}
}
