package print_test

import (
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/print"
)

// BenchmarkTree writes all WIT of this repository, WASI included.
func BenchmarkTree(b *testing.B) {
	tree := load(b, filepath.Join("..", "..", "wit"))
	b.SetBytes(int64(len(print.Tree(tree))))
	for b.Loop() {
		print.Tree(tree)
	}
}
