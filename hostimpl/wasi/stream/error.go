// Package stream implements wasi:io/streams on Go's readers and writers: what programs have for standard
// input and output.
package stream

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"github.com/witan-os/witan/generated/wasi/io/v0.2/ioerror"
	"github.com/witan-os/witan/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/runtime/glue"
)

// Failure is the wasi:io/error resource for a Go error.
type Failure struct{ Err error }

// ToDebugString implements the resource's method. A path in the error may be of any bytes.
func (f Failure) ToDebugString(context.Context) (string, error) {
	return strings.ToValidUTF8(f.Err.Error(), "\ufffd"), nil
}

// errClosed is what a stream answers from its end on, made once.
var errClosed error = streams.StreamErrorClosed()

// ErrorOf is the streams.StreamError for a Go error: an end, such as io.EOF or a broken pipe, closes the
// stream; anything else is a failure of the last operation.
func ErrorOf(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, fs.ErrClosed) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, syscall.EPIPE) {
		return errClosed
	}
	return streams.StreamErrorLastOperationFailed(glue.Give[ioerror.Error](Failure{err}))
}

// Interfaces are the host interfaces of this package: streams and errors.
func Interfaces() glue.Fixed { return append(ioerror.Provide(), streams.Provide()...) }
