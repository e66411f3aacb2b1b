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
// the next time. What the stacks of all guests together may take is in charge.go.

// ErrStackOverflow ends guest code whose stack has become larger than it may.
var ErrStackOverflow = errors.New("stack overflow")

// errNoStack is for a stack that is no larger than it may be, when others have taken what there is.
var errNoStack = fmt.Errorf("%w: nothing is left of the memory for stacks", ErrStackOverflow)

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
	return m.nested.below + stackOf(m.running())
}

// running is the function whose stack grows: the one that Go has called last.
func (m *Meter) running() Function {
	if m.nested.function != nil || m.Outermost == nil {
		return m.nested.function
	}
	return m.Outermost()
}

// stackOf is how many bytes the stack of a function has, with the copies of it that the engine has made where the guest
// has entered try blocks, each at most as large: 0 for a function in Go, which has none, and for nil. There is a function
// only when there is an engine, which has found out where its stack is.
func stackOf(f Function) uint64 {
	p := &stackPlace
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&f))
	if w[0] == nil || w[0] != p.table {
		return 0
	}
	size := uint64((*slice)(unsafe.Add(w[1], p.stack)).length) * p.element
	return size * (1 + uint64((*slice)(unsafe.Add(w[1], p.copies)).length))
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
	stack   uintptr        // the offset of that field
	element uint64         // the size of an element
	copies  uintptr        // the offset of the field with the copies
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
			if p.stack, p.element, err = sliceField(reflect.TypeOf(f), "stack"); err != nil {
				return err
			}
			p.copies, _, err = sliceField(reflect.TypeOf(f), "tryHandlers")
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

// sliceField finds a field with a slice in the type of the engine's functions.
func sliceField(function reflect.Type, name string) (offset uintptr, element uint64, err error) {
	if function.Kind() == reflect.Pointer && function.Elem().Kind() == reflect.Struct {
		field, ok := function.Elem().FieldByName(name)
		if ok && len(field.Index) == 1 && field.Type.Kind() == reflect.Slice {
			return field.Offset, uint64(field.Type.Elem().Size()), nil
		}
	}
	return 0, 0, fmt.Errorf("the engine keeps its stacks elsewhere than expected: %v has no slice %s", function, name)
}

// Deep is the error when the guest's stack is larger than it may be by more bytes than given, or than there is memory for.
func (m *Meter) Deep(more uint64) error {
	if m.MaxStack != 0 && m.stack() > m.MaxStack+more {
		return ErrStackOverflow
	}
	if m.Stacks == nil {
		return nil
	}
	return m.charge(m.running())
}
