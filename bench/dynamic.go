package main

import (
	"context"
	"math"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

const apiName = "perf:bench/api"

// dynamicWorks are calls with values whose types are known to the component alone.
func dynamicWorks(ctx context.Context, set *guests.Set) (map[string]turns.Work, error) {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return nil, err
	}
	callee, err := instantiate(ctx, v, "callee", set.Callee, vm.Options{})
	if err != nil {
		return nil, err
	}
	return dynamicCalls(ctx, callee)
}

func dynamicCalls(ctx context.Context, i *vm.Instance) (map[string]turns.Work, error) {
	f, err := findExports(i, "noop", "add", "echo", "rec-io", "variant-io", "option-io", "result-io", "take-bytes")
	if err != nil {
		return nil, err
	}
	call := func(name string, args ...value.Value) (value.Value, error) {
		return vm.CallExport(ctx, f[name], args...)
	}
	echo := func(s string) turns.Work {
		return each(func(int) (uint64, error) { return lengthOf(call("echo", s)) })
	}
	calls := map[string]turns.Work{
		rows.ExportNoop: each(func(int) (uint64, error) {
			_, err := call("noop")
			return 0, err
		}),
		rows.ExportAdd:    each(func(i int) (uint64, error) { return number(call("add", uint32(i), uint32(1))) }),
		rows.ExportEcho16: echo(rows.Short),
		rows.ExportEcho1K: echo(rows.Long),
		rows.ExportRecord: each(func(i int) (uint64, error) { return sumOf(call("rec-io", recordValue(rows.Record(i)))) }),
		rows.ExportVariant: each(func(i int) (uint64, error) {
			got, err := call("variant-io", value.Variant{Case: "num", Payload: uint32(i)})
			if err != nil {
				return 0, err
			}
			return number(got.(value.Variant).Payload, nil)
		}),
		rows.ExportOption: each(func(i int) (uint64, error) {
			got, err := call("option-io", value.Some(uint32(i)))
			if err != nil {
				return 0, err
			}
			return number(got.(value.Option).Value, nil)
		}),
		rows.ExportResult: each(func(i int) (uint64, error) {
			got, err := call("result-io", uint32(i)&math.MaxInt32)
			if err != nil {
				return 0, err
			}
			return number(got.(value.Result).Payload, nil)
		}),
		rows.ExportBytes: each(func(int) (uint64, error) { return number(call("take-bytes", rows.Bytes)) }),
	}
	return calls, addMethod(ctx, i, calls)
}

// addMethod adds calls of a method of one resource, if the callee has any.
func addMethod(ctx context.Context, i *vm.Instance, calls map[string]turns.Work) error {
	const construct, inc = "[constructor]counter", "[method]counter.inc"
	f, err := findExports(i, construct, inc)
	if err != nil {
		return nil // without resources there is no such row
	}
	counter, err := vm.CallExport(ctx, f[construct], uint32(0))
	if err != nil {
		return err
	}
	self := value.Borrow{Rep: counter.(value.Own).Rep}
	var count uint64
	calls[rows.ExportMethod] = each(func(int) (uint64, error) {
		was := count
		count, err = number(vm.CallExport(ctx, f[inc], self, uint32(1)))
		return count - was, err
	})
	return nil
}

func findExports(i *vm.Instance, names ...string) (map[string]*glue.Export, error) {
	found := map[string]*glue.Export{}
	for _, name := range names {
		f, err := i.Func(apiName, name)
		if err != nil {
			return nil, err
		}
		found[name] = f
	}
	return found, nil
}

func recordValue(r rows.Rec) value.Record {
	return value.Record{
		{Name: "a", Value: r.A},
		{Name: "b", Value: r.B},
		{Name: "c", Value: r.C},
		{Name: "d", Value: r.D},
		{Name: "e", Value: r.E},
		{Name: "f", Value: r.F},
		{Name: "g", Value: value.Char(r.G)},
		{Name: "h", Value: r.H},
		{Name: "i", Value: r.I},
		{Name: "j", Value: r.J},
	}
}

// The functions below reduce a result to the number that the check is made of.

func number(v value.Value, err error) (uint64, error) {
	if err != nil {
		return 0, err
	}
	return uint64(v.(uint32)), nil
}

func lengthOf(v value.Value, err error) (uint64, error) {
	if err != nil {
		return 0, err
	}
	return uint64(len(v.(string))), nil
}

func sumOf(v value.Value, err error) (uint64, error) {
	if err != nil {
		return 0, err
	}
	a, _ := v.(value.Record).Get("a")
	h, _ := v.(value.Record).Get("h")
	return uint64(a.(uint32)) + uint64(len(h.(string))), nil
}
