package witjson_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/witjson"
)

// FuzzDecode reads documents that may be broken. Those that are not stay what they are when they are written and
// read again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(small))
	f.Add(types(8, func(int) string { return `{"result": {"ok": null, "err": "error-context"}}` }))
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("%d seeds, %v", len(files), err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := witjson.Decode(data)
		if err != nil {
			return
		}
		written, err := witjson.Encode(tree)
		if errors.Is(err, witjson.ErrName) {
			return
		}
		if err != nil {
			t.Fatalf("what was read can't be written: %v", err)
		}
		again, err := witjson.Decode(written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if d := modeltest.Diff(tree, again); d != "" {
			t.Errorf("the tree changes when it is written and read again (-want +got):\n%s", d)
		}
	})
}
