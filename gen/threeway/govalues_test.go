package threeway

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// This file calls generated Clients with drawn values. It writes and reads the values of generated types through
// reflection, also their fields without an exported name: types that come from a draw have no code of their own
// here.

// callClient calls the method for a function, and returns the result or the error of a trap.
func callClient(client any, fn *model.Func, args []value.Value) (value.Value, error) {
	m := reflect.ValueOf(client).MethodByName(strings.ToUpper(fn.Name))
	in := []reflect.Value{reflect.ValueOf(context.Background())}
	for i, a := range args {
		v := reflect.New(m.Type().In(1 + i)).Elem()
		setGo(v, fn.Params[i].Type, a)
		in = append(in, v)
	}
	if m.Type().NumIn() > len(in) {
		in = append(in, reflect.ValueOf([]byte{})) // the buffer that a list<u8> is appended to
	}
	out := m.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	return clientResult(fn.Result, out[0], err)
}

// clientResult is the WIT result in what a method returned. An error that is none in WIT is returned as it is.
func clientResult(t *model.Type, first reflect.Value, err error) (value.Value, error) {
	switch {
	case t == nil:
		return nil, err
	case t.Kind != abi.Result && err != nil:
		return nil, err
	case t.Kind != abi.Result:
		return getGo(first, t), nil
	case err == nil:
		return value.OK(payloadOf(first, t.OK())), nil
	}
	if fail, ok := witError(err, t.Err()); ok {
		return value.Err(payloadOf(fail, t.Err())), nil
	}
	return nil, err
}

func payloadOf(v reflect.Value, t *model.Type) value.Value {
	if t == nil {
		return nil
	}
	return getGo(v, t)
}

// witError finds the value of a WIT error: generated types that are errors are that value, for others there is
// glue.Error.
func witError(err error, t *model.Type) (reflect.Value, bool) {
	v := reflect.ValueOf(err)
	switch {
	case t != nil && t.Def != nil && t.Def.IsError:
		return v, v.Type().Name() == strings.ToUpper(t.Def.Name)
	case strings.HasPrefix(v.Type().Name(), "Error["):
		return v.Field(0), true
	}
	return v, false
}

// part is field i of a struct, which may then be read and written whatever its name.
func part(v reflect.Value, i int) reflect.Value {
	f := v.Field(i)
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
}

// payloadField is the struct field for the payload of case i. Field 0 tells the cases apart; cases whose payloads
// have the same type share a field.
func payloadField(t *model.Type, i int) int {
	var seen []string
	for _, c := range t.Cases[:i+1] {
		if text := typeText(c.Type); c.Type != nil && !slices.Contains(seen, text) {
			seen = append(seen, text)
		}
	}
	return 1 + slices.Index(seen, typeText(t.Cases[i].Type))
}

// The fields of glue.Option, glue.Result and glue.Own.
const (
	optionValue, optionSome       = 0, 1
	resultOK, resultErr, resultNo = 0, 1, 2
	ownValue                      = 0
)

// setGo sets a variable of the Go type for t.
func setGo(dst reflect.Value, t *model.Type, v value.Value) {
	switch v := v.(type) {
	case value.List:
		if dst.Kind() == reflect.Slice {
			dst.Set(reflect.MakeSlice(dst.Type(), len(v), len(v)))
		}
		for i, e := range v {
			setGo(dst.Index(i), t.Elem, e)
		}
	case value.Map:
		dst.Set(reflect.MakeMap(dst.Type()))
		for _, e := range v {
			key, val := reflect.New(dst.Type().Key()).Elem(), reflect.New(dst.Type().Elem()).Elem()
			setGo(key, t.Key, e.Key)
			setGo(val, t.Elem, e.Value)
			dst.SetMapIndex(key, val)
		}
	case value.Record, value.Tuple:
		for i, f := range t.Fields {
			setGo(part(dst, i), f.Type, fieldOf(v, i))
		}
	case value.Variant:
		i, payload := caseOf(t.ABI, v)
		part(dst, 0).SetUint(uint64(i))
		if payload != nil {
			setGo(part(dst, payloadField(t, i)), t.Cases[i].Type, payload)
		}
	case value.Enum:
		i, _ := caseOf(t.ABI, v)
		dst.SetUint(uint64(i))
	case value.Flags:
		for _, label := range v {
			dst.SetUint(dst.Uint() | 1<<slices.Index(t.ABI.Labels, label))
		}
	case value.Option:
		if part(dst, optionSome).SetBool(v.Some); v.Some {
			setGo(part(dst, optionValue), t.Elem, v.Value)
		}
	case value.Result:
		side, typ := resultOK, t.OK()
		if part(dst, resultNo).SetBool(v.Failed); v.Failed {
			side, typ = resultErr, t.Err()
		}
		if typ != nil {
			setGo(part(dst, side), typ, v.Payload)
		}
	case value.Own:
		part(dst, ownValue).Set(reflect.ValueOf(v.Rep))
	case value.Borrow:
		dst.Set(reflect.ValueOf(v.Rep))
	default:
		dst.Set(reflect.ValueOf(v).Convert(dst.Type()))
	}
}

// primitiveTypes are the Go types of values that getGo converts to.
var primitiveTypes = map[abi.Kind]reflect.Type{
	abi.Bool: reflect.TypeFor[bool](), abi.String: reflect.TypeFor[string](), abi.Char: reflect.TypeFor[value.Char](),
	abi.S8: reflect.TypeFor[int8](), abi.S16: reflect.TypeFor[int16](), abi.S32: reflect.TypeFor[int32](), abi.S64: reflect.TypeFor[int64](),
	abi.U8: reflect.TypeFor[uint8](), abi.U16: reflect.TypeFor[uint16](), abi.U32: reflect.TypeFor[uint32](), abi.U64: reflect.TypeFor[uint64](),
	abi.F32: reflect.TypeFor[float32](), abi.F64: reflect.TypeFor[float64](),
}

// getGo reads a value of the Go type for t.
func getGo(src reflect.Value, t *model.Type) value.Value {
	if !src.CanAddr() {
		addressable := reflect.New(src.Type()).Elem()
		addressable.Set(src)
		src = addressable
	}
	switch t.Kind {
	case abi.List:
		if t.Elem.Kind == abi.U8 {
			return append([]byte{}, src.Bytes()...)
		}
		list := make(value.List, src.Len())
		for i := range list {
			list[i] = getGo(src.Index(i), t.Elem)
		}
		return list
	case abi.FixedList:
		return makeElements(t.ABI, func(i int) value.Value { return getGo(src.Index(i), t.Elem) })
	case abi.Map:
		m := value.Map{}
		for key, val := range src.Seq2() {
			m = append(m, value.Entry{Key: getGo(key, t.Key), Value: getGo(val, t.Elem)})
		}
		return asGoMap(m)
	case abi.Record, abi.Tuple:
		return makeFields(t.ABI, func(i int) value.Value { return getGo(part(src, i), t.Fields[i].Type) })
	case abi.Variant:
		i := int(part(src, 0).Uint())
		return makeCase(t.ABI, i, func() value.Value { return getGo(part(src, payloadField(t, i)), t.Cases[i].Type) })
	case abi.Enum:
		return makeCase(t.ABI, int(src.Uint()), nil)
	case abi.Flags:
		return makeFlags(t.ABI, src.Uint())
	case abi.Option:
		if part(src, optionSome).Bool() {
			return value.Some(getGo(part(src, optionValue), t.Elem))
		}
		return value.None()
	case abi.Result:
		if part(src, resultNo).Bool() {
			return value.Err(payloadOf(part(src, resultErr), t.Err()))
		}
		return value.OK(payloadOf(part(src, resultOK), t.OK()))
	case abi.Own:
		return value.Own{Rep: part(src, ownValue).Interface()}
	case abi.Borrow:
		return value.Borrow{Rep: src.Interface()}
	}
	return src.Convert(primitiveTypes[t.Kind]).Interface()
}

// fromGo calls the callee of a link from Go, and expects the drawn values on both sides. So it is known that an
// executor which lifts a value and lowers it again does not make one mistake twice.
func (e *experiment) fromGo(l *link, d *draw) error {
	if l.direct == nil {
		return nil
	}
	im := e.image(1, func(r *abi.Resource, rep any) uint32 { return l.callee.GiveOwn(resourceOf(r), rep) })
	im.wide = d.callee.wide
	im.result(e.fn.Plan, d.want)
	im.install(l.callee, d.heap[1], lie{}, 0)
	d.callee = im
	var got []value.Value
	var bad error
	l.answer = func() {
		bad = read(func() { got = e.received(l, d) })
		if len(e.fn.Plan.Lifted.Results) > 0 {
			putSlots(l.callee, im.slots[:1])
		}
	}
	result, err := l.direct(d.args)
	switch {
	case bad != nil:
		err = bad
	case err != nil:
	case !slices.EqualFunc(got, d.args, value.Equal):
		err = fmt.Errorf("the callee gets %s", show(got))
	case differ(result, d.want):
		err = fmt.Errorf("Go gets %v", result)
	}
	if err != nil {
		return fmt.Errorf("a call from Go, by %s: %w", l.executor, err)
	}
	return nil
}
