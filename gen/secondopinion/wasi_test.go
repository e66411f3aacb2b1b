package secondopinion_test

import (
	"os"
	"path/filepath"
	"testing"

	witlib "go.bytecodealliance.org/wit"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/corpus"
)

// wasi lays out a version of WASI as one tree: that of wasi:http, with all other packages below its deps.
func wasi(t testing.TB, version string) string {
	t.Helper()
	root := t.TempDir()
	from := filepath.Join(corpus.Dir(t), "wit", "wasi-"+version)
	packages, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		if !p.IsDir() {
			continue
		}
		to := filepath.Join(root, "deps", p.Name())
		if p.Name() == "http" {
			to = root
		}
		if err := os.CopyFS(to, os.DirFS(filepath.Join(from, p.Name()))); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// TestWASI compares whole versions of WASI.
func TestWASI(t *testing.T) {
	for _, version := range []string{"0.2.12", "0.3.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			if why := opinions(t, wasi(t, version)); why != "" {
				t.Errorf("not compared: %s", why)
			}
		})
	}
}

// BenchmarkWASI reads whole versions of WASI from files, with the library's code compiled already. Of WASI 0.3 the
// library loses functions: it gives those that are async no kind.
func BenchmarkWASI(b *testing.B) {
	for _, version := range []string{"0.2.12", "0.3.0"} {
		root := wasi(b, version)
		b.Run(version+"/witan", func(b *testing.B) {
			var tree *model.Tree
			for b.Loop() {
				var err error
				if tree, err = resolve.Load(root, everything); err != nil {
					b.Fatal(err)
				}
			}
			report(b, len(funcs(tree)), 0)
		})
		b.Run(version+"/library", func(b *testing.B) {
			if _, err := loadWIT(root); err != nil {
				b.Fatal(err)
			}
			var resolved *witlib.Resolve
			for b.Loop() {
				var err error
				if resolved, err = loadWIT(root); err != nil {
					b.Fatal(err)
				}
			}
			read, lost := 0, 0
			for _, i := range resolved.Interfaces {
				i.Functions.All()(func(_ string, f *witlib.Function) bool {
					read++
					if f.Kind == nil {
						lost++
					}
					return true
				})
			}
			report(b, read, lost)
		})
	}
}

// report prints milliseconds, and of how many functions a reader knows what they are.
func report(b *testing.B, read, lost int) {
	b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms/op")
	b.ReportMetric(float64(read-lost), "functions")
	b.ReportMetric(float64(lost), "lost-functions")
	b.ReportMetric(0, "ns/op")
}

// funcs are the functions of all interfaces of a tree.
func funcs(tree *model.Tree) []*model.Func {
	var list []*model.Func
	for _, p := range tree.Packages {
		for _, i := range p.Interfaces {
			list = append(list, i.Funcs...)
		}
	}
	return list
}
