package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/runtime/component"
)

// The components below testdata.
var exampleNames = []string{"greet", "print-time"}

func example(t testing.TB, name string) []byte {
	t.Helper()
	return readFile(t, filepath.Join("testdata", name+".wasm"))
}

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func describe(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Describe(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func tree(t testing.TB, f *File, name string) string {
	t.Helper()
	var b strings.Builder
	if err := f.Tree(&b, name, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asJSON(t testing.TB, f *File) []byte {
	t.Helper()
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestExamples(t *testing.T) {
	for _, name := range exampleNames {
		t.Run(name, func(t *testing.T) {
			f := describe(t, example(t, name))
			testutil.Golden(t, filepath.Join("testdata", name+".tree"), []byte(tree(t, f, name+".wasm")))
			testutil.Golden(t, filepath.Join("testdata", name+".json"), append(asJSON(t, f), '\n'))
		})
	}
}

// TestRealPrograms compares the imports and exports of the corpus's programs with what was recorded.
func TestRealPrograms(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "real")
	var manifest struct {
		Programs []struct {
			Name, File       string
			Imports, Exports []string
		}
	}
	if err := json.Unmarshal(readFile(t, filepath.Join(root, "manifest.json")), &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Programs) < 16 {
		t.Fatalf("the corpus has only %d programs", len(manifest.Programs))
	}
	for _, p := range manifest.Programs {
		t.Run(p.Name, func(t *testing.T) {
			f := describe(t, readFile(t, filepath.Join(root, p.File)))
			if diff := cmp.Diff(p.Imports, namesOf(f.Component.Imports)); diff != "" {
				t.Errorf("imports (-recorded +described):\n%s", diff)
			}
			if diff := cmp.Diff(p.Exports, namesOf(f.Component.Exports)); diff != "" {
				t.Errorf("exports (-recorded +described):\n%s", diff)
			}
			text := tree(t, f, p.File)
			for _, x := range slices.Concat(f.Component.Imports, f.Component.Exports) {
				if !strings.Contains(text, "port "+x.Name) {
					t.Errorf("the tree lacks %s", x.Name)
				}
			}
			checkDefinedOnce(t, f.Component.Imports)
		})
	}
}

// namesOf lists what a component imports or exports, as the corpus does: functions with their types.
func namesOf(list []Extern) []string {
	var out []string
	for _, x := range list {
		text := x.Name
		if x.Func != nil {
			n := node{}
			n.function(x.Func)
			text = ""
			for _, w := range n.words {
				text += w.text
			}
		}
		out = append(out, text)
	}
	return out
}

// checkDefinedOnce checks that no type of WASI is defined in two interfaces: WASI itself defines each once
// and uses it elsewhere. The names that WASI has twice, for different types, are left out.
func checkDefinedOnce(t *testing.T, imports []Extern) {
	defined := map[string]string{"error-code": "many"}
	for _, x := range imports {
		if x.Instance == nil {
			continue
		}
		for _, e := range x.Instance.Exports {
			if e.Type == nil || e.Type.Kind == "alias" || e.Type.Kind == "use" {
				continue
			}
			if other, again := defined[e.Name]; again && other != "many" {
				t.Errorf("%s %s is defined in %s and in %s", e.Type.Kind, e.Name, other, x.Name)
			}
			if defined[e.Name] == "" {
				defined[e.Name] = x.Name
			}
		}
	}
}

// TestBrokenNames checks that a module's own names, which are for people only, may be as broken as they like.
func TestBrokenNames(t *testing.T) {
	for _, names := range []string{"", "\x01\x00", "\x00", "\x00\x80", "\x00\x05\x09demo", "\x00\x02\x01\xff"} {
		m := describe(t, moduleOf(section(0, []byte("\x04name"+names)...))).Module
		if m.Name != "" || len(m.Custom) != 1 || m.Custom[0].Size != len(names) {
			t.Errorf("%q: the module is called %q, its sections are %v", names, m.Name, m.Custom)
		}
	}
}

func TestDescribingTwiceIsTheSame(t *testing.T) {
	for _, name := range exampleNames {
		data := example(t, name)
		first, second := describe(t, data), describe(t, data)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// section encodes a section of a core module or component.
func section(id byte, body ...byte) []byte {
	return append(leb128.AppendUint([]byte{id}, uint64(len(body))), body...)
}

func moduleOf(sections ...[]byte) []byte {
	return slices.Concat(append([][]byte{[]byte("\x00asm\x01\x00\x00\x00")}, sections...)...)
}

func componentOf(sections ...[]byte) []byte {
	return slices.Concat(append([][]byte{[]byte("\x00asm\x0d\x00\x01\x00")}, sections...)...)
}

func TestCoreModule(t *testing.T) {
	data := moduleOf(
		section(1, 5, // types
			0x60, 2, 0x7f, 0x7e, 1, 0x7d, // (i32, i64) -> f32
			0x60, 0, 2, 0x7f, 0x6f, // () -> (i32, externref)
			0x4e, 1, 0x50, 0, 0x5f, 1, 0x78, 1, // a group: a struct of one mutable i8
			0x5e, 0x63, 2, 0, // an array of references to it
			0x60, 1, 0x64, 0x70, 0, // (ref) -> ()
		),
		section(2, 5, // imports
			1, 'a', 1, 'f', 0, 0,
			1, 'a', 1, 't', 1, 0x70, 1, 2, 8, // 2 to 8 funcref
			0, 1, 'm', 2, 3, 1, 1, // 1 page, shared
			1, 'a', 1, 'g', 3, 0x7f, 1, // mut i32
			1, 'a', 1, 'x', 4, 0, 4,
		),
		section(3, 2, 1, 4), // functions
		section(4, 1, 0x40, 0, 0x6f, 0, 5, 0xd0, 0x6f, 0x0b),                                   // an initialised table
		section(5, 2, 4, 0x80, 0x80, 4, 8, 3, 0),                                               // memories: 64-bit, of pages of a byte
		section(6, 1, 0x7b, 0, 0xfd, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b), // a v128
		section(13, 1, 0, 4), // tags
		section(7, 6,
			1, 'f', 0, 1,
			2, 0xc3, 0xa9, 1, 1, // é
			1, '\n', 2, 1,
			1, 'p', 2, 2,
			1, 'v', 3, 1,
			1, 'x', 4, 1,
		),
		section(0, append([]byte("\x04name\x00\x05\x04demo"), 1, 9)...),
		section(10, 0xff), // code is none of our business
	)
	want := `m.wasm: core module, ` + fmt.Sprint(len(data)) + ` bytes, 2 functions
├─ import "a" "f": func(i32, i64) -> f32
├─ import "a" "t": table 2 to 8 funcref
├─ import "" "m": memory 1 page, shared
├─ import "a" "g": global mut i32
├─ import "a" "x": tag(ref)
├─ export "f": func() -> (i32, externref)
├─ export "é": table 5 or more externref
├─ export "\n": memory 65536 pages or more, 64-bit
├─ export "p": memory 3 pages or more of 2^0 bytes
├─ export "v": global v128
├─ export "x": tag(ref)
└─ custom section "name", 9 bytes at 0xa1
`
	if diff := cmp.Diff(want, tree(t, describe(t, data), "m.wasm")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if name := describe(t, data).Module.Name; name != "demo" {
		t.Errorf("the module is called %q", name)
	}
}

func TestBadFiles(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "offset 0x0: the file is empty"},
		{"text", []byte("(component)"), "offset 0x0: this is not WebAssembly"},
		{"long section", moduleOf([]byte{1, 9, 0}), "offset 0x9 (core module section): section 1 of the core module has 9 bytes"},
		{"type form", moduleOf(section(1, 1, 0x61)), "offset 0xb (core module, type section): "},
		{"missing type", moduleOf(section(3, 1, 0)), "offset 0xb (core module, function section): core type index 0 is out of range"},
		{"custom section without a name", moduleOf(section(0)), "offset 0x8 (core module, custom section): the name of the section is cut off"},
		{"short name of a custom section", moduleOf(section(0, 9, 'a')), "offset 0x8 (core module, custom section): the name of the section is cut off"},
		{"bad name of a custom section", moduleOf(section(0, 1, 0xff)), "the name of the section is cut off or not valid UTF-8"},
		{"component", componentOf([]byte{13}), "offset 0x8: section id 13 is unknown"},
		// Offsets in a core module count from the beginning of the file.
		{"nested module", componentOf(section(1, moduleOf(section(1, 1, 0x61))...)), "offset 0x15 (core module, type section): "},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Describe(c.data)
			var at *component.Error
			if f != nil || !errors.As(err, &at) {
				t.Fatalf("got %v, %v, want an error with an offset", f, err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got the error %q, want %q", err, c.want)
			}
		})
	}
}

// TestHugeDescription checks that a small file can't ask for a large description: its definitions share types.
func TestHugeDescription(t *testing.T) {
	const label, funcs = 30_000, 5000
	params := append([]byte{1, 0x40, 1}, leb128.AppendUint(nil, label)...)
	params = append(append(params, strings.Repeat("a", label)...), 0x79, 1, 0) // (aaa…: u32)
	imports := leb128.AppendUint(nil, funcs)
	for i := range funcs {
		name := fmt.Sprintf("f%d", i)
		imports = append(append(imports, 0, byte(len(name))), name...)
		imports = append(imports, 1, 0)
	}
	data := componentOf(section(7, params...), section(10, imports...))
	_, err := Describe(data)
	if err == nil || !strings.Contains(err.Error(), "the description of the file is longer than 64 MB") {
		t.Fatalf("a file of %d bytes gives %v", len(data), err)
	}
}

func TestWrap(t *testing.T) {
	n := node{}
	n.word(roleKeyword, "enum ")
	n.word(roleName, "colour")
	n.word(rolePlain, " { red, green, blue }")
	got := [][]string{}
	for _, line := range wrap(n.words, 18) {
		texts := []string{}
		for _, w := range line {
			texts = append(texts, w.text)
		}
		got = append(got, texts)
	}
	want := [][]string{{"enum ", "colour", " ", "{ ", "red,"}, {"green, ", "blue ", "}"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestTreeReportsWriteErrors(t *testing.T) {
	if err := describe(t, example(t, "greet")).Tree(brokenWriter{}, "x", nil); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

// FuzzDescribe checks that any bytes are either described, in both forms, or refused with an offset inside
// of the file.
func FuzzDescribe(f *testing.F) {
	for _, name := range exampleNames {
		data := example(f, name)
		f.Add(data)
		for _, n := range []int{9, len(data) / 2, len(data) - 1} {
			f.Add(data[:n])
		}
	}
	f.Add(moduleOf(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(7, 1, 1, 'f', 0, 0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Describe(data)
		var at *component.Error
		switch {
		case err == nil:
			tree(t, file, "x")
			if !bytes.Contains(asJSON(t, file), []byte(Format)) {
				t.Error("the JSON does not name its format")
			}
		case !errors.As(err, &at):
			t.Errorf("the error %q has no offset", err)
		case at.Offset < 0 || at.Offset > int64(len(data)):
			t.Errorf("offset %d is outside of the file of %d bytes", at.Offset, len(data))
		}
	})
}
