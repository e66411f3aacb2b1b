package componentize_test

import (
	"os"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/componentize"
	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/runtime/component"
)

// adapted are the programs that consist of one module and an adapter. The others are made of many, which share a memory.
var adapted = []string{
	"go-gosh", "go-yq", "go-goja", "go-esbuild", "go-wazero", "go-gofmt", "go-s2c",
	"c-sqlite3", "c-awk", "c-bzip2", "c-xzt", "c-misc", "js-web", "rust-app",
}

// TestRealPrograms takes real programs apart, which another tool has made components of a core module and an adapter for
// WASI 0.1, and makes components of the same modules. Their type has to be that of the originals.
func TestRealPrograms(t *testing.T) {
	for _, p := range corpus.Programs(t, adapted...) {
		t.Run(p.Name, func(t *testing.T) {
			data, err := os.ReadFile(p.Path())
			if err != nil {
				t.Fatal(err)
			}
			tree, err := binary.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			w := tree.Root.Worlds[0]
			main, adapter := parts(t, data)
			file, err := componentize.New(main, componentize.Options{
				World:    w,
				Adapters: []componentize.Adapter{{Name: "wasi_snapshot_preview1", Module: adapter, World: w}},
			})
			if err != nil {
				t.Fatal(err)
			}
			checkType(t, file, w)
		})
	}
}

// parts finds the main module and the adapter in a component.
func parts(t *testing.T, data []byte) (main, adapter []byte) {
	t.Helper()
	c, err := component.DecodeWith(data, component.AllFeatures)
	if err != nil {
		t.Fatal(err)
	}
	for _, def := range c.Defs {
		m, ok := def.(*component.CoreModule)
		if !ok {
			continue
		}
		if _, hasMemory := m.Type.Export("memory"); hasMemory && main == nil {
			main = m.Bytes
		}
		for _, i := range m.Type.Imports {
			if i.Module == "env" && i.Sort == component.SortCoreMemory {
				adapter = m.Bytes
			}
		}
	}
	if main == nil || adapter == nil {
		t.Fatal("the component does not consist of a module and an adapter")
	}
	return main, adapter
}
