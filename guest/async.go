package guest

// This file has types for what asynchronous functions pass. Nothing makes or reads values of them yet: generated code
// has the types that contain them, and leaves out functions that pass them.

// Stream is the Go form of stream<T>.
type Stream[T any] struct{ _ [0]func() T }

// Future is the Go form of future<T>.
type Future[T any] struct{ _ [0]func() T }

// ErrorContext is the Go form of error-context: an error that has nothing but words.
type ErrorContext struct {
	// Message is for people who look for the cause. What it says is no part of any contract.
	Message string
}

// Error returns the message.
func (e ErrorContext) Error() string { return e.Message }
