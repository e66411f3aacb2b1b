package resolve_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/testutil"
)

// TestValidGolden resolves each testdata/valid/NAME.txtar, whose tree is in NAME.golden.txt as WIT without
// anything left to be found: worlds have what they include and need, and types stand behind what they are made of.
func TestValidGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/valid/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("%d archives, %v", len(archives), err)
	}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			files, _ := archive(t, path)
			tree, err := resolve.FS(files, ".", "", resolve.Options{Features: []string{"enabled"}})
			if err != nil {
				t.Fatal(err)
			}
			checkTree(t, tree)
			testutil.Golden(t, strings.TrimSuffix(path, ".txtar")+".golden.txt", []byte(print.Tree(tree)))
		})
	}
}
