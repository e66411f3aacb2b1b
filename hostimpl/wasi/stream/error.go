// Package stream implements wasi:io/streams on Go's readers and writers: what programs have for standard
// input and output.
package stream

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"syscall"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/ioerror"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/runtime/glue"
)

// Failure is the wasi:io/error resource for a Go error.
type Failure struct{ Err error }

// ToDebugString implements the resource's method.
func (f Failure) ToDebugString(context.Context) (string, error) { return f.Err.Error(), nil }

// ErrorOf is the stream error for a Go error: an end, such as io.EOF or a broken pipe, closes the stream;
// anything else is a failure of the last operation.
func ErrorOf(err error) streams.StreamError {
	if errors.Is(err, io.EOF) || errors.Is(err, fs.ErrClosed) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, syscall.EPIPE) {
		return streams.StreamErrorClosed()
	}
	return streams.StreamErrorLastOperationFailed(glue.Give[ioerror.Error](Failure{err}))
}

// Interfaces are the host interfaces of this package: streams and errors.
func Interfaces() glue.Fixed { return append(ioerror.Provide(), streams.Provide()...) }
