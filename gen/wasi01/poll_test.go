package wasi01

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/runtime/glue"
)

// subscription is what a program waits for.
type subscription struct {
	userdata        uint64
	tag             byte // 0 a clock, 1 reading, 2 writing
	what            uint32
	timeout         uint64
	absolute        bool
	wantErrno, want int // of the event; want -1: there is none
}

func (s subscription) bytes() string {
	b := make([]byte, 48)
	binary.LittleEndian.PutUint64(b, s.userdata)
	b[8] = s.tag
	binary.LittleEndian.PutUint32(b[16:], s.what)
	binary.LittleEndian.PutUint64(b[24:], s.timeout)
	if s.absolute {
		b[40] = 1
	}
	return string(b)
}

// TestPoll waits for combinations of things, and looks at the events, which are in the order of the subscriptions.
func TestPoll(t *testing.T) {
	const clock, reading, writing = 0, 1, 2
	const realtime, monotonic, cputime = 0, 1, 2
	const hour = uint64(time.Hour)
	never := subscription{tag: clock, what: monotonic, timeout: hour, want: -1}
	_, process := tree(t, map[string]string{"file": "0123456789"})
	silent, w := io.Pipe()
	defer w.Close()
	tests := []struct {
		name  string
		stdin io.Reader
		list  []subscription
	}{
		{"a moment", nil, []subscription{{tag: clock, what: monotonic, timeout: 1000}}},
		{"a moment of wall clock", nil, []subscription{{tag: clock, what: realtime, timeout: 1000}}},
		{"the past", nil, []subscription{never, {tag: clock, what: monotonic, timeout: 1, absolute: true}}},
		{"1970", nil, []subscription{never, {tag: clock, what: realtime, timeout: 1, absolute: true}}},
		{"no such clock", nil, []subscription{
			never, {userdata: 5, tag: clock, what: cputime, wantErrno: notsup}, {tag: clock, what: 9, wantErrno: inval},
		}},
		{"input", strings.NewReader("x"), []subscription{never, {userdata: 1 << 63, tag: reading, what: 0, want: 1}}},
		{"no input", silent, []subscription{{tag: reading, what: 0, want: -1}, {tag: clock, what: monotonic, timeout: 1000}}},
		{"output", nil, []subscription{never, {tag: writing, what: 1, want: 1 << 16}, {tag: writing, what: 2, want: 1 << 16}}},
		{"a file", silent, []subscription{
			{tag: reading, what: 0, want: -1},
			{userdata: 7, tag: reading, what: 4, want: 6},
			never,
			{userdata: 8, tag: writing, what: 4, want: 1 << 16},
		}},
		{"what can't be", nil, []subscription{
			{tag: reading, what: 1, wantErrno: badf},
			{tag: writing, what: 0, wantErrno: badf},
			{tag: reading, what: 99, wantErrno: badf},
			{tag: 3, wantErrno: inval},
			never,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const in, out, n = 0x2000, 0x3000, 0x10
			p := newPaths()
			text := ""
			for _, s := range tt.list {
				text += s.bytes()
			}
			p.data[in] = text
			process.Stdin = tt.stdin
			o := script{p.data, []call{
				p.open("file", 0, 1<<1, 0, 0x20),
				do("fd_seek", 4, 4, 0, 0x28),
				do("poll_oneoff", in, out, len(tt.list), n),
			}}.run(t, process)
			checkEvents(t, o, out, o.u32(n), tt.list)
		})
	}
}

func checkEvents(t *testing.T, o *scriptOutcome, at, n int, list []subscription) {
	t.Helper()
	for _, s := range list {
		if s.want < 0 {
			continue
		}
		if n == 0 {
			t.Fatalf("there is no event for %+v", s)
		}
		userdata, errno, tag, nbytes, flags := uint64(o.u64(at)), o.u16(at+8), o.memory[at+10], o.u64(at+16), o.u16(at+24)
		if userdata != s.userdata || errno != s.wantErrno || tag != s.tag || nbytes != s.want || flags != 0 {
			t.Errorf("the event for %+v has user data %d, errno %d, tag %d, %d bytes, flags %d", s, userdata, errno, tag, nbytes, flags)
		}
		at, n = at+32, n-1
	}
	if n != 0 {
		t.Errorf("there are %d more events", n)
	}
}

func TestPollLimits(t *testing.T) {
	script{calls: []call{
		do("poll_oneoff", 0, 0, 0, 0).fails(inval),
		do("poll_oneoff", 0, 0, 1<<24, 0).fails(inval),
		do("poll_oneoff", 0, 0, -1, 0).fails(inval),
	}}.run(t, glue.Process{})
}

// TestClocks compares clocks with those of the test.
func TestClocks(t *testing.T) {
	const realtime, monotonic = 0, 1
	before := time.Now()
	o := script{calls: []call{
		do("clock_time_get", realtime, 0, 0x10),
		do("clock_time_get", monotonic, 0, 0x18),
		do("clock_time_get", monotonic, 0, 0x20),
		do("clock_res_get", realtime, 0x28),
		do("clock_res_get", monotonic, 0x30),
		do("clock_time_get", 2, 0, 0x10).fails(notsup),
		do("clock_time_get", 3, 0, 0x10).fails(notsup),
		do("clock_time_get", 4, 0, 0x10).fails(inval),
		do("clock_res_get", 2, 0x10).fails(notsup),
	}}.run(t, glue.Process{})
	if now := time.Unix(0, int64(o.u64(0x10))); now.Before(before.Add(-time.Second)) || now.After(time.Now().Add(time.Second)) {
		t.Errorf("the wall clock says %v, in a test that began at %v", now, before)
	}
	if o.u64(0x18) > o.u64(0x20) {
		t.Errorf("the monotonic clock goes from %d to %d", o.u64(0x18), o.u64(0x20))
	}
	for _, at := range []int{0x28, 0x30} {
		if r := o.u64(at); r < 1 || r > int(time.Second) {
			t.Errorf("a resolution is %d", r)
		}
	}
}
