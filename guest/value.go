package guest

import (
	"errors"
	"fmt"
)

// Option is an optional value.
type Option[T any] struct {
	value T
	some  bool
}

// Some is an option with a value.
func Some[T any](v T) Option[T] { return Option[T]{v, true} }

// None is an option without a value, as is the zero Option.
func None[T any]() Option[T] { return Option[T]{} }

// Get returns the value and whether there is one.
func (o Option[T]) Get() (T, bool) { return o.value, o.some }

// Or returns the value, or instead when there is none.
func (o Option[T]) Or(instead T) T {
	if o.some {
		return o.value
	}
	return instead
}

// String shows the value, or that there is none.
func (o Option[T]) String() string {
	if o.some {
		return fmt.Sprintf("some(%v)", o.value)
	}
	return "none"
}

// Result is a WIT result in a place where Go has no (T, error), such as a record's field.
type Result[T, E any] struct {
	ok   T
	err  E
	fail bool
}

// OK is a result that went well.
func OK[T, E any](v T) Result[T, E] { return Result[T, E]{ok: v} }

// Err is a result that went wrong.
func Err[T, E any](e E) Result[T, E] { return Result[T, E]{err: e, fail: true} }

// Get returns both sides; ok tells which one counts.
func (r Result[T, E]) Get() (value T, err E, ok bool) { return r.ok, r.err, !r.fail }

// Unit is the Go form of a missing payload.
type Unit = struct{}

// Error makes a Go error of a WIT error value whose type can't implement error itself, such as string or a missing
// payload ([Unit]).
type Error[E any] struct{ Value E }

// Error shows the value.
func (e Error[E]) Error() string {
	switch v := any(e.Value).(type) {
	case Unit:
		return "failed"
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(e.Value)
}

// Fail returns v as the error of a function whose WIT result has error type E.
func Fail[E any](v E) error { return Error[E]{v} }

// ErrorOf finds the WIT error value of type E in an error that an exported function returned. There is no way to pass
// any other error on, so it panics, which ends the component.
func ErrorOf[E error](name string, err error) E {
	if e, ok := err.(E); ok {
		return e
	}
	var e E
	if !errors.As(err, &e) {
		panic(fmt.Sprintf("guest: %s returned an error that is none of its WIT type, which is %T: %v", name, e, err))
	}
	return e
}
