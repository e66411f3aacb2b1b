package ipc

import (
	"sync"

	"github.com/witan-os/witan/kernel/capability"
)

// Log is the object behind capabilities of the kind Log: a part of the kernel's log, with a name that all messages
// show which come through it. It has no messages itself. It says who may write, what is kept, and under which name; where
// that goes is for whoever implements the log.
type Log struct {
	name   string
	lowest uint8

	writes sync.RWMutex // held for reading by who writes
}

// NewLog makes a log that keeps messages of a level and of all more urgent ones. Levels are numbers in the order of
// witan:kernel/log, from 0 on.
func NewLog(name string, lowest uint8) *Log { return &Log{name: name, lowest: lowest} }

// Kind is capability.Log.
func (*Log) Kind() capability.Kind { return capability.Log }

// Rights are all of the kind.
func (*Log) Rights() capability.Rights { return capability.Log.Rights() }

// Close does nothing: a log holds nothing.
func (*Log) Close() {}

// Wake returns when nobody writes any more through a reference that has ended.
func (l *Log) Wake() {
	l.writes.Lock()
	defer l.writes.Unlock()
}

// WriteLog has a message of a level written, if the log that a reference is to keeps it: write is called with the log's
// name and the reference's badge, 0 for none, and must not wait. Needs the right to send.
func WriteLog(via *capability.Ref, level uint8, write func(log string, badge uint64)) error {
	l, err := capability.As[*Log](via, capability.Log, capability.Send)
	if err != nil {
		return err
	}
	l.writes.RLock()
	defer l.writes.RUnlock()
	if err := via.Err(); err != nil {
		return err
	}
	if level >= l.lowest {
		write(l.name, via.Badge())
	}
	return nil
}
