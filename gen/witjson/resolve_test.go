package witjson_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
	"github.com/witan-os/witan/internal/corpus"
)

// recordedFeatures are those that were enabled when wasm-tools recorded its tests.
var recordedFeatures = []string{"active"}

// optionsFor are those that a file was recorded with.
func optionsFor(name string) resolve.Options {
	if strings.HasPrefix(name, "go-modules-testdata/") {
		return resolve.Options{AllFeatures: true}
	}
	return resolve.Options{Features: recordedFeatures}
}

// incomplete are packages of which the corpus lacks a part, with the message that says so.
var incomplete = map[string]string{
	"wit-parser-ui/kinds-of-deps.wit.json": "binary form", // deps/d.wat is missing, and deps/e.wasm is no text
}

// TestResolved compares the model of each recorded package with what gen/resolve makes of the text, and the JSON of
// that with what was recorded.
func TestResolved(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "wit")
	compared := 0
	for name, data := range recorded(t) {
		if refused[name] != "" {
			continue
		}
		input := filepath.Join(root, strings.TrimSuffix(name, ".json"))
		if _, err := os.Stat(input); err != nil {
			input = strings.TrimSuffix(input, ".wit") // a directory
		}
		if _, err := os.Stat(input); err != nil {
			continue
		}
		compared++
		t.Run(name, func(t *testing.T) {
			got, err := resolve.Load(input, optionsFor(name))
			if why := incomplete[name]; why != "" {
				if err == nil || !strings.Contains(err.Error(), why) {
					t.Errorf("got %v, want an error with %s", err, why)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want, err := witjson.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if d := modeltest.Diff(want, got, modeltest.Root); d != "" {
				t.Errorf("not the model that was recorded (-want +got):\n%s", d)
			}
			checkJSON(t, name, data, got)
		})
	}
	if compared < 90 {
		t.Errorf("only %d packages compared", compared)
	}
}

func checkJSON(t *testing.T, name string, want []byte, tree *model.Tree) {
	t.Helper()
	got, err := witjson.Encode(tree)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(compact(t, want), compact(t, got)); d != "" && renumbered[name] == "" {
		t.Errorf("not the JSON that was recorded (-want +got):\n%s", d)
	}
}
