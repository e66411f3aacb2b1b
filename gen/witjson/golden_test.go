package witjson_test

import (
	"testing"

	"github.com/witan-os/witan/gen/model/modeltest"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/gen/witjson"
	"github.com/witan-os/witan/internal/testutil"
)

// TestEverything writes a package with something of everything, and reads it again.
func TestEverything(t *testing.T) {
	tree, err := resolve.Load("testdata/all.wit", resolve.Options{Features: recordedFeatures})
	if err != nil {
		t.Fatal(err)
	}
	written, err := witjson.Encode(tree)
	if err != nil {
		t.Fatal(err)
	}
	testutil.Golden(t, "testdata/all.wit.json", written)
	again, err := witjson.Decode(written)
	if err != nil {
		t.Fatal(err)
	}
	if d := modeltest.Diff(tree, again); d != "" {
		t.Errorf("the tree changes when it is written and read (-want +got):\n%s", d)
	}
}
