package guard

import (
	"unicode/utf8"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// This file weighs what a client passes, so that a provider which can't have room for it need not end to find out.

// weigh is how many bytes of the provider's memory the arguments of a call take at least, whatever its encoding of
// strings is.
func weigh(p *abi.Plan, args []value.Value) (bytes uint64) {
	if p.ParamBlock != nil {
		bytes = uint64(p.ParamBlock.Size)
	}
	for i, a := range args {
		bytes += behind(p.Func.Params[i].Type, a)
	}
	return bytes
}

// behind is what a value takes in memory that it points to.
func behind(t *abi.Type, v value.Value) (bytes uint64) {
	if !t.HasPointer() {
		return 0
	}
	switch v := v.(type) {
	case string:
		return uint64(utf8.RuneCountInString(v)) // no encoding has less than one byte for a character
	case []byte: // no pointer is in a list of bytes whose length is a part of its type
		return uint64(len(v))
	case value.List:
		if t.Kind == abi.List {
			bytes = uint64(len(v)) * uint64(t.Elem.Size)
		}
		if t.Elem.HasPointer() {
			for _, e := range v {
				bytes += behind(t.Elem, e)
			}
		}
	case value.Map:
		bytes = uint64(len(v)) * uint64(t.Elem.Size)
		key, val := t.Elem.Fields[0].Type, t.Elem.Fields[1].Type
		for _, e := range v {
			bytes += behind(key, e.Key) + behind(val, e.Value)
		}
	case value.Record:
		for i, f := range v {
			bytes += behind(t.Fields[i].Type, f.Value)
		}
	case value.Tuple:
		for i, f := range v {
			bytes += behind(t.Fields[i].Type, f)
		}
	case value.Option:
		return behindCase(t.Cases[1].Type, v.Value)
	case value.Result:
		if v.Failed {
			return behindCase(t.Cases[1].Type, v.Payload)
		}
		return behindCase(t.Cases[0].Type, v.Payload)
	case value.Variant:
		for _, c := range t.Cases {
			if c.Name == v.Case {
				return behindCase(c.Type, v.Payload)
			}
		}
	}
	return bytes
}

// behindCase is behind for the payload of a case, if there is one.
func behindCase(t *abi.Type, v value.Value) uint64 {
	if t == nil || v == nil {
		return 0
	}
	return behind(t, v)
}
