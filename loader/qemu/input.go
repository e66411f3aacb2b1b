package qemu

import (
	"context"
	"errors"
	"io"
	"sync"
)

// chunkSize bounds what is read of standard input at once.
const chunkSize = 32 << 10

// An input is standard input for one machine after the other: nothing can interrupt a Read of a terminal, so one goroutine
// reads all the time, and whichever machine runs takes what it has.
type input struct {
	source io.Reader // nil for none
	once   sync.Once
	chunks chan []byte // closed at the end; a chunk is valid until the next one is received
	err    error       // what ended it other than its end; valid when chunks is closed
}

func newInput(source io.Reader) *input {
	return &input{source: source, chunks: make(chan []byte)}
}

// start begins to read, if nobody has before. It ends with ctx, or when the Read under way then returns.
func (in *input) start(ctx context.Context) {
	in.once.Do(func() { go in.read(ctx) })
}

func (in *input) read(ctx context.Context) {
	defer close(in.chunks)
	if in.source == nil {
		return
	}
	// Two, for one to be filled while the other one is written.
	buffers := [2][]byte{make([]byte, chunkSize), make([]byte, chunkSize)}
	for i := 0; ; i ^= 1 {
		n, err := in.source.Read(buffers[i])
		if n > 0 {
			select {
			case in.chunks <- buffers[i][:n]:
			case <-ctx.Done():
				return
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				in.err = err
			}
			return
		}
	}
}
