package roundtrip

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/runtime/value"
)

// settled is a value as Go leaves it: a map has each key once, with the value that came last, in no order. Here it is
// that of the keys as text, which is the same for all maps that are equal.
func settled(v value.Value) value.Value {
	switch v := v.(type) {
	case value.Map:
		return settledMap(v)
	case value.List:
		return value.List(allSettled(v))
	case value.Tuple:
		return value.Tuple(allSettled(v))
	case value.Record:
		record := make(value.Record, len(v))
		for i, f := range v {
			record[i] = value.Field{Name: f.Name, Value: settled(f.Value)}
		}
		return record
	case value.Variant:
		return value.Variant{Case: v.Case, Payload: settled(v.Payload)}
	case value.Option:
		return value.Option{Some: v.Some, Value: settled(v.Value)}
	case value.Result:
		return value.Result{Failed: v.Failed, Payload: settled(v.Payload)}
	}
	return v
}

func settledMap(m value.Map) value.Map {
	out := value.Map{}
	for i, e := range m {
		if !slices.ContainsFunc(m[i+1:], func(later value.Entry) bool { return later.Key == e.Key }) {
			out = append(out, value.Entry{Key: e.Key, Value: settled(e.Value)})
		}
	}
	slices.SortFunc(out, func(a, b value.Entry) int { return strings.Compare(fmt.Sprint(a.Key), fmt.Sprint(b.Key)) })
	return out
}

func allSettled(list []value.Value) []value.Value {
	out := make([]value.Value, len(list))
	for i, v := range list {
		out[i] = settled(v)
	}
	return out
}
