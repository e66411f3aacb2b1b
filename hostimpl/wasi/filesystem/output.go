package filesystem

import (
	"context"
	"fmt"
	"io"

	"github.com/witan-os/witan/hostimpl/wasi/stream"
)

// output is a stream into a file. What a stream grants and when it closes is the same for every writer and
// so is left to package stream; this adds the file's life.
type output struct {
	*stream.Output
	file *sharedFile
}

func newOutput(f *sharedFile, w io.Writer) *output {
	return &output{stream.NewOutput(w), f.use()}
}

// Drop ends the stream's use of the file.
func (out *output) Drop(context.Context) { out.file.release() }

// positionWriter writes to a file from an offset on.
type positionWriter struct {
	file   *sharedFile
	offset uint64 // of the next byte
}

// Write implements io.Writer.
func (w *positionWriter) Write(p []byte) (int, error) {
	n, err := w.file.WriteAt(p, w.offset)
	w.offset += uint64(n)
	if err != nil {
		err = fmt.Errorf("writing to a file at offset %d: %w", w.offset, err)
	}
	return n, err
}

// appendWriter writes to a file at its end.
type appendWriter struct{ file *sharedFile }

// Write implements io.Writer.
func (w appendWriter) Write(p []byte) (int, error) {
	n, err := w.file.Append(p)
	if err != nil {
		err = fmt.Errorf("appending to a file: %w", err)
	}
	return n, err
}
