package wasi01

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/witan-os/witan/internal/corpus"
	"github.com/witan-os/witan/runtime/component"
	"github.com/witan-os/witan/runtime/glue"
)

// TestCorpusPrograms takes the programs of WASI 0.1 out of their components, puts them into new ones together with this
// adapter, and runs all their recorded cases.
func TestCorpusPrograms(t *testing.T) {
	adaptedPrograms := 0
	for _, p := range corpus.Programs(t) {
		program := programOf(t, p)
		if program == nil {
			continue
		}
		adaptedPrograms++
		t.Run(p.Name, func(t *testing.T) {
			wasm := compileComponent(t, adapted(t, program))
			for _, c := range p.Cases {
				t.Run(c.Name, func(t *testing.T) { runCase(t, p, &c, wasm) })
			}
		})
	}
	if adaptedPrograms == 0 {
		t.Error("no program is of WASI 0.1")
	}
}

// programOf is the core module of a component that is a command of WASI 0.1, or nil.
func programOf(t *testing.T, p *corpus.Program) []byte {
	t.Helper()
	c, err := component.Decode(read(t, p.Path()))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Defs {
		m, ok := d.(*component.CoreModule)
		if !ok {
			continue
		}
		imports := slices.ContainsFunc(m.Type.Imports, func(i component.CoreImport) bool { return i.Module == Name })
		starts := slices.ContainsFunc(m.Type.Exports, func(x component.CoreExtern) bool { return x.Name == "_start" })
		if imports && starts {
			return m.Bytes
		}
	}
	return nil
}

const trapStatus = 134

func runCase(t *testing.T, p *corpus.Program, c *corpus.Case, wasm compiled) {
	copies := c.Copies(t, p)
	var mounts []glue.Mount
	for _, guest := range slices.Sorted(maps.Keys(copies)) {
		mounts = append(mounts, glue.Mount{Host: copies[guest], Guest: guest})
	}
	o := wasm.run(t, glue.Process{
		Name: p.Name, Args: c.Args, Env: c.EnvList(), Stdin: bytes.NewReader(c.Input(t, p)), Mounts: mounts,
	})
	status := o.exit
	if o.trap != nil {
		status = trapStatus
	}
	c.Expect.ExitCode = c.Wazero.CoreExitCode // the components were recorded with an adapter that knows just 0 and 1
	c.CheckOutput(t, p, []byte(o.stdout), []byte(o.stderr), status, trapStatus)
	c.CheckFiles(t, p, copies)
}
