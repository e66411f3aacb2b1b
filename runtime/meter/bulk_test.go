package meter_test

import (
	"fmt"
	"testing"

	"github.com/witan-os/witan/internal/leb128"
)

// This file moves more than a chunk at a time, with and without instrumentation.

const page = 1 << 16

// bulkModule exports functions that do one instruction each, on a memory of 64 pages and two tables. They
// take as many i32 as the instruction. The segments are longer than a chunk.
func bulkModule() []byte {
	const pages, elements, bytes = 64, 300_000, 3 << 20
	type function struct {
		name string
		typ  byte
		code []byte
	}
	three := []byte{0x20, 0, 0x20, 1, 0x20, 2}
	functions := []function{
		{"memory.fill", 0, append(three[:6:6], 0xfc, 11, 0)},
		{"memory.copy", 0, append(three[:6:6], 0xfc, 10, 0, 0)},
		{"memory.init", 0, append(three[:6:6], 0xfc, 8, 0, 0)},
		{"data.drop", 0, []byte{0xfc, 9, 0}},
		{"table.copy", 0, append(three[:6:6], 0xfc, 14, 0, 0)},
		{"table.copy between", 0, append(three[:6:6], 0xfc, 14, 0, 1)},
		{"table.init", 0, append(three[:6:6], 0xfc, 12, 0, 0)},
		{"table.fill", 0, []byte{0x20, 0, 0xd2, 12, 0x20, 2, 0xfc, 17, 0}},
		{"table.grow", 1, []byte{0xd0, 0x70, 0x20, 0, 0xfc, 15, 1}},
		{"table.size", 1, []byte{0xfc, 16, 1}},
		// Which function is at a place: 0 for none, and otherwise what it returns.
		{"at", 1, []byte{0x20, 0, 0x25, 0, 0xd1, 0x04, 0x7f, 0x41, 0, 0x05, 0x20, 0, 0x20, 0, 0x11, 1, 0, 0x0b}},
		{"one", 1, []byte{0x41, 1}},
		{"two", 1, []byte{0x41, 2}},
	}
	one, two := byte(len(functions)-2), byte(len(functions)-1)
	var index, exports, code []byte
	for i, f := range functions {
		index = append(index, f.typ)
		exports = append(append(append(exports, byte(len(f.name))), f.name...), 0, byte(i))
		code = append(append(append(code, byte(len(f.code)+2), 0), f.code...), 0x0b)
	}
	n := byte(len(functions))
	elem := leb128.AppendUint([]byte{1, 1, 0}, elements)
	for i := range elements {
		elem = append(elem, []byte{one, two, two}[i%3])
	}
	data := leb128.AppendUint([]byte{1, 1}, bytes)
	for i := range bytes {
		data = append(data, byte(i)^byte(i>>11))
	}
	table := append(leb128.AppendUint([]byte{2, 0x70, 0}, elements), 0x70, 0)
	table = leb128.AppendUint(table, elements)
	return []byte(preamble + section(1, 2, 0x60, 3, 0x7f, 0x7f, 0x7f, 0, 0x60, 1, 0x7f, 1, 0x7f) +
		section(3, append([]byte{n}, index...)...) + section(4, table...) + section(5, 1, 0, pages) +
		section(7, append(append([]byte{n + 1}, "\x06memory\x02\x00"...), exports...)...) +
		section(9, elem...) + section(12, 1) +
		section(10, append([]byte{n}, code...)...) + section(11, data...))
}

// TestBulk does the same steps with and without instrumentation and compares results, traps and what is in
// memory and in the table after each.
func TestBulk(t *testing.T) {
	const chunk, bytes, table = 1 << 20, 64 * page, 300_000
	steps := []struct {
		name string
		args []uint64
	}{
		{"memory.init", []uint64{0, 0, 3 << 20}},
		{"memory.init", []uint64{bytes - chunk - 5, 7, chunk + 5}},
		{"memory.init", []uint64{bytes - chunk - 5, 7, chunk + 6}},
		{"memory.init", []uint64{0, chunk, 2*chunk + 1}},
		{"memory.init", []uint64{1, 0xffffffff, 2}},
		{"memory.copy", []uint64{100, 0, 3*chunk + 17}},
		{"memory.copy", []uint64{0, 100, 3*chunk + 17}},
		{"memory.copy", []uint64{chunk, 0, 2*chunk + 1}},
		{"memory.copy", []uint64{0, chunk, 2*chunk + 1}},
		{"memory.copy", []uint64{5, 5, 3 * chunk}},
		{"memory.copy", []uint64{chunk + 1, 0, 3*chunk - 1}},
		{"memory.copy", []uint64{chunk + 1, 0, 3 * chunk}},
		{"memory.copy", []uint64{0, chunk + 1, 3 * chunk}},
		{"memory.copy", []uint64{0, bytes, 0}},
		{"memory.copy", []uint64{0, bytes + 1, 0}},
		{"memory.copy", []uint64{0xffffffff, 0, 0xffffffff}},
		{"memory.copy", []uint64{3, 2, 4096}},
		{"memory.copy", []uint64{3, 2, 4097}},
		{"memory.fill", []uint64{3, 0x1a5, 4096}},
		{"memory.fill", []uint64{3, 0x1a6, 4097}},
		{"memory.fill", []uint64{chunk - 1, 0xee, 2*chunk + 2}},
		{"memory.fill", []uint64{bytes - chunk, 0xdd, chunk}},
		{"memory.fill", []uint64{bytes - chunk, 0xcc, chunk + 1}},
		{"memory.fill", []uint64{bytes, 1, 0}},
		{"memory.fill", []uint64{bytes + 1, 1, 0}},
		{"memory.fill", []uint64{1, 1, 0xffffffff}},
		{"data.drop", []uint64{0, 0, 0}},
		{"memory.init", []uint64{0, 0, 0}},
		{"memory.init", []uint64{0, 0, 1}},
		{"memory.init", []uint64{0, 0, 2 * chunk}},
		{"table.init", []uint64{0, 0, table}},
		{"table.init", []uint64{5, 3, table - 5}},
		{"table.init", []uint64{5, 4, table - 4}},
		{"table.init", []uint64{0, 1, table}},
		{"table.copy", []uint64{1, 0, table - 1}},
		{"table.copy", []uint64{0, 1, table - 1}},
		{"table.copy", []uint64{1, 0, table}},
		{"table.copy", []uint64{0xffffffff, 0, 2}},
		{"table.copy between", []uint64{7, 0, 200_000}},
		{"table.fill", []uint64{200_001, 0, 50}},
		{"table.fill", []uint64{1, 0, table - 2}},
		{"table.fill", []uint64{1, 0, table}},
		{"table.grow", []uint64{0}},
		{"table.grow", []uint64{400_000}},
		{"table.size", []uint64{0}},
	}
	wasm := bulkModule()
	e := newEngines(t)
	type state struct {
		outcome string
		memory  uint64
		table   uint64
	}
	var states [2][]state
	for i, e := range []*engineOf{{e.plain}, {e.metered}} {
		inst := e.start(t, wasm)
		at := inst.ExportedFunction("at")
		for _, step := range steps {
			result, err := inst.ExportedFunction(step.name).Call(ctx, step.args...)
			s := state{outcome: fmt.Sprint(result, firstLine(err)), memory: hash(inst.Memory())}
			stack := make([]uint64, 1)
			for k := uint64(0); k < table; k += 1 + k%997 {
				stack[0] = k
				if err := at.CallWithStack(ctx, stack); err != nil {
					t.Fatal(err)
				}
				s.table = 31*s.table + stack[0]
			}
			states[i] = append(states[i], s)
		}
	}
	for k, step := range steps {
		if states[0][k] != states[1][k] {
			t.Errorf("%s%v: %+v, and instrumented %+v", step.name, step.args, states[0][k], states[1][k])
		}
	}
}
