package qemu

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// maxLogLine bounds what is remembered of a line of the log.
const maxLogLine = 240

// A logWriter passes the log on, and remembers its last line that is not empty, for error messages.
type logWriter struct {
	out io.Writer

	mu      sync.Mutex
	current []byte // the line being written
	last    string
}

func (l *logWriter) Write(p []byte) (int, error) {
	l.remember(p)
	return l.out.Write(p)
}

func (l *logWriter) remember(p []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		line, rest, complete := bytes.Cut(p, []byte{'\n'})
		l.current = append(l.current, line[:min(len(line), maxLogLine-len(l.current))]...)
		if !complete {
			return
		}
		l.finish()
		p = rest
	}
}

// finish keeps the current line if there is something in it.
func (l *logWriter) finish() {
	if text := strings.TrimSpace(string(l.current)); text != "" {
		l.last = text
	}
	l.current = l.current[:0]
}

// lastLine returns the last line, whether it was ended or not.
func (l *logWriter) lastLine() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.finish()
	return l.last
}

// A limitedBuffer keeps the beginning of what is written to it.
type limitedBuffer struct {
	buf   bytes.Buffer
	limit int
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	b.buf.Write(p[:min(len(p), b.limit-b.buf.Len())])
	return len(p), nil
}

// A lockedWriter lets two goroutines share a Writer.
type lockedWriter struct {
	mu  *sync.Mutex
	out io.Writer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}
