package kernel

import (
	"bytes"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/witan-os/witan/internal/printable"
)

// This file puts what programs write where others write, too: into the kernel's log, and on the console. Nothing of it
// tells a terminal what to do. Who reads the console is the one that talks with the person in front of it, and writes there
// as it likes.

// maxLine is how many bytes of a program are on one line. What goes on is on the next one.
const maxLine = 1 << 10

// logStream is the log as one life of a process writes to it. Each line begins with the process's name, and is printable:
// a program can neither pass for another one nor tell a terminal what to do.
type logStream struct {
	to   io.Writer
	name string
	mu   sync.Mutex
	line []byte // which has no end yet
}

// Write implements [io.Writer]. It fails as the log does.
func (l *logStream) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if room := maxLine - len(l.line); len(line) > room {
			line, after, ended = rest[:room], rest[room:], true
		}
		l.line = append(l.line, line...)
		if rest = after; !ended {
			break
		}
		if err := l.flush(); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// Close writes what has no end yet.
func (l *logStream) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.line) == 0 {
		return nil
	}
	return l.flush()
}

func (l *logStream) flush() error {
	text := append([]byte(l.name), ": "...)
	text = append(printable.Append(text, string(l.line), printable.Line), '\n')
	l.line = l.line[:0]
	_, err := l.to.Write(text)
	return err
}

// consoleStream is the console as a process writes to it that does not read there. Lines, tabs and
// backslashes stay what they are.
type consoleStream struct {
	to   io.Writer
	mu   sync.Mutex
	rest []byte // the beginning of a character
}

// Write implements [io.Writer]. It fails as the console does.
func (c *consoleStream) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := append(c.rest, p...)
	n := whole(text)
	_, err := c.to.Write(printable.Append(nil, string(text[:n]), printable.Lines))
	c.rest = bytes.Clone(text[n:])
	return len(p), err
}

// whole is the length of a text without the character at its end of which something is missing.
func whole(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return len(text) - n
			}
			break
		}
	}
	return len(text)
}
