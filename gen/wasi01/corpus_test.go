package wasi01

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"regexp"
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
			return withoutCounts(t, m.Bytes)
		}
	}
	return nil
}

// withoutCounts undoes what was done to programs that import a function twice: the second import became "fd_write [v2]".
func withoutCounts(t *testing.T, module []byte) []byte {
	t.Helper()
	const importSection = 2
	out := bytes.Clone(module[:8])
	for rest := module[8:]; len(rest) > 0; {
		id := rest[0]
		size, n := binary.Uvarint(rest[1:])
		section := rest[1+n:][:size]
		rest = rest[1+n+int(size):]
		if id == importSection {
			section = countless(section)
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(section)))
		out = append(out, section...)
	}
	return out
}

// countless is an import section in which the names of functions of WASI 0.1 have no count.
func countless(section []byte) []byte {
	prefix := string(byte(len(Name))) + Name
	counted := regexp.MustCompile(`(?s)` + prefix + `.(\w+) \[v\d+\]`)
	return counted.ReplaceAllFunc(section, func(entry []byte) []byte {
		name := counted.FindSubmatch(entry)[1]
		return fmt.Appendf(nil, "%s%c%s", prefix, len(name), name)
	})
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
