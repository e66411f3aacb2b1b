package engine

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
)

// This file bounds the stacks of guests. The engine below allocates a stack for each function that Go calls, doubles it
// when it is full, and has a limit of its own that is as large as 80 MB. It shows neither; what is read here are fields of
// its types. Looking whenever a guest comes back to Go is enough, since a guest can't use much more until it comes back
// the next time.

// ErrStackOverflow ends guest code whose stack has become larger than it may.
var ErrStackOverflow = errors.New("stack overflow")

// nested is a function that Go has called inside of a call that a function has made.
type nested struct {
	function Function // nil when there is none
	below    uint64   // the bytes of the stacks of those that have made the calls
}

// Call calls a function inside of a call that another one has made, if there is one, whose stack is there meanwhile.
func (m *Meter) Call(ctx context.Context, f Function, stack []uint64) error {
	return m.call(ctx, nested{f, m.stack()}, stack)
}

// CallLast is [Meter.Call] for a function that calls no other one by way of Go: its stack counts alone.
func (m *Meter) CallLast(ctx context.Context, f Function, stack []uint64) error {
	return m.call(ctx, nested{f, 0}, stack)
}

func (m *Meter) call(ctx context.Context, n nested, stack []uint64) error {
	outer := m.nested
	m.nested = n
	err := n.function.CallWithStack(ctx, stack)
	m.nested = outer
	return err
}

// stack is how many bytes the stacks of the functions have that Go has called.
func (m *Meter) stack() uint64 {
	if m.nested.function != nil {
		return m.nested.below + stackOf(m.nested.function)
	}
	if m.Outermost == nil {
		return 0
	}
	return stackOf(m.Outermost())
}

// stackOf is how many bytes the stack of a function has: 0 for a function in Go, which has none, and for nil.
func stackOf(f Function) uint64 {
	v := reflect.ValueOf(f)
	if v.Kind() != reflect.Pointer {
		return 0
	}
	v = v.Elem()
	shape := knownShape.Load()
	if shape == nil || shape.typ != v.Type() {
		field, ok := v.Type().FieldByName("stack")
		if !ok || field.Type.Kind() != reflect.Slice {
			return 0
		}
		shape = &stackShape{v.Type(), field.Index, uint64(field.Type.Elem().Size())}
		knownShape.Store(shape)
	}
	return uint64(v.FieldByIndex(shape.index).Len()) * shape.element
}

// stackShape is where the stack is in the engine's functions, all of which have one type.
type stackShape struct {
	typ     reflect.Type
	index   []int
	element uint64 // the size of an element
}

var knownShape atomic.Pointer[stackShape]

// Deep reports whether the guest's stack is larger than it may be, by more bytes than given.
func (m *Meter) Deep(more uint64) bool {
	return m.MaxStack != 0 && m.stack() > m.MaxStack+more
}
