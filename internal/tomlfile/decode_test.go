package tomlfile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/tomlfile"
)

// sample has all kinds of fields that there may be.
type sample struct {
	Name  string            `toml:"name"`
	Yes   bool              `toml:"yes"`
	Words []string          `toml:"words"`
	Runs  [][]string        `toml:"runs"`
	Map   map[string]string `toml:"map"`
	Table struct {
		Key string `toml:"a-key"`
	} `toml:"table"`
	Items []item `toml:"item,omitempty"`
	Small uint8  `toml:"small"`
	Count int    `toml:"count"`
	Upper upper  `toml:"upper"`
	Other int    // has no key
}

type item struct {
	Name string `toml:"name"`
	File string `toml:"file"`
	Kind string `toml:"kind"`
}

// SetDefaults implements tomlfile.Defaulter.
func (i *item) SetDefaults() { i.Kind = "plain" }

// upper is a text in capitals.
type upper string

// UnmarshalText implements encoding.TextUnmarshaler.
func (u *upper) UnmarshalText(text []byte) error {
	if *u = upper(text); string(text) != strings.ToUpper(string(text)) {
		return fmt.Errorf("%q is not in capitals", text)
	}
	return nil
}

func decode(text string) (sample, diag.List) {
	var s sample
	list := tomlfile.Decode(diag.NewSource("f.toml", text), &s).Errors()
	return s, list
}

func TestDecode(t *testing.T) {
	got, list := decode(`
name = "n" # a comment
yes = true
words = ["a", 'b',
	"""c""", # with a comment, too ]
]
runs = [["x", "y"], []]
map = {a = "b", "c d" = "e"}
table.a-key = '''k'''
small = 255
count = -3
upper = "UP"

[[item]]
name = "one"

[[item]]
file = "two"
kind = ""
`)
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	want := sample{
		Name: "n", Yes: true, Words: []string{"a", "b", "c"}, Runs: [][]string{{"x", "y"}, {}},
		Map: map[string]string{"a": "b", "c d": "e"}, Items: []item{{Name: "one", Kind: "plain"}, {File: "two"}},
		Small: 255, Count: -3, Upper: "UP",
	}
	want.Table.Key = "k"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // line:column "what is marked" rule: message [hint]
	}{
		{"empty", "", nil},
		{"unknown key", "nam = 1\n", []string{"1:1 \"nam\" unknown-key: there is no key `nam` [did you mean `name`?]"}},
		{"case", "NAME = 'x'\n", []string{"1:1 \"NAME\" unknown-key: there is no key `NAME` [did you mean `name`?]"}},
		{"not at all known", "frobnicate = 1\n", []string{
			"1:1 \"frobnicate\" unknown-key: there is no key `frobnicate` [the keys are count, item, map, name, runs, small, table, upper, words, yes]",
		}},
		{"unknown table", "yes = true\n[tabel]\nx = 1\ny = 2\n", []string{"2:2 \"tabel\" unknown-key: there is no key `tabel` [did you mean `table`?]"}},
		{"unknown in a table", "[table]\n  a_key = '1'\n", []string{"2:3 \"a_key\" unknown-key: there is no key `table.a_key` [did you mean `a-key`?]"}},
		{"unknown, dotted", "table . b.c = 1\n", []string{"1:9 \"b\" unknown-key: there is no key `table.b` [the keys are a-key]"}},
		{"unknown, quoted", "'na me' = 1\n", []string{"1:1 \"'na me'\" unknown-key: there is no key `na me` [did you mean `name`?]"}},
		{"unknown, inline", "table = { 'a-key' = 'x', akey = 1 }\n", []string{"1:26 \"akey\" unknown-key: there is no key `table.akey` [did you mean `a-key`?]"}},
		{"unknown in the second item", "[[item]]\nname = ''\n[[item]]\nnamed = ''\n", []string{
			"4:1 \"named\" unknown-key: there is no key `item.named` [did you mean `name`?]",
		}},
		{"number for a string", "name = 12 # twelve\n", []string{"1:8 \"12\" wrong-type: `name` is a string, and this is a number"}},
		{"string for a boolean", "yes = \"\"\"y\nes\"\"\"\n", []string{"1:7 \"\\\"\\\"\\\"y\\nes\\\"\\\"\\\"\" wrong-type: `yes` is a boolean, and this is a string"}},
		{"table for an array", "words = {}\n", []string{"1:9 \"{}\" wrong-type: `words` is an array, and this is a table"}},
		{"date for a map", "map = 1979-05-27 07:32:00\n", []string{"1:7 \"1979-05-27 07:32:00\" wrong-type: `map` is a table, and this is a date or time"}},
		{"array of tables for a table", "[[table]]\n", []string{"1:3 \"table\" wrong-type: `table` is a table, and this is an array"}},
		{"element", "words = ['a',\n  true]\n", []string{"2:3 \"true\" wrong-type: an element of `words` is a string, and this is a boolean"}},
		{"element of an element", "runs = [['a'], 'b', [1]]\n", []string{
			"1:16 \"'b'\" wrong-type: an element of `runs` is an array, and this is a string",
			"1:22 \"1\" wrong-type: an element of an element of `runs` is a string, and this is a number",
		}},
		{"value of a map", "[map]\na = 1\n", []string{"2:5 \"1\" wrong-type: `map.a` is a string, and this is a number"}},
		{"too large", "small = 256\n", []string{"1:9 \"256\" value: `small`: 256 is too large"}},
		{"negative", "small = -1\n", []string{"1:9 \"-1\" value: `small`: -1 is negative"}},
		{"string for a number", "count = '1'\n", []string{"1:9 \"'1'\" wrong-type: `count` is a number, and this is a string"}},
		{"fraction for a number", "count = 1.5\n", []string{"1:9 \"1.5\" wrong-type: `count` is a number, and this is a fraction"}},
		{"not what the text may be", "upper = 'Up'\n", []string{"1:9 \"'Up'\" value: `upper`: \"Up\" is not in capitals"}},
		{"number for a text", "upper = 1\n", []string{"1:9 \"1\" wrong-type: `upper` is a string, and this is a number"}},
		{"item", "item = ['x']\n", []string{"1:9 \"'x'\" wrong-type: `item` is a table, and this is a string"}},
		{"all at once, in the order of the file", "yes = 1\nb = 1\nname = 2\nnme = 1\n", []string{
			"1:7 \"1\" wrong-type: `yes` is a boolean, and this is a number",
			"2:1 \"b\" unknown-key: there is no key `b` [the keys are count, item, map, name, runs, small, table, upper, words, yes]",
			"3:8 \"2\" wrong-type: `name` is a string, and this is a number",
			"4:1 \"nme\" unknown-key: there is no key `nme` [did you mean `name`?]",
		}},
		{"syntax", "yes = true\nname = x\n", []string{"2:8 \"x\" toml-syntax: "}},
		{"twice", "name = 'a'\nname = 'b'\n", []string{"2:1 \"name\" toml-syntax: Key 'name' has already been defined."}},
		{"cut off", "words = [", []string{"1:9 \"[\" toml-syntax: unexpected EOF"}},
		{"behind a byte order mark", "\ufeffnam = 1\n", []string{"1:4 \"nam\" unknown-key: "}},
		{"syntax behind a byte order mark", "\ufeffname = x\n", []string{"1:11 \"x\" toml-syntax: "}},
		{"zero byte", "na\x00me = 1\n", []string{"1:3 \"\\x00\" toml-syntax: "}},
		{"deep", "a = " + strings.Repeat("[", 65), []string{"1:69 \"[\" toml-syntax: there are more than 64 levels"}},
		{"deep tables", strings.Repeat("{a = ", 65), []string{"1:1 "}},
		{"long key", strings.Repeat("a.", 65) + "a = 1", []string{"1:129 \"a\" toml-syntax: there are more than 64 levels"}},
		{"large", strings.Repeat("#\n", tomlfile.MaxSize), []string{"1:1 \"\" file-size: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, list := decode(c.text)
			var got []string
			for _, d := range list.Items {
				p := d.Source.Position(d.Start)
				line := fmt.Sprintf("%d:%d %q %s: %s", p.Line, p.Column, c.text[d.Start:d.End], d.Rule, d.Message)
				if d.Hint != "" {
					line += " [" + d.Hint + "]"
				}
				got = append(got, line)
			}
			ok := len(got) == len(c.want)
			for i := range min(len(got), len(c.want)) {
				ok = ok && strings.HasPrefix(got[i], c.want[i])
			}
			if !ok {
				t.Errorf("(-want +got):\n%s", cmp.Diff(c.want, got))
			}
		})
	}
}

func TestReport(t *testing.T) {
	const text = "words = ['a', 'b']\n[[item]]\nname = 'n'\n[[item]]\n"
	var s sample
	f := tomlfile.Decode(diag.NewSource("f.toml", text), &s)
	f.Report("r", "the item", "", "item", 0)
	f.Report("r", "the name", "", "item", 0, "name")
	f.Report("r", "the second item", "", "item", 1)
	f.Report("r", "the second word", "", "words", 1)
	f.Report("r", "the whole", "", "gone")
	var out bytes.Buffer
	if err := diag.WriteText(&out, f.Errors(), diag.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"f.toml:1:1: the whole", "f.toml:1:15: the second word", "f.toml:2:3: the item", "f.toml:4:3: the second item", "f.toml:3:8: the name"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, &out)
		}
	}
}

// FuzzDecode reads anything. Diagnostics lie within the text, and there is one for every text that is no TOML.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"name = 'a'\n[map]\n\"x.y\" = '''z'''\n", "[[item]]\nname='x'\n[[item]]\n", "words = [\n'a', # b\n]\r\n", "a.b.c = {d = [{e = 1}]}",
		"x = \"\"\"a\\\"\"\"\"\"\nname = 3", "[a]\n[a.b]\n[[a.c]]\n[a.c.d]\nname = 1", "yes = 0x1\n'' = 2\n", "map = {a = 1, b.c = 2}", "\ufeffname = 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s sample
		list := tomlfile.Decode(diag.NewSource("f.toml", text), &s).Errors()
		for _, d := range list.Items {
			if d.Start < 0 || d.End < d.Start || d.End > len(text) {
				t.Fatalf("%s: bytes %d to %d of %d", d.Message, d.Start, d.End, len(text))
			}
		}
		var values map[string]any
		if _, err := toml.Decode(text, &values); err == nil || len(list.Items) == 0 {
			return
		}
		if !list.More && list.Items[0].Rule != tomlfile.RuleSyntax {
			t.Errorf("the text is no TOML, but the error is %v", list.Items[0])
		}
	})
}
