package syntax_test

import (
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/internal/diag"
)

// benchmarkSources are all packages of WASI 0.3.
func benchmarkSources(b *testing.B) []*diag.Source {
	all := sources(b, filepath.Join(corpus.Dir(b), "wit", "wasi-0.3.0"))
	size := 0
	for _, s := range all {
		size += len(s.Text())
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	return all
}

func BenchmarkParseWASI(b *testing.B) {
	all := benchmarkSources(b)
	for b.Loop() {
		if _, list := syntax.Parse(all...); list.Err() != nil {
			b.Fatal(list.Err())
		}
	}
}

func BenchmarkFormatWASI(b *testing.B) {
	all := benchmarkSources(b)
	for b.Loop() {
		for _, s := range all {
			if _, list := syntax.Format(s); list.Err() != nil {
				b.Fatal(list.Err())
			}
		}
	}
}
