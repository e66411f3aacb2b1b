package schema

import (
	"testing"

	"github.com/witan-os/witan/internal/testutil"
)

// TestSchema fails when the manifest has changed and the schema has not.
func TestSchema(t *testing.T) {
	got, err := Generate("../..")
	if err != nil {
		t.Fatal(err)
	}
	testutil.Golden(t, "../../../../docs/boot.schema.json", got)
}
