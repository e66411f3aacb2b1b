package engine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
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

// stackOf is how many bytes the stack of a function has: 0 for a function in Go, which has none, and for nil. There is a
// function only when there is an engine, which has found out where its stack is.
func stackOf(f Function) uint64 {
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&f))
	if w[0] == nil || w[0] != stackPlace.table {
		return 0
	}
	return uint64((*slice)(unsafe.Add(w[1], stackPlace.offset)).length) * stackPlace.element
}

// slice is a slice as Go has it in memory.
type slice struct {
	first            unsafe.Pointer
	length, capacity int
}

// stackPlace is where the stack is in the functions of guests, all of which have one type.
var stackPlace struct {
	look    sync.Once
	err     error
	table   unsafe.Pointer // which interfaces with such a function have as their first word
	offset  uintptr
	element uint64 // the size of an element
}

// probe is a module that exports a function, "f":
//
//	(module (func (export "f")))
var probe = []byte("\x00asm\x01\x00\x00\x00" +
	"\x01\x04\x01\x60\x00\x00" + // type
	"\x03\x02\x01\x00" + // function
	"\x07\x05\x01\x01f\x00\x00" + // export
	"\x0a\x04\x01\x02\x00\x0b") // code

// findStack looks once where the stacks of functions are. Without that no stack would be bounded, so there is no engine
// then.
func (e *Engine) findStack(ctx context.Context) error {
	p := &stackPlace
	p.look.Do(func() {
		p.err = e.probe(context.WithoutCancel(ctx), func(f Function) (err error) { // it is looked for once
			p.offset, p.element, err = stackField(reflect.TypeOf(f))
			p.table = (*[2]unsafe.Pointer)(unsafe.Pointer(&f))[0]
			return err
		})
	})
	return p.err
}

// probe has look look at a function of the engine. Its code comes from the cache, if there is one, as that of guests.
func (e *Engine) probe(ctx context.Context, look func(Function) error) error {
	code, err := e.CompileTrusted(ctx, probe)
	if err != nil {
		return err
	}
	m, err := e.Instantiate(ctx, code, nil)
	if err == nil {
		err = errors.Join(look(m.ExportedFunction("f")), m.Close(ctx))
	}
	return errors.Join(err, code.Close(ctx))
}

// stackField finds the stack in the type of the engine's functions.
func stackField(function reflect.Type) (offset uintptr, element uint64, err error) {
	if function.Kind() == reflect.Pointer && function.Elem().Kind() == reflect.Struct {
		field, ok := function.Elem().FieldByName("stack")
		if ok && len(field.Index) == 1 && field.Type.Kind() == reflect.Slice {
			return field.Offset, uint64(field.Type.Elem().Size()), nil
		}
	}
	return 0, 0, fmt.Errorf("the engine keeps its stacks elsewhere than expected: %v has none", function)
}

// Deep reports whether the guest's stack is larger than it may be, by more bytes than given.
func (m *Meter) Deep(more uint64) bool {
	return m.MaxStack != 0 && m.stack() > m.MaxStack+more
}
