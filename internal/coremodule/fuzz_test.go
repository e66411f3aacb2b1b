package coremodule_test

import (
	"math/rand/v2"
	"testing"

	"github.com/witan-os/witan/internal/coremodule"
)

// FuzzShake shakes anything, keeping every second export. What comes out can be shaken again, and is then the same.
func FuzzShake(f *testing.F) {
	f.Add(rich())
	f.Add(named(nameMap(1, 0, "unused", 1, "used")).bytes())
	for seed := range uint64(5) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), raw: newRaw(), imports: 2, globals: 2, tables: 2, passive: 2, funcs: leaves + 5}
		f.Add(g.module())
	}
	f.Fuzz(func(t *testing.T, wasm []byte) {
		m, err := coremodule.Read(wasm)
		if err != nil {
			return
		}
		var keep []string
		for i, x := range m.Exports {
			if i%2 == 0 {
				keep = append(keep, x.Name)
			}
		}
		for i := range m.Len(coremodule.Func) {
			m.FuncType(uint32(i))
		}
		if _, err := coremodule.Shake(wasm, keep); err == nil {
			shake(t, wasm, keep...)
		}
	})
}
