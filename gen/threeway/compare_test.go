package threeway

import (
	"fmt"
	"slices"

	"github.com/witan-os/witan/runtime/value"
)

// This file says when the outcomes of one call through several executors are the same.

// compare holds the outcomes of a call against each other, and against what was drawn. When an executor ran out
// of memory that says nothing: they differ in what they need.
func (e *experiment) compare(d *draw, outcomes []*outcome) error {
	for i, o := range outcomes {
		if o.trap != nil && (o.trap.kind == exhausted || o.trap.kind == keyTwice && len(d.done) > 0) {
			return nil
		}
		if o.bad != nil {
			return fmt.Errorf("%s: %w", e.alive[i].executor, o.bad)
		}
	}
	first := outcomes[0]
	for i, o := range outcomes[1:] {
		if err := d.difference(first, o); err != nil {
			return fmt.Errorf("%s and %s: %w", e.alive[0].executor, e.alive[i+1].executor, err)
		}
	}
	if len(d.done) > 0 {
		return nil
	}
	if first.trap != nil {
		return fmt.Errorf("honest guests trap: %v", first.trap)
	}
	if !slices.EqualFunc(first.args, d.args, value.Equal) {
		return fmt.Errorf("the callee got %s", show(first.args))
	}
	if e.fn.Result != nil && !value.Equal(first.result, d.want) {
		return fmt.Errorf("the caller got %v", first.result)
	}
	return nil
}

// difference says in what two outcomes of the call differ.
func (d *draw) difference(a, b *outcome) error {
	switch {
	case (a.trap == nil) != (b.trap == nil):
		return fmt.Errorf("%v, and %v", a.trap, b.trap)
	case a.trap != nil && !d.sameTrap(a.trap, b.trap):
		return fmt.Errorf("different traps: %v, and %v", a.trap, b.trap)
	case a.called != b.called && !d.block:
		// Generated code checks the address for a result before it calls, so that a bad one has no effect.
		return fmt.Errorf("the callee is called: %v, and %v", a.called, b.called)
	case a.called && b.called && !slices.EqualFunc(a.args, b.args, equalInGo):
		return fmt.Errorf("the callee gets %s, and %s", show(a.args), show(b.args))
	case a.trap == nil && differ(a.result, b.result):
		return fmt.Errorf("the caller gets %v, and %v", a.result, b.result)
	case !d.reencoded && !(d.maps && len(d.done) > 0) && a.heaps != b.heaps:
		// What hostile guests say is a map may take less memory when Go passes it on: without keys that are there twice.
		return fmt.Errorf("the heaps of caller and callee end at %#x, and %#x", a.heaps, b.heaps)
	}
	return nil
}

// sameTrap reports whether two traps are the same. When much is wrong at once, which rule an executor finds broken
// first is its own affair.
func (d *draw) sameTrap(a, b *trap) bool {
	switch {
	case d.kinds() > 1:
		return true
	case a.function != b.function:
		return false
	}
	return a.kind == b.kind
}

// differ reports whether two results differ; both are nil for a function without one.
func differ(a, b value.Value) bool {
	if a == nil || b == nil {
		return a != b
	}
	return !equalInGo(a, b)
}

// equalInGo reports whether values are equal where maps are what they are in Go.
func equalInGo(a, b value.Value) bool { return value.Equal(inGo(a), inGo(b)) }

// inGo is a value whose maps have each key once, in their order. Executors but generated code keep what they find.
func inGo(v value.Value) value.Value {
	switch v := v.(type) {
	case value.Map:
		m := make(value.Map, len(v))
		for i, e := range v {
			m[i] = value.Entry{Key: e.Key, Value: inGo(e.Value)}
		}
		return asGoMap(m)
	case value.List:
		return value.List(allInGo(v))
	case value.Tuple:
		return value.Tuple(allInGo(v))
	case value.Record:
		record := make(value.Record, len(v))
		for i, f := range v {
			record[i] = value.Field{Name: f.Name, Value: inGo(f.Value)}
		}
		return record
	case value.Variant:
		return value.Variant{Case: v.Case, Payload: inGo(v.Payload)}
	case value.Option:
		return value.Option{Some: v.Some, Value: inGo(v.Value)}
	case value.Result:
		return value.Result{Failed: v.Failed, Payload: inGo(v.Payload)}
	}
	return v
}

func allInGo(list []value.Value) []value.Value {
	out := make([]value.Value, len(list))
	for i, v := range list {
		out[i] = inGo(v)
	}
	return out
}
