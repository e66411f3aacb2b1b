package syntax_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// sources returns the WIT files at or below a path, in order.
func sources(t testing.TB, path string) []*diag.Source {
	t.Helper()
	var out []*diag.Source
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".wit" {
			return err
		}
		text, err := os.ReadFile(name)
		out = append(out, diag.NewSource(name, string(text)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// failing has the files that the reference refuses.
const failing = "parse-fail"

// valid returns all files of the corpus that are.
func valid(t testing.TB) []*diag.Source {
	t.Helper()
	var out []*diag.Source
	for _, s := range sources(t, filepath.Join(corpus.Dir(t), "wit")) {
		if !strings.Contains(s.Name(), "/"+failing+"/") {
			out = append(out, s)
		}
	}
	if len(out) < 500 {
		t.Fatalf("the corpus has only %d valid files", len(out))
	}
	return out
}

func TestValidFilesOfTheCorpus(t *testing.T) {
	for _, s := range valid(t) {
		if _, list := syntax.Parse(s); list.Err() != nil {
			t.Errorf("%v", list.Err())
		}
	}
}

// recorded is where and why the reference implementation refuses a package.
type recorded struct {
	message, file string
	line, column  int
}

var location = regexp.MustCompile(`(?m)(?:--> |^)tests/ui/parse-fail/(\S+):(\d+):(\d+)`)

func readRecorded(t testing.TB, path string) recorded {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := recorded{message: strings.SplitN(string(data), "\n", 2)[0]}
	if m := location.FindStringSubmatch(string(data)); m != nil {
		r.file = m[1]
		r.line, _ = strconv.Atoi(m[2])
		r.column, _ = strconv.Atoi(m[3])
	}
	return r
}

// syntactic matches the messages of the reference about what shows in one file, without knowing what a name
// stands for.
var syntactic = regexp.MustCompile(`expected .*found|^expected |unterminated|nest(ed|ing)|^empty |map key|constructor return type|resource being constructed`)

// semantic matches those that syntactic takes for its own but are not.
var semantic = regexp.MustCompile(`defined in two different locations`)

// inputOf returns the file or directory that a recorded refusal is about. The corpus holds some back.
func inputOf(result string) (path string, ok bool) {
	path = strings.TrimSuffix(result, ".result")
	for _, path := range []string{path, strings.TrimSuffix(path, ".wit")} {
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// TestRefusedFilesOfTheCorpus compares what is refused, and where, with the reference. Packages that are
// fine up to names must parse: they are for the resolver to refuse.
func TestRefusedFilesOfTheCorpus(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "wit", "wit-parser-ui", failing)
	results, err := filepath.Glob(filepath.Join(dir, "*.result"))
	if err != nil || len(results) == 0 {
		t.Fatalf("%d recorded refusals, %v", len(results), err)
	}
	syntaxErrors, names, absent := 0, 0, 0
	for _, result := range results {
		input, ok := inputOf(result)
		if !ok {
			absent++
			continue
		}
		r := readRecorded(t, result)
		_, list := syntax.Parse(sources(t, input)...)
		if !syntactic.MatchString(r.message) || semantic.MatchString(r.message) {
			names++
			if list.Err() != nil {
				t.Errorf("%v\nthe reference has nothing against the syntax: %s", list.Err(), r.message)
			}
			continue
		}
		syntaxErrors++
		if len(list.Items) == 0 {
			t.Errorf("%s: accepted, want %d:%d: %s", input, r.line, r.column, r.message)
			continue
		}
		d := list.Items[0]
		if p := d.Source.Position(d.Start); p.Line != r.line || p.Column != r.column || !strings.HasSuffix(d.Source.Name(), r.file) {
			t.Errorf("%v\nwant it at %s:%d:%d: %s", d, r.file, r.line, r.column, r.message)
		}
	}
	t.Logf("%d syntax errors at the recorded place, %d refused for names, %d held back", syntaxErrors, names, absent)
	if syntaxErrors < 25 {
		t.Errorf("only %d syntax errors in the corpus", syntaxErrors)
	}
}
