package opcode

import "testing"

func TestImmediates(t *testing.T) {
	for _, tt := range []struct {
		name string
		code Code
		want Immediates
	}{
		{"unreachable", Unreachable, ImmNone},
		{"block", Block, ImmBlockType},
		{"legacy try", 0x06, ImmUnknown},
		{"legacy rethrow", 0x09, ImmUnknown},
		{"try_table", TryTable, ImmTryTable},
		{"br_table", BrTable, ImmLabels},
		{"return_call_indirect", ReturnCallIndirect, ImmCallIndirect},
		{"call_ref", CallRef, ImmType},
		{"select", 0x1b, ImmNone},
		{"select with a type", SelectTyped, ImmSelect},
		{"local.tee", LocalTee, ImmLocal},
		{"i32.load", 0x28, ImmMemArg},
		{"i64.store32", 0x3e, ImmMemArg},
		{"memory.grow", MemoryGrow, ImmMemory},
		{"f64.const", F64Const, Imm8},
		{"i64.extend32_s", 0xc4, ImmNone},
		{"behind i64.extend32_s", 0xc5, ImmUnknown},
		{"ref.func", RefFunc, ImmFunc},
		{"a prefix", 0xfb, ImmUnknown},
		{"i64.trunc_sat_f64_u", Misc + 7, ImmNone},
		{"table.init", TableInit, ImmTableInit},
		{"table.fill", TableFill, ImmTable},
		{"behind table.fill", TableFill + 1, ImmUnknown},
		{"v128.store", Vector + 11, ImmMemArg},
		{"i8x16.shuffle", I8x16Shuffle, Imm16},
		{"i8x16.splat", Vector + 15, ImmNone},
		{"i8x16.extract_lane_s", Vector + 21, ImmByte},
		{"f64x2.replace_lane", Vector + 34, ImmByte},
		{"i8x16.eq", Vector + 35, ImmNone},
		{"v128.load8_lane", Vector + 84, ImmMemArgLane},
		{"v128.load64_zero", Vector + 93, ImmMemArg},
		{"atomic.fence", Atomic + 3, ImmByte},
		{"i32.atomic.load", Atomic + 0x10, ImmMemArg},
		{"behind the atomics", Atomic + 0x4f, ImmUnknown},
		{"behind all", Codes, ImmUnknown},
	} {
		if got := tt.code.Immediates(); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
