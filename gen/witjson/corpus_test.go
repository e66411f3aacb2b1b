package witjson_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/witjson"
	"github.com/witan-os/witan/internal/corpus"
)

// refused are recorded files that are no valid resolve, with a part of the message that says why.
var refused = map[string]string{
	// Older versions of wasm-tools let worlds share the types that came by include.
	"go-modules-testdata/issues/issue325.wit.json": `worlds[3].imports.r.type: the type is "r" of "issues:unstable/w@0.1.0" already`,
}

// renumbered are recorded files whose types Encode numbers in another way, with the reason.
var renumbered = map[string]string{
	"wit-parser-ui/with-resource-as.wit.json": "what came by include is numbered last, which a model does not know",
}

// recorded returns all files of the corpus with a resolve, by their names there.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	root := os.DirFS(filepath.Join(corpus.Dir(t), "wit"))
	files := map[string][]byte{}
	err := fs.WalkDir(root, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".wit.json") {
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 90 {
		t.Fatalf("only %d recorded files", len(files))
	}
	return files
}

// TestRecorded reads what wasm-tools wrote, and writes it again: with the same bytes but for white space.
func TestRecorded(t *testing.T) {
	for name, data := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			tree, err := witjson.Decode(data)
			if why := refused[name]; why != "" {
				if err == nil || !strings.Contains(err.Error(), why) {
					t.Errorf("got %v, want an error with %s", err, why)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			written, err := witjson.Encode(tree)
			if err != nil {
				t.Fatal(err)
			}
			again, err := witjson.Decode(written)
			if err != nil {
				t.Fatal(err)
			}
			if d := modeltest.Diff(tree, again); d != "" {
				t.Errorf("the tree changes when it is written and read again (-want +got):\n%s", d)
			}
			d := cmp.Diff(compact(t, data), compact(t, written))
			if why := renumbered[name]; why != "" && d == "" {
				t.Errorf("the numbers are those that were recorded, although %s", why)
			} else if why == "" && d != "" {
				t.Errorf("not what was recorded (-want +got):\n%s", d)
			}
		})
	}
}

// compact is JSON without white space, and with results as they are spelled now.
func compact(t testing.TB, data []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, data); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(out.String(), `,"results":[]`, "")
	for {
		before, rest, ok := strings.Cut(text, `,"results":[{"type":`)
		if !ok {
			return text
		}
		one, after, _ := strings.Cut(rest, "}]")
		text = before + `,"result":` + one + after
	}
}

// TestPrograms writes the WIT of real components as JSON, and reads it again.
func TestPrograms(t *testing.T) {
	for _, p := range corpus.Programs(t) {
		t.Run(p.Name, func(t *testing.T) {
			data, err := os.ReadFile(p.Path())
			if err != nil {
				t.Fatal(err)
			}
			tree, err := binary.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			written, err := witjson.Encode(tree)
			if err != nil {
				t.Fatal(err)
			}
			again, err := witjson.Decode(written)
			if err != nil {
				t.Fatal(err)
			}
			if d := modeltest.Diff(tree, again); d != "" {
				t.Errorf("the tree changes when it is written and read again (-want +got):\n%s", d)
			}
		})
	}
}
