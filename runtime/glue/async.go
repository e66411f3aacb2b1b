package glue

import (
	"context"

	"github.com/witan-os/witan/runtime/instance"
)

// This file has the Go forms of what asynchronous functions pass.
//
// Go code blocks, and lets others run by that; so an asynchronous function is a method like any other, and its
// context ends when nobody waits for the result. Streams and futures are what is read: one that a method gets is
// written by a component, one that it returns is written by Go.
//
//   - stream<u8> is an [io.Reader]. It ends with [io.EOF]. If it is also an [io.Closer], Close says that nobody will
//     read on. Go code that would rather write uses [io.Pipe].
//   - Any other stream is an [iter.Seq2] of values, each with a nil error. An error comes with no value and ends the
//     stream. Who stops to iterate says that nobody will read on. It can be iterated once.
//   - future<T> is a [Future].

// ErrAsync is the error of linking or binding an asynchronous function: the runtime can't run one between a component
// and Go yet.
var ErrAsync = instance.ErrAsync

// Future is a value that comes later. A future<result<T, E>> is a Future[T] whose error may be the WIT error, as with
// methods.
type Future[T any] interface {
	// Await waits for the value, or until ctx ends; then it can be called again. The value is there for one caller:
	// it may own resources.
	Await(ctx context.Context) (T, error)
}

// Ready is a future whose value is there.
func Ready[T any](v T) Future[T] {
	return FutureFunc[T](func(context.Context) (T, error) { return v, nil })
}

// FutureFunc is a future whose value a function waits for.
type FutureFunc[T any] func(ctx context.Context) (T, error)

// Await calls the function.
func (f FutureFunc[T]) Await(ctx context.Context) (T, error) { return f(ctx) }

// ErrorContext is the Go form of error-context: an error that has nothing but words.
type ErrorContext struct {
	// Message is for people who look for the cause. What it says is no part of any contract.
	Message string
}

// Error returns the message.
func (e ErrorContext) Error() string { return e.Message }
