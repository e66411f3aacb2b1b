package glue

import (
	"context"
	"math"
	"slices"
	"testing"
)

type dropped struct{ times int }

func (d *dropped) Drop(context.Context) { d.times++ }

func TestOwn(t *testing.T) {
	d := &dropped{}
	own := Give(d)
	if own.Value() != d {
		t.Error("another resource came out")
	}
	own.Drop(t.Context())
	if d.times != 1 {
		t.Errorf("dropped %d times", d.times)
	}
	Give(3).Drop(t.Context()) // it does not want to know
}

func TestOptionAndResult(t *testing.T) {
	if v, ok := Some("x").Get(); v != "x" || !ok {
		t.Errorf("some: %v, %v", v, ok)
	}
	if v, ok := None[string]().Get(); v != "" || ok {
		t.Errorf("none: %v, %v", v, ok)
	}
	if Some(1).Or(2) != 1 || None[int]().Or(2) != 2 || (Option[int]{}).Or(2) != 2 {
		t.Error("Or")
	}
	if v, _, ok := OK[int, string](1).Get(); v != 1 || !ok {
		t.Errorf("ok: %v, %v", v, ok)
	}
	if _, err, ok := Err[int]("bad").Get(); err != "bad" || ok {
		t.Errorf("err: %v, %v", err, ok)
	}
	if _, _, ok := (Result[int, string]{}).Get(); !ok {
		t.Error("the zero Result went wrong")
	}
}

func TestProcessCloses(t *testing.T) {
	var p Process
	var order []int
	for i := range 3 {
		p.AtExit(func() { order = append(order, i) })
	}
	p.Close()
	p.Close()
	if !slices.Equal(order, []int{2, 1, 0}) {
		t.Errorf("called in the order %v", order)
	}
}

// TestLoadAndStore checks the layout of numbers, and that only their own bytes are written.
func TestLoadAndStore(t *testing.T) {
	nan := math.Float32frombits(0x7fc00001)
	for _, tt := range []struct {
		name  string
		store func(p []byte)
		want  string
		same  func(p []byte) bool
	}{
		{"u8", func(p []byte) { StoreU8(p, 1, 0x81) }, ".\x81.......", func(p []byte) bool { return LoadU8(p, 1) == 0x81 }},
		{"u16", func(p []byte) { StoreU16(p, 1, 0x8001) }, ".\x01\x80......", func(p []byte) bool { return LoadU16(p, 1) == 0x8001 }},
		{"u32", func(p []byte) { StoreU32(p, 1, 0x80000001) }, ".\x01\x00\x00\x80....", func(p []byte) bool { return LoadU32(p, 1) == 0x80000001 }},
		{"u64", func(p []byte) { StoreU64(p, 1, 0x80<<56|2) }, ".\x02\x00\x00\x00\x00\x00\x00\x80", func(p []byte) bool { return LoadU64(p, 1) == 0x80<<56|2 }},
		{"f32", func(p []byte) { StoreF32(p, 1, nan) }, ".\x01\x00\xc0\x7f....", func(p []byte) bool { return math.Float32bits(LoadF32(p, 1)) == math.Float32bits(nan) }},
		{"f64", func(p []byte) { StoreF64(p, 1, -2) }, ".\x00\x00\x00\x00\x00\x00\x00\xc0", func(p []byte) bool { return LoadF64(p, 1) == -2 }},
		{"true", func(p []byte) { StoreBool(p, 1, true) }, ".\x01.......", func(p []byte) bool { return LoadBool(p, 1) && LoadBool(p, 0) }},
		{"false", func(p []byte) { StoreBool(p, 1, false) }, ".\x00.......", func(p []byte) bool { return !LoadBool(p, 1) }},
	} {
		p := []byte(".........")
		if tt.store(p); string(p) != tt.want || !tt.same(p) {
			t.Errorf("%s: stored %q, want %q; read back: %v", tt.name, p, tt.want, tt.same(p))
		}
	}
	if FromI32(-1) != math.MaxUint32 {
		t.Error("the upper half of the slot of an s32 is not zero")
	}
	if ToF32(FromF32(1.5)|1<<40) != 1.5 || ToF64(FromF64(-0.25)) != -0.25 {
		t.Error("floats change in a slot")
	}
}
