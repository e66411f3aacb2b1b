package resolve_test

import (
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// BenchmarkResolveWASI3 parses and resolves all of WASI 0.3, from memory.
func BenchmarkResolveWASI3(b *testing.B) {
	dir := filepath.Join(corpus.Dir(b), "wit/wasi-0.3.0")
	var main []*diag.Source
	var deps [][]*diag.Source
	size := 0
	for _, e := range readDir(b, dir) {
		if !e.IsDir() {
			continue
		}
		sources := sourcesOf(b, filepath.Join(dir, e.Name()))
		for _, s := range sources {
			size += len(s.Text())
		}
		if e.Name() == "http" {
			main = sources
		} else {
			deps = append(deps, sources)
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := resolve.Sources(main, deps, resolve.Options{AllFeatures: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkResolveWitan reads, parses and resolves the packages of this project with those that they use.
func BenchmarkResolveWitan(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := resolve.Load("../../wit", resolve.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
