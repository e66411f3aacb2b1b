package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/tetratelabs/wazero/api"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/runtime/vm"
)

// handCalls are the callee's functions as Go functions.
type handCalls struct {
	*hand
	noopF, addF, echoF, echoPost, bytesF, recF, recPost, variantF, variantPost, optionF, resultF, newF, incF api.Function
}

// handWorks are calls through glue written by hand, and programs that are not metered.
func handWorks(ctx context.Context, set *guests.Set) (map[string]turns.Work, error) {
	h, err := newHand(ctx, set)
	if err != nil {
		return nil, err
	}
	const in, post = apiName + "#", "cabi_post_" + apiName + "#"
	f := h.funcs
	c := &handCalls{
		h,
		f[in+"noop"], f[in+"add"], f[in+"echo"], f[post+"echo"], f[in+"take-bytes"], f[in+"rec-io"], f[post+"rec-io"],
		f[in+"variant-io"], f[post+"variant-io"], f[in+"option-io"], f[in+"result-io"],
		f[in+"[constructor]counter"], f[in+"[method]counter.inc"],
	}
	works := c.works(ctx)
	if err := c.addMethod(ctx, works); err != nil {
		return nil, err
	}
	if err := h.addLoops(ctx, works); err != nil {
		return nil, err
	}
	v, err := vm.New(ctx, vm.Config{Unmetered: true})
	if err != nil {
		return nil, err
	}
	kernels, err := instantiate(ctx, v, "kernels", guests.Kernels(), vm.Options{})
	if err != nil {
		return nil, err
	}
	return works, addLoops(ctx, works, rows.LoopsOf(rows.Kernels), kernels)
}

// addLoops adds the loops of the callee.
func (h *hand) addLoops(ctx context.Context, works map[string]turns.Work) error {
	for _, l := range rows.Loops {
		if l.Guest != rows.Callee {
			continue
		}
		loop, ok := h.funcs[l.Export]
		if !ok {
			return fmt.Errorf("the callee's module does not export %s", l.Export)
		}
		works[l.Row] = func(n int) (uint64, error) {
			h.stack[0], h.stack[1] = uint64(n), uint64(l.Length)
			err := h.run(ctx, loop, 2)
			return h.stack[0], err
		}
	}
	return nil
}

func (c *handCalls) works(ctx context.Context) map[string]turns.Work {
	echo := func(s string) turns.Work {
		return each(func(int) (uint64, error) {
			got, err := c.echo(ctx, s)
			return uint64(len(got)), err
		})
	}
	return map[string]turns.Work{
		rows.ExportNoop: each(func(int) (uint64, error) { return 0, c.noop(ctx) }),
		rows.ExportAdd: each(func(i int) (uint64, error) {
			got, err := c.add(ctx, uint32(i), 1)
			return uint64(got), err
		}),
		rows.ExportEcho16: echo(rows.Short),
		rows.ExportEcho1K: echo(rows.Long),
		rows.ExportRecord: each(func(i int) (uint64, error) {
			got, err := c.record(ctx, rows.Record(i))
			return uint64(got.A) + uint64(len(got.H)), err
		}),
		rows.ExportVariant: each(func(i int) (uint64, error) {
			got, err := c.variant(ctx, choice{which: choiceNum, num: uint32(i)})
			return uint64(got.num), err
		}),
		rows.ExportOption: each(func(i int) (uint64, error) {
			got, _, err := c.option(ctx, uint32(i), true)
			return uint64(got), err
		}),
		rows.ExportResult: each(func(i int) (uint64, error) {
			got, err := c.result(ctx, uint32(i)&math.MaxInt32)
			return uint64(got), err
		}),
		rows.ExportBytes: each(func(int) (uint64, error) {
			got, err := c.bytes(ctx, rows.Bytes)
			return uint64(got), err
		}),
	}
}

func (c *handCalls) addMethod(ctx context.Context, works map[string]turns.Work) error {
	if c.newF == nil || c.incF == nil {
		return nil // without resources there is no such row
	}
	c.stack[0] = 0
	if err := c.run(ctx, c.newF, 1); err != nil {
		return err
	}
	counter := uint32(c.stack[0])
	var count uint32
	works[rows.ExportMethod] = each(func(int) (uint64, error) {
		was := count
		var err error
		count, err = c.inc(ctx, counter, 1)
		return uint64(count - was), err
	})
	return nil
}

func (c *handCalls) noop(ctx context.Context) error {
	if err := c.enter(); err != nil {
		return err
	}
	defer c.leave()
	return c.run(ctx, c.noopF, 0)
}

func (c *handCalls) add(ctx context.Context, a, b uint32) (uint32, error) {
	if err := c.enter(); err != nil {
		return 0, err
	}
	defer c.leave()
	c.stack[0], c.stack[1] = uint64(a), uint64(b)
	err := c.run(ctx, c.addF, 2)
	return uint32(c.stack[0]), err
}

func (c *handCalls) echo(ctx context.Context, s string) (string, error) {
	if err := c.enter(); err != nil {
		return "", err
	}
	defer c.leave()
	at, err := c.putText(ctx, s)
	if err != nil {
		return "", err
	}
	c.stack[0], c.stack[1] = uint64(at), uint64(len(s))
	if err := c.run(ctx, c.echoF, 2); err != nil {
		return "", err
	}
	ret := c.stack[0]
	view, err := c.view(uint32(ret), 8)
	if err != nil {
		return "", err
	}
	got, err := c.textAt(view)
	if err != nil {
		return "", err
	}
	return got, c.post(ctx, c.echoPost, ret)
}

func (c *handCalls) bytes(ctx context.Context, b []byte) (uint32, error) {
	if err := c.enter(); err != nil {
		return 0, err
	}
	defer c.leave()
	at, err := c.room(ctx, len(b), 1)
	if err != nil {
		return 0, err
	}
	if !c.memory.Write(at, b) {
		return 0, errOutside
	}
	c.stack[0], c.stack[1] = uint64(at), uint64(len(b))
	err = c.run(ctx, c.bytesF, 2)
	return uint32(c.stack[0]), err
}

func (c *handCalls) record(ctx context.Context, r rows.Rec) (rows.Rec, error) {
	if err := c.enter(); err != nil {
		return rows.Rec{}, err
	}
	defer c.leave()
	at, err := c.putText(ctx, r.H)
	if err != nil {
		return rows.Rec{}, err
	}
	c.stack = [...]uint64{
		uint64(r.A), r.B, math.Float64bits(r.C), uint64(r.D), uint64(uint32(int32(r.E))), slotOfBool(r.F),
		uint64(r.G), uint64(at), uint64(len(r.H)), uint64(r.I), slotOfF32(r.J), 0,
	}
	if err := c.run(ctx, c.recF, 11); err != nil {
		return rows.Rec{}, err
	}
	ret := c.stack[0]
	p, err := c.view(uint32(ret), 56)
	if err != nil {
		return rows.Rec{}, err
	}
	le := binary.LittleEndian
	got := rows.Rec{
		A: le.Uint32(p), B: le.Uint64(p[8:]), C: math.Float64frombits(le.Uint64(p[16:])), D: p[24],
		E: int16(le.Uint16(p[26:])), F: p[28] != 0, G: rune(le.Uint32(p[32:])), I: le.Uint32(p[44:]),
		J: math.Float32frombits(le.Uint32(p[48:])),
	}
	if !utf8.ValidRune(got.G) {
		return rows.Rec{}, errText
	}
	if got.H, err = c.textAt(p[36:]); err != nil {
		return rows.Rec{}, err
	}
	return got, c.post(ctx, c.recPost, ret)
}

// choice is the WIT variant v.
type choice struct {
	which uint8
	num   uint32
	str   string
	dbl   float64
}

const (
	choiceNone = iota
	choiceNum
	choiceStr
	choiceDbl
)

func (c *handCalls) variant(ctx context.Context, v choice) (choice, error) {
	if err := c.enter(); err != nil {
		return choice{}, err
	}
	defer c.leave()
	slots := [3]uint64{uint64(v.which)}
	switch v.which {
	case choiceNum:
		slots[1] = uint64(v.num)
	case choiceStr:
		at, err := c.putText(ctx, v.str)
		if err != nil {
			return choice{}, err
		}
		slots[1], slots[2] = uint64(at), uint64(len(v.str))
	case choiceDbl:
		slots[1] = math.Float64bits(v.dbl)
	}
	copy(c.stack[:], slots[:])
	if err := c.run(ctx, c.variantF, 3); err != nil {
		return choice{}, err
	}
	ret := c.stack[0]
	p, err := c.view(uint32(ret), 16)
	if err != nil {
		return choice{}, err
	}
	got := choice{which: p[0]}
	switch got.which {
	case choiceNone:
	case choiceNum:
		got.num = binary.LittleEndian.Uint32(p[8:])
	case choiceStr:
		if got.str, err = c.textAt(p[8:]); err != nil {
			return choice{}, err
		}
	case choiceDbl:
		got.dbl = math.Float64frombits(binary.LittleEndian.Uint64(p[8:]))
	default:
		return choice{}, errCase
	}
	return got, c.post(ctx, c.variantPost, ret)
}

func (c *handCalls) option(ctx context.Context, x uint32, some bool) (uint32, bool, error) {
	if err := c.enter(); err != nil {
		return 0, false, err
	}
	defer c.leave()
	c.stack[0], c.stack[1] = slotOfBool(some), uint64(x)
	if err := c.run(ctx, c.optionF, 2); err != nil {
		return 0, false, err
	}
	p, err := c.view(uint32(c.stack[0]), 8)
	if err != nil {
		return 0, false, err
	}
	if p[0] > 1 {
		return 0, false, errCase
	}
	return binary.LittleEndian.Uint32(p[4:]), p[0] == 1, nil
}

// failed is the error of a function that returned a text as its error.
type failed string

func (f failed) Error() string { return string(f) }

func (c *handCalls) result(ctx context.Context, x uint32) (uint32, error) {
	if err := c.enter(); err != nil {
		return 0, err
	}
	defer c.leave()
	c.stack[0] = uint64(x)
	if err := c.run(ctx, c.resultF, 1); err != nil {
		return 0, err
	}
	p, err := c.view(uint32(c.stack[0]), 12)
	if err != nil {
		return 0, err
	}
	switch p[0] {
	case 0:
		return binary.LittleEndian.Uint32(p[4:]), nil
	case 1:
		text, err := c.textAt(p[4:])
		if err != nil {
			return 0, err
		}
		return 0, failed(text)
	}
	return 0, errCase
}

func (c *handCalls) inc(ctx context.Context, counter, by uint32) (uint32, error) {
	if err := c.enter(); err != nil {
		return 0, err
	}
	defer c.leave()
	if int(counter) >= len(c.reps) {
		return 0, errCase
	}
	c.stack[0], c.stack[1] = uint64(c.reps[counter]), uint64(by)
	err := c.run(ctx, c.incF, 2)
	return uint32(c.stack[0]), err
}
