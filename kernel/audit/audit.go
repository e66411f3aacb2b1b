// Package audit keeps the record of what the kernel had to decide: calls that were refused, processes that began and
// ended, and why. It is always on, takes memory once, and no program can write, clear or stop it. Nor can one flood it: an
// eighth of it at most is filled by the refusals of a process and of all that it has started, another one by the starts and
// ends of what it has started, and a third by its own. What is beyond that is only counted.
//
// Beside it are the counters of system calls, of which every process has its own.
package audit

import (
	"fmt"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// Verdict is what a record says.
type Verdict uint8

// The verdicts. The first three are refusals.
const (
	Denied    Verdict = 1 + iota // it tried what it has no right to
	Revoked                      // it used what was taken from it
	Limited                      // it asked for more than it may have
	Started                      // it began
	Ended                        // it ended by itself
	Trapped                      // it did what no program may do
	Killed                       // somebody ended it
	Restarted                    // it was begun anew
	GivenUp                      // it is not begun anew any more
	verdicts
)

var verdictNames = [verdicts]string{
	"", "denied", "revoked", "limited", "started", "ended", "trapped", "killed", "restarted", "given-up",
}

// String is the verdict in a word.
func (v Verdict) String() string {
	if v == 0 || v >= verdicts {
		return "verdict " + strconv.Itoa(int(v))
	}
	return verdictNames[v]
}

func (v Verdict) refusal() bool { return v <= Limited }

// Source is a process, as the record knows it. It is used with one ring only.
type Source struct {
	ID   uint64
	Name string
	// Root is the process of the boot that has started it, directly or not; nil for one of the boot.
	Root *Source

	// Guarded by the ring's lock.
	refusals, own, started share // of one of the boot
	suppressed             uint64
}

// share is how many records of some kind are in the ring.
type share int

// share is what a record of the process is a part of, which is bounded; nil for one that there is only once.
func (s *Source) share(v Verdict) *share {
	root := s
	if s.Root != nil {
		root = s.Root
	}
	switch {
	case v.refusal():
		return &root.refusals
	case root != s:
		return &root.started
	case v == GivenUp:
		return nil
	}
	return &root.own
}

// What a record holds of the texts that it is given, in bytes.
const (
	MaxName   = 32
	MaxDetail = 128
)

// Record is one entry.
type Record struct {
	Sequence uint64        // from 1 on, without gaps
	Time     time.Duration // since the ring was made
	Process  uint64
	Verdict  Verdict
	Call     uint16 // number of the system call that it is about; 0 for none

	nameLen, detailLen uint8
	name               [MaxName]byte
	detail             [MaxDetail]byte
}

// Name is the process's name, shortened to [MaxName].
func (r *Record) Name() string { return string(r.name[:r.nameLen]) }

// Detail is more about it, for people, shortened to [MaxDetail]. It may have been made by the process.
func (r *Record) Detail() string { return string(r.detail[:r.detailLen]) }

// String is a line for people, in which texts of processes can't be taken for something else.
func (r *Record) String() string {
	line := fmt.Sprintf("%d %.6f %d %q %s", r.Sequence, r.Time.Seconds(), r.Process, r.Name(), r.Verdict)
	if r.Call != 0 {
		line += fmt.Sprintf(" call %d", r.Call)
	}
	if r.detailLen > 0 {
		line += fmt.Sprintf(" %q", r.Detail())
	}
	return line
}

// Ring is the record. Any goroutine may use it.
type Ring struct {
	now func() time.Duration

	mu         sync.Mutex
	records    []Record
	shares     []*share // of the records
	last       uint64   // sequence of the latest record
	suppressed uint64
}

// The bounds of a ring's size, in records.
const (
	DefaultRecords = 4096
	minRecords     = 16
)

// NewRing makes a record of so many entries, or of [DefaultRecords] if that is zero. The clock says how much time has
// passed; nil is for the time since now.
func NewRing(records int, clock func() time.Duration) *Ring {
	if records <= 0 {
		records = DefaultRecords
	}
	if clock == nil {
		start := time.Now()
		clock = func() time.Duration { return time.Since(start) }
	}
	n := max(records, minRecords)
	return &Ring{now: clock, records: make([]Record, n), shares: make([]*share, n)}
}

// Append adds a record, and overwrites the oldest one if there is no room. It does not allocate, and takes the same time
// whatever is in the ring.
func (g *Ring) Append(of *Source, v Verdict, call uint16, detail string) {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	i := g.last % uint64(len(g.records))
	s, old := of.share(v), g.shares[i]
	if s != nil && int(*s) >= len(g.records)/8 && s != old {
		of.suppressed++
		g.suppressed++
		return
	}
	if old != nil {
		*old--
	}
	if s != nil {
		*s++
	}
	g.shares[i] = s
	g.last++
	r := &g.records[i]
	r.Sequence, r.Time, r.Process, r.Verdict, r.Call = g.last, now, of.ID, v, call
	r.nameLen = shorten(r.name[:], of.Name)
	r.detailLen = shorten(r.detail[:], detail)
}

// shorten copies as much of a text as fits, without cutting a character apart.
func shorten(to []byte, text string) uint8 {
	n := len(text)
	if n > len(to) {
		for n = len(to); n > len(to)-utf8.UTFMax && !utf8.RuneStart(text[n]); n-- {
		}
	}
	return uint8(copy(to, text[:n]))
}

// Read copies the records that follow the one of a number to buf, the oldest first, as many as fit. Of those that follow,
// the number lost have been overwritten already.
func (g *Ring) Read(after uint64, buf []Record) (n int, lost uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if after >= g.last {
		return 0, 0
	}
	if size := uint64(len(g.records)); g.last-after > size {
		lost = g.last - after - size
	}
	for at := after + lost; at < g.last && n < len(buf); at++ {
		buf[n] = g.records[at%uint64(len(g.records))]
		n++
	}
	return n, lost
}

// Last is the number of the latest record, 0 if there is none.
func (g *Ring) Last() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

// Suppressed is how many events were only counted: those of a process, or all if of is nil.
func (g *Ring) Suppressed(of *Source) uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if of == nil {
		return g.suppressed
	}
	return of.suppressed
}
