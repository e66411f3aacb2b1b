//go:build wasmtime

package main

// #include "shim.h"
import "C"

import (
	"errors"
	"math"
	"unsafe"

	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

const api = "perf:bench/api"

var errTypes = errors.New("the function has another type than expected")

// binder finds the functions to be called; the first error stays.
type binder struct {
	*instance
	works map[string]turns.Work
	err   error
}

func (b *binder) bind(iface, name string, params int, hasResult bool) *function {
	f, err := b.function(iface, name, params, hasResult)
	if err != nil && b.err == nil {
		b.err = err
	}
	return f
}

// exports are the calls from Go.
func exports(i *instance) (map[string]turns.Work, error) {
	b := &binder{instance: i, works: map[string]turns.Work{}}
	b.scalars()
	b.strings()
	b.record()
	b.cases()
	b.bytes()
	b.method()
	return b.works, b.err
}

func (b *binder) scalars() {
	noop, add := b.bind(api, "noop", 0, false), b.bind(api, "add", 2, true)
	b.works[rows.ExportNoop] = func(n int) (uint64, error) {
		for range n {
			if err := noop.call(); err != nil {
				return 0, err
			}
		}
		return 0, nil
	}
	b.works[rows.ExportAdd] = func(n int) (sum uint64, err error) {
		for i := range n {
			setU32(&add.args[0], uint32(i))
			setU32(&add.args[1], 1)
			if err := add.call(); err != nil {
				return 0, err
			}
			sum += uint64(getU32(add.result))
		}
		return sum, nil
	}
}

func (b *binder) strings() {
	echo := b.bind(api, "echo", 1, true)
	room := newText(len(rows.Long))
	with := func(s string) turns.Work {
		return func(n int) (sum uint64, err error) {
			for range n {
				room.put(&echo.args[0], s)
				if err := echo.call(); err != nil {
					return 0, err
				}
				sum += uint64(len(getString(echo.result)))
			}
			return sum, nil
		}
	}
	b.works[rows.ExportEcho16], b.works[rows.ExportEcho1K] = with(rows.Short), with(rows.Long)
}

// recordFields are the names of the fields of the record, in order.
var recordFields = [...]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}

func (b *binder) record() {
	f := b.bind(api, "rec-io", 1, true)
	if b.err != nil {
		return
	}
	fields := unsafe.Slice(allocate[C.wasmtime_component_valrecord_entry_t](len(recordFields)), len(recordFields))
	for i, field := range recordFields {
		fields[i].name = name(field)
	}
	room := newText(len(rows.Short))
	set(&f.args[0], C.WASMTIME_COMPONENT_RECORD,
		C.wasmtime_component_valrecord_t{size: C.size_t(len(fields)), data: &fields[0]})
	b.works[rows.ExportRecord] = func(n int) (sum uint64, err error) {
		for i := range n {
			lowerRecord(fields, room, rows.Record(i))
			if err := f.call(); err != nil {
				return 0, err
			}
			r := payload[C.wasmtime_component_valrecord_t](f.result)
			if int(r.size) != len(recordFields) {
				return 0, errTypes
			}
			got := liftRecord(unsafe.Slice(r.data, len(recordFields)))
			sum += uint64(got.A) + uint64(len(got.H))
		}
		return sum, nil
	}
}

func lowerRecord(fields []C.wasmtime_component_valrecord_entry_t, room *text, r rows.Rec) {
	set(&fields[0].val, C.WASMTIME_COMPONENT_U32, r.A)
	set(&fields[1].val, C.WASMTIME_COMPONENT_U64, r.B)
	set(&fields[2].val, C.WASMTIME_COMPONENT_F64, r.C)
	set(&fields[3].val, C.WASMTIME_COMPONENT_U8, r.D)
	set(&fields[4].val, C.WASMTIME_COMPONENT_S16, r.E)
	set(&fields[5].val, C.WASMTIME_COMPONENT_BOOL, r.F)
	set(&fields[6].val, C.WASMTIME_COMPONENT_CHAR, r.G)
	room.put(&fields[7].val, r.H)
	set(&fields[8].val, C.WASMTIME_COMPONENT_U32, r.I)
	set(&fields[9].val, C.WASMTIME_COMPONENT_F32, r.J)
}

func liftRecord(fields []C.wasmtime_component_valrecord_entry_t) rows.Rec {
	return rows.Rec{
		A: *payload[uint32](&fields[0].val),
		B: *payload[uint64](&fields[1].val),
		C: *payload[float64](&fields[2].val),
		D: *payload[uint8](&fields[3].val),
		E: *payload[int16](&fields[4].val),
		F: *payload[bool](&fields[5].val),
		G: *payload[rune](&fields[6].val),
		H: getString(&fields[7].val),
		I: *payload[uint32](&fields[8].val),
		J: *payload[float32](&fields[9].val),
	}
}

// cases are the types that are one of several things.
func (b *binder) cases() {
	variant, option, result := b.bind(api, "variant-io", 1, true), b.bind(api, "option-io", 1, true), b.bind(api, "result-io", 1, true)
	inner, num := allocate[C.val](1), name("num")
	b.works[rows.ExportVariant] = func(n int) (sum uint64, err error) {
		for i := range n {
			setU32(inner, uint32(i))
			set(&variant.args[0], C.WASMTIME_COMPONENT_VARIANT, C.wasmtime_component_valvariant_t{discriminant: num, val: inner})
			if err := variant.call(); err != nil {
				return 0, err
			}
			got := payload[C.wasmtime_component_valvariant_t](variant.result)
			if goString(&got.discriminant) != "num" {
				return 0, errTypes
			}
			sum += uint64(getU32(got.val))
		}
		return sum, nil
	}
	b.works[rows.ExportOption] = func(n int) (sum uint64, err error) {
		for i := range n {
			setU32(inner, uint32(i))
			set(&option.args[0], C.WASMTIME_COMPONENT_OPTION, inner)
			if err := option.call(); err != nil {
				return 0, err
			}
			sum += uint64(getU32(*payload[*C.val](option.result)))
		}
		return sum, nil
	}
	b.works[rows.ExportResult] = func(n int) (sum uint64, err error) {
		for i := range n {
			setU32(&result.args[0], uint32(i)&math.MaxInt32)
			if err := result.call(); err != nil {
				return 0, err
			}
			got := payload[C.wasmtime_component_valresult_t](result.result)
			if !got.is_ok {
				return 0, errTypes
			}
			sum += uint64(getU32(got.val))
		}
		return sum, nil
	}
}

func (b *binder) bytes() {
	f := b.bind(api, "take-bytes", 1, true)
	if b.err != nil {
		return
	}
	elements := unsafe.Slice(allocate[C.val](len(rows.Bytes)), len(rows.Bytes))
	b.works[rows.ExportBytes] = func(n int) (sum uint64, err error) {
		for range n {
			for i, x := range rows.Bytes {
				set(&elements[i], C.WASMTIME_COMPONENT_U8, x)
			}
			set(&f.args[0], C.WASMTIME_COMPONENT_LIST,
				C.wasmtime_component_vallist_t{size: C.size_t(len(elements)), data: &elements[0]})
			if err := f.call(); err != nil {
				return 0, err
			}
			sum += uint64(getU32(f.result))
		}
		return sum, nil
	}
}

// method calls a method of one resource over and over, if the callee has any.
func (b *binder) method() {
	construct, err := b.function(api, "[constructor]counter", 1, true)
	if err != nil || b.err != nil {
		return
	}
	inc := b.bind(api, "[method]counter.inc", 2, true)
	if b.err != nil {
		return
	}
	setU32(&construct.args[0], 0)
	if b.err = construct.call(); b.err != nil {
		return
	}
	inc.args[0] = *construct.result
	var count uint32
	b.works[rows.ExportMethod] = func(n int) (sum uint64, err error) {
		for range n {
			setU32(&inc.args[1], 1)
			if err := inc.call(); err != nil {
				return 0, err
			}
			got := getU32(inc.result)
			sum += uint64(got - count)
			count = got
		}
		return sum, nil
	}
}
