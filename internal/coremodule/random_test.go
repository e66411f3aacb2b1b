package coremodule_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/witan-os/witan/runtime/engine"
)

// generator makes random modules of which everything can be called: functions call only those behind them, and tables
// hold only the last ones, which call nobody.
type generator struct {
	*rand.Rand
	*raw
	imports, globals, tables, passive int
	funcs                             int // own ones
}

const (
	leaves    = 4 // functions that tables hold
	tableSize = 6
)

// module makes a module whose own functions are all exported, under their numbers as letters.
func (g *generator) module() []byte {
	g.add(secType, fn, 1, i64, 1, i64) // for nobody
	g.add(secType, fn, 1, i32, 1, i32)
	g.add(secType, fn, 1, i32, 0)
	for range g.imports {
		g.add(secImport, "env", "f", byte(0), 1)
	}
	for range g.tables {
		g.add(secTable, funcref, 0, tableSize)
	}
	g.add(secMemory, 0, 1)
	for i := range g.globals {
		g.add(secGlobal, i32, byte(1), i32const(i), end)
	}
	for i := range g.funcs {
		g.add(secExport, name(i), byte(0), g.imports+i)
	}
	for t := range g.tables {
		g.add(secElem, 2, t, i32const(0), end, byte(0), 2, g.leaf(), g.leaf())
		g.add(secElem, 6, t, i32const(3), end, funcref, 2, refFunc, g.leaf(), end, refNull, funcref, end)
	}
	g.add(secElem, 1, byte(0), 1, g.leaf()) // passive
	g.add(secData, 0, i32const(8), end, "some data")
	for i := range g.passive {
		g.add(secData, 1, "passive "+name(i))
	}
	g.add(secCount, 1+g.passive)
	g.add(secElem, 3, byte(0), leaves, g.firstLeaf(), g.firstLeaf()+1, g.firstLeaf()+2, g.firstLeaf()+3) // declarative
	for i := range g.funcs {
		code := []any{localGet, 0}
		for range 1 + g.IntN(5) {
			code = append(code, g.step(i)...)
		}
		g.fn(1, code...)
	}
	return g.bytes()
}

func name(i int) string { return string(rune('a' + i)) }

func (g *generator) firstLeaf() int { return g.imports + g.funcs - leaves }

func (g *generator) leaf() int { return g.firstLeaf() + g.IntN(leaves) }

// step is code that makes an i32 on the stack another one.
func (g *generator) step(i int) []any {
	table := g.IntN(g.tables)
	switch g.IntN(11) {
	case 0:
		if i >= g.funcs-leaves {
			return nil
		}
		return []any{call, g.imports + i + 1 + g.IntN(g.funcs-i-1)}
	case 1:
		if i >= g.funcs-leaves {
			return nil
		}
		return []any{i32const(g.IntN(tableSize)), callIndirect, 1, table}
	case 2:
		return []any{call, g.IntN(g.imports)}
	case 3:
		return []any{globalGet, g.IntN(g.globals), i32add}
	case 4:
		global := g.IntN(g.globals)
		return []any{globalSet, global, globalGet, global, i32const(1), i32add}
	case 5:
		return []any{i32const(1000), i32and, load, 2, 4}
	case 6:
		return []any{block, 1, i32const(3), i32mul, end} // of a type by its index
	case 7:
		return []any{refFunc, g.leaf(), refIsNull, i32add}
	case 8:
		return []any{i32const(100), i32const(1), i32const(3), byte(0xfc), 8, 1 + g.IntN(g.passive), byte(0), i32const(100), load, 0, 0, i32add}
	case 9:
		return []any{i32const(g.IntN(tableSize)), refFunc, g.leaf(), tableSet, table}
	}
	return []any{i32const(g.IntN(tableSize)), tableGet, table, refIsNull, i32add, byte(0xfc), 16, table, i32add}
}

// TestShakenModulesBehave makes random modules, keeps some of the exports, and calls these.
func TestShakenModulesBehave(t *testing.T) {
	env := newRaw()
	env.add(secType, fn, 1, i32, 1, i32)
	env.add(secExport, "f", byte(0), 0)
	env.fn(0, localGet, 0, i32const(5), i32add)
	imports := map[string]engine.Module{"env": instantiate(t, env.bytes(), nil)}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 0))
		g := &generator{Rand: r, raw: newRaw(), imports: 1 + r.IntN(3), globals: 1 + r.IntN(4), tables: 1 + r.IntN(3), passive: 1 + r.IntN(3), funcs: leaves + 1 + r.IntN(12)}
		wasm := g.module()
		var keep []string
		for i := range g.funcs {
			if r.IntN(3) == 0 {
				keep = append(keep, name(i))
			}
		}
		shaken, _ := shake(t, wasm, keep...)
		if len(shaken) > len(wasm) {
			t.Errorf("seed %d: %d bytes become %d", seed, len(wasm), len(shaken))
		}
		whole, part := instantiate(t, wasm, imports), instantiate(t, shaken, imports)
		for range 40 {
			if len(keep) == 0 {
				break
			}
			f, arg := keep[r.IntN(len(keep))], uint64(r.Uint32()>>r.IntN(32))
			want, wantErr := whole.ExportedFunction(f).Call(context.Background(), arg)
			got, err := part.ExportedFunction(f).Call(context.Background(), arg)
			if (err == nil) != (wantErr == nil) || err == nil && uint32(got[0]) != uint32(want[0]) {
				t.Fatalf("seed %d: %s(%d) gives %v (%v), want %v (%v)", seed, f, arg, got, err, want, wantErr)
			}
		}
	}
}
