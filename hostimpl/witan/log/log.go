// Package log implements witan:kernel/log: messages of programs for whoever operates the system.
//
// Programs are not trusted with it. A message is one line of bounded length, which begins with what the kernel
// knows about it, and no program waits until somebody reads it: a [Log] keeps so much and drops what is more.
package log

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/generated/witan/kernel/v0.1/log"
	"github.com/witan-os/witan/internal/printable"
	"github.com/witan-os/witan/runtime/glue"
)

// Level is how urgent a message is.
type Level = log.Level

// The levels, from the least urgent to the most.
const (
	Trace = log.LevelTrace
	Debug = log.LevelDebug
	Info  = log.LevelInfo
	Warn  = log.LevelWarn
	Error = log.LevelError
)

// What one message may take of the log, in bytes before anything is escaped. The rest is cut off.
const (
	maxName   = 64
	maxTarget = 128
)

// MaxMessage is how much of a message's text is kept, in bytes.
const MaxMessage = 4096

// Log is the log of a system. Any number of processes write to it.
type Log struct {
	threshold atomic.Uint32
	sink      io.Writer // nil for the one that the process of a message has
	lines     queue
	now       func() time.Time
}

// New makes a log that keeps messages of a level and of all more urgent ones. They go to w, or, if that is nil, to the
// log of the system that a process belongs to, [glue.Process].Log, and nowhere for a process without; each in one call
// of Write, from one goroutine at a time, which runs only while there is something to write.
func New(w io.Writer, threshold Level) *Log {
	l := &Log{sink: w, now: time.Now}
	l.SetThreshold(threshold)
	return l
}

// SetThreshold moves the threshold.
func (l *Log) SetThreshold(threshold Level) { l.threshold.Store(uint32(threshold)) }

// Keeps reports whether messages of a level are kept.
func (l *Log) Keeps(level Level) bool { return uint32(level) >= l.threshold.Load() }

// Interfaces are the host interfaces of one process.
func (l *Log) Interfaces(p *glue.Process) glue.Fixed { return log.Provide(&host{l, p}) }

// Put logs a message of a process.
func (l *Log) Put(p *glue.Process, level Level, target, message string) {
	l.PutVia("", p, level, target, message)
}

// PutVia logs a message of a process that has come through a part of the log with a name; "" for none.
func (l *Log) PutVia(part string, p *glue.Process, level Level, target, message string) {
	sink := l.sink
	if sink == nil {
		sink = p.Log
	}
	if sink != nil && l.Keeps(level) {
		l.lines.put(entry{sink, l.line(part, p, level, target, message)})
	}
}

// Flush waits until everything logged so far is written, or ctx is over, whose error it returns then.
func (l *Log) Flush(ctx context.Context) error { return l.lines.flush(ctx) }

// timeLayout shows the time in UTC, in a column of fixed width.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// line is a message as the log shows it:
//
//	2026-11-21T09:00:00.000000Z warn  greet[3] http/parser: unknown header
//	2026-11-21T09:00:00.000000Z warn  orders/greet[3] http/parser: unknown header
//
// The second one has come through a part of the log. Names and target have no spaces, so that their ends can be told, and
// names in a manifest no slashes.
func (l *Log) line(part string, p *glue.Process, level Level, target, message string) []byte {
	line := l.now().UTC().AppendFormat(nil, timeLayout)
	line = fmt.Appendf(line, " %-5s ", level)
	if part != "" {
		line = appendText(line, part, maxName, printable.Word)
		line = append(line, '/')
	}
	line = appendText(line, p.Name, maxName, printable.Word)
	line = fmt.Appendf(line, "[%d]", p.ID)
	if target != "" {
		line = append(line, ' ')
		line = appendText(line, target, maxTarget, printable.Word)
	}
	line = append(line, ": "...)
	line = appendText(line, message, MaxMessage, printable.Line)
	return append(line, '\n')
}

// host is the log as one process has it.
type host struct {
	log     *Log
	process *glue.Process
}

// Enabled implements log.Host.
func (h *host) Enabled(_ context.Context, level Level) (bool, error) { return h.log.Keeps(level), nil }

// Log implements log.Host.
func (h *host) Log(_ context.Context, level Level, target, message string) error {
	h.log.Put(h.process, level, target, message)
	return nil
}
