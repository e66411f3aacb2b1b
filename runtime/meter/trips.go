package meter

import "github.com/witan-os/witan/internal/coremodule/opcode"

// This file recognises short loops that count to a constant, as compilers make them of a loop over the 64
// words of a block or the three coordinates of a point. They end by themselves, so they need no charge of
// their own.

const (
	// constantUnits bounds the work of such a loop, with all its rounds.
	constantUnits = 8192
	// constantRounds bounds how often its innermost part runs.
	constantRounds = 256
	// constantLength bounds the number of its instructions, so that looking for it costs little.
	constantLength = 1024
)

// constantLoop reports where the loop that begins at instruction i ends, and the units of all its rounds;
// or 0 if there is no such loop.
func (f *function) constantLoop(i int) (end int, units uint32) {
	if i < 0 || f.code[i].op != opcode.Loop {
		return 0, 0
	}
	end = int(f.code[i].arg)
	rounds, units := f.constantBody(i)
	if rounds == 0 {
		return 0, 0
	}
	return end, units
}

// constantBody returns how often the innermost part of a loop runs, and the units of all that.
func (f *function) constantBody(i int) (rounds, units uint32) {
	end := int(f.code[i].arg)
	if end-i > constantLength {
		return 0, 0
	}
	own, counter := f.rounds(i, end)
	if own == 0 {
		return 0, 0
	}
	inner := uint32(1)
	writes, blocks := 0, uint32(0)
	for k := i + 1; k < end; k++ {
		in := &f.code[k]
		switch in.op {
		case opcode.Loop:
			r, u := f.constantBody(k)
			if r == 0 || f.writes(k, counter) > 0 {
				return 0, 0
			}
			inner = max(inner, r)
			units += u
			k = int(in.arg)
		case opcode.Block, opcode.If:
			blocks++
			units += uint32(weights[in.op])
		case opcode.End:
			blocks--
		case opcode.Br, opcode.BrIf:
			units++
			if in.arg >= blocks && k != end-1 {
				return 0, 0
			}
		case opcode.LocalSet, opcode.LocalTee:
			if in.arg == counter {
				writes++
			}
		case opcode.BrTable, opcode.Return, opcode.Unreachable, opcode.TryTable, opcode.Throw, opcode.ThrowRef, opcode.MemoryGrow, opcode.TableGrow, opcode.MemoryInit, opcode.TableInit,
			opcode.Call, opcode.CallIndirect, opcode.CallRef, opcode.ReturnCall, opcode.ReturnCallIndirect, opcode.ReturnCallRef,
			opcode.BrOnNull, opcode.BrOnNonNull:
			return 0, 0
		default:
			units += uint32(weights[in.op])
		}
	}
	rounds = own * inner
	if writes != 1 || rounds > constantRounds || units*own > constantUnits {
		return 0, 0
	}
	return rounds, max(units*own, 1)
}

// writes counts the assignments to a local variable in a loop.
func (f *function) writes(i int, local uint32) (n int) {
	for k := i; k < int(f.code[i].arg); k++ {
		if in := &f.code[k]; (in.op == opcode.LocalSet || in.op == opcode.LocalTee) && in.arg == local {
			n++
		}
	}
	return n
}

// rounds computes how often a loop runs that ends with
//
//	local.get x  i32.const step  i32.add  local.tee x  [i32.const limit  i32.ne]  br_if 0
//
// when nothing else in it branches to its label or assigns to x; 0 if it doesn't end so.
func (f *function) rounds(i, end int) (n, counter uint32) {
	k := end - 1
	if k-i < 5 || f.code[k].op != opcode.BrIf || f.code[k].arg != 0 {
		return 0, 0
	}
	limit := int64(0)
	if k--; f.code[k].op == opcode.I32Ne && f.code[k-1].op == opcode.I32Const {
		limit = int64(int32(f.code[k-1].arg))
		k -= 2
	}
	if k-3 <= i || f.code[k].op != opcode.LocalTee {
		return 0, 0
	}
	counter = f.code[k].arg
	get, step, sum := &f.code[k-3], &f.code[k-2], &f.code[k-1]
	if sum.op != opcode.I32Add || step.op != opcode.I32Const || get.op != opcode.LocalGet || get.arg != counter {
		return 0, 0
	}
	first, ok := f.constantBefore(i, counter)
	by, way := int64(int32(step.arg)), limit-first
	if !ok || by == 0 || way%by != 0 || way/by < 2 || way/by > constantRounds {
		return 0, 0
	}
	return uint32(way / by), counter
}

// constantBefore returns the constant that a local variable holds at instruction i, as far as the straight
// line of code before it tells.
func (f *function) constantBefore(i int, local uint32) (value int64, ok bool) {
	for k := i - 1; k > 0 && i-k < 64; k-- {
		switch in := &f.code[k]; in.op {
		case opcode.Loop, opcode.If, opcode.Else, opcode.End, opcode.TryTable, opcode.Br, opcode.BrTable, opcode.Return, opcode.Unreachable, opcode.Throw, opcode.ThrowRef:
			return 0, false
		case opcode.LocalSet, opcode.LocalTee:
			if in.arg == local {
				before := &f.code[k-1]
				return int64(int32(before.arg)), before.op == opcode.I32Const
			}
		}
	}
	return 0, false
}
