package wasi01

import (
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/glue"
)

// TestArguments compares pointers and bytes of arguments and environment with what the process has.
func TestArguments(t *testing.T) {
	const counts, pointers, bytes = 0x10, 0x100, 0x1000
	long := strings.Repeat("long ", 4000)
	o := script{calls: []call{
		do("args_sizes_get", counts, counts+4),
		do("args_get", pointers, bytes),
		do("environ_sizes_get", counts+8, counts+12),
		do("environ_get", pointers+0x80, bytes+0x8000),
	}}.run(t, glue.Process{Name: "name", Args: []string{"", long, "ö"}, Env: []string{"A=b", "EMPTY=", "X=y=z"}})
	for _, tt := range []struct {
		counts, pointers, bytes int
		want                    []string
	}{
		{counts, pointers, bytes, []string{"name", "", long, "ö"}},
		{counts + 8, pointers + 0x80, bytes + 0x8000, []string{"A=b", "EMPTY=", "X=y=z"}},
	} {
		text := strings.Join(tt.want, "\x00") + "\x00"
		if o.u32(tt.counts) != len(tt.want) || o.u32(tt.counts+4) != len(text) {
			t.Errorf("sizes %d and %d, want %d and %d", o.u32(tt.counts), o.u32(tt.counts+4), len(tt.want), len(text))
		}
		if got := o.memory[tt.bytes:][:len(text)]; got != text {
			t.Errorf("%.80q, want %.80q", got, text)
		}
		at := tt.bytes
		for i, s := range tt.want {
			if got := o.u32(tt.pointers + 4*i); got != at {
				t.Errorf("string %d is at %#x, want %#x", i, got, at)
			}
			at += len(s) + 1
		}
	}
}

// TestOutput writes vectors: empty ones, of several buffers, larger than what goes over at once, and in turns to
// both streams.
func TestOutput(t *testing.T) {
	const text, iovecs, n = 0x100, 0x200, 0x300
	s := script{
		data: map[int]string{
			text: "onetwothree",
			iovecs: u32s(text, 3) + u32s(text+3, 0) + u32s(text+3, 3) + u32s(0xffff_ffff, 0) + u32s(text+6, 5) +
				u32s(0, 1<<16) + u32s(0, 1<<17) + u32s(1, 1<<16),
		},
		calls: []call{
			do("fd_write", 1, iovecs, 5, n),
			do("fd_write", 2, iovecs, 1, n+4),
			do("fd_write", 1, iovecs, 0, n+8),
			do("fd_write", 2, iovecs+5*8, 3, n+12),
			do("fd_write", 0, iovecs, 1, n+16).fails(badf),
			do("fd_write", 9, iovecs, 1, n+16).fails(badf),
			do("fd_write", -1, iovecs, 1, n+16).fails(badf),
		},
	}
	var both strings.Builder
	o := s.run(t, glue.Process{Stdout: &both, Stderr: &both})
	if o.stdout != "onetwothree" || !strings.HasPrefix(both.String(), "onetwothreeone") {
		t.Errorf("stdout has %q, both have %.20q", o.stdout, both.String())
	}
	page, rest := o.stderr[3:], o.stderr[3+1<<16:]
	if len(rest) != 3<<16 || page[:0x300] != rest[:0x300] || page[1:0x100] != rest[1<<17:][:0xff] {
		t.Errorf("stderr has other bytes, %d", len(o.stderr))
	}
	for i, want := range []int{11, 3, 0, 4 << 16} {
		if got := o.u32(n + 4*i); got != want {
			t.Errorf("call %d wrote %d, want %d", i, got, want)
		}
	}
}

// TestInput reads into several buffers, up to the end and on.
func TestInput(t *testing.T) {
	const text, iovecs, n = 0x100, 0x200, 0x300
	s := script{
		data: map[int]string{iovecs: u32s(text, 3) + u32s(text+8, 1) + u32s(text+16, 100)},
		calls: []call{
			do("fd_read", 0, iovecs, 2, n),
			do("fd_read", 0, iovecs, 0, n+4),
			do("fd_read", 0, iovecs+16, 1, n+8),
			do("fd_read", 0, iovecs+16, 1, n+12),
			do("fd_read", 1, iovecs, 1, n).fails(badf),
			do("fd_pread", 0, iovecs, 1, 0, n).fails(spipe),
			do("fd_seek", 0, 0, 1, n).fails(spipe),
			do("fd_tell", 0, n).fails(spipe),
		},
	}
	o := s.run(t, glue.Process{Stdin: strings.NewReader("some bytes")})
	if got := o.memory[text:][:24]; got != "som\x00\x00\x00\x00\x00e\x00\x00\x00\x00\x00\x00\x00 bytes\x00\x00" {
		t.Errorf("read %q", got)
	}
	for i, want := range []int{4, 0, 6, 0} {
		if got := o.u32(n + 4*i); got != want {
			t.Errorf("call %d read %d, want %d", i, got, want)
		}
	}
}

// TestNonblockingInput reads from where nothing comes.
func TestNonblockingInput(t *testing.T) {
	const nonblock = 4
	r, w := io.Pipe()
	defer w.Close()
	script{
		data: map[int]string{0x200: u32s(0x100, 10)},
		calls: []call{
			do("fd_fdstat_set_flags", 0, nonblock),
			do("fd_read", 0, 0x200, 1, 0x300).fails(again),
		},
	}.run(t, glue.Process{Stdin: r})
}

// TestStandardStreams is about what they have beside bytes.
func TestStandardStreams(t *testing.T) {
	const stat, nonblock = 0x400, 4
	o := script{
		calls: []call{
			do("fd_fdstat_set_flags", 0, nonblock),
			do("fd_fdstat_get", 0, stat),
			do("fd_fdstat_get", 1, stat+24),
			do("fd_filestat_get", 2, stat+64),
			do("fd_fdstat_set_flags", 1, 32).fails(inval),
			do("fd_fdstat_set_rights", 1, 0, 0).fails(notsup),
			do("fd_sync", 1).fails(inval),
			do("fd_datasync", 1).fails(inval),
			do("fd_filestat_set_size", 1, 0).fails(inval),
			do("fd_filestat_set_times", 1, 0, 0, 0).fails(notsup),
			do("fd_advise", 1, 0, 0, 0).fails(spipe),
			do("fd_allocate", 1, 0, 0).fails(notsup),
			do("sock_recv", 0, 0, 0, 0, 0, 0).fails(notsock),
			do("sock_send", 77, 0, 0, 0, 0).fails(badf),
			do("sock_accept", 0, 0, 0).fails(notsock),
			do("sock_shutdown", 1, 0).fails(notsock),
			do("proc_raise", 9).fails(nosys),
			do("sched_yield"),
		},
	}.run(t, glue.Process{})
	const read, write, poll = 1 << 1, 1 << 6, 1 << 27
	if got := o.u64(stat); got != nonblock<<16 {
		t.Errorf("standard input has type and flags %#x", got)
	}
	if got := o.u64(stat + 8); got != read|poll {
		t.Errorf("standard input has rights %#x", got)
	}
	if got := o.u64(stat + 24 + 8); got != write|poll {
		t.Errorf("standard output has rights %#x", got)
	}
	if got := o.memory[stat+64:][:64]; got != strings.Repeat("\x00", 64) {
		t.Errorf("standard error is %q", got)
	}
}

// TestClosedStreams closes and moves standard streams; the script needs standard output, in the end.
func TestClosedStreams(t *testing.T) {
	const text, iovecs, n = 0x100, 0x200, 0x300
	o := script{
		data: map[int]string{text: "text", iovecs: u32s(text, 4)},
		calls: []call{
			do("fd_close", 0),
			do("fd_close", 0).fails(badf),
			do("fd_read", 0, iovecs, 1, n).fails(badf),
			do("fd_renumber", 0, 1).fails(badf),
			do("fd_renumber", 1, 0).fails(badf),
			do("fd_renumber", 1, 77777).fails(badf),
			do("fd_renumber", 1, 1),
			do("fd_write", 1, iovecs, 1, n),
			do("fd_renumber", 1, 2),
			do("fd_write", 1, iovecs, 1, n).fails(badf),
			do("fd_write", 2, iovecs, 1, n),
		},
	}.start(t, glue.Process{})
	if o.trap != nil || o.stdout != "texttext" || o.stderr != "" {
		t.Errorf("%v; stdout %q, stderr %q", o.trap, o.stdout, o.stderr)
	}
}

// TestExit ends with codes, of which a parent sees eight bits.
func TestExit(t *testing.T) {
	for code, want := range map[int]int{0: 0, 1: 1, 7: 7, 255: 255, 256: 0, 259: 3, -1: 255} {
		o := script{calls: []call{do("proc_exit", code)}}.start(t, glue.Process{})
		if o.trap != nil || o.exit != want || o.stdout != "" {
			t.Errorf("code %d ends with %d and %v, want %d", code, o.exit, o.trap, want)
		}
	}
}

// TestPlainExit ends with codes under an adapter that knows only success and failure, and is for any program.
func TestPlainExit(t *testing.T) {
	for code, want := range map[int]int{0: 0, 1: 1, 7: 1, 256: 1} {
		wasm := adaptedWith(t, script{calls: []call{do("proc_exit", code)}}.module(), Options{PlainExit: true})
		if o := compileComponent(t, wasm).run(t, glue.Process{}); o.trap != nil || o.exit != want || o.stdout != "" {
			t.Errorf("code %d ends with %d and %v, want %d", code, o.exit, o.trap, want)
		}
	}
}

// TestNoModule is about what is no program.
func TestNoModule(t *testing.T) {
	for _, program := range []string{"", "\x00asm", "\x00asm\x01\x00\x00\x00\x02\x05\x01"} {
		if _, err := Adapter(Options{Program: []byte(program)}); err == nil {
			t.Errorf("%q has an adapter", program)
		}
	}
}

// TestRandom fills memory, in several parts, and nothing beside it.
func TestRandom(t *testing.T) {
	o := script{
		data: map[int]string{0x0f: "edge", 0x9010: "edge"},
		calls: []call{
			do("random_get", 0x13, 0x8ffd),
			do("random_get", 0x10000, 0x10000),
			do("random_get", 0, 0),
		},
	}.run(t, glue.Process{})
	if o.memory[0x0f:0x13] != "edge" || o.memory[0x9010:0x9014] != "edge" {
		t.Error("bytes beside the buffer have changed")
	}
	zeroes := 0
	for at := 0x18; at < 0x9000; at += 8 {
		if binary.LittleEndian.Uint64([]byte(o.memory[at:])) == 0 {
			zeroes++
		}
	}
	if zeroes > 0 {
		t.Errorf("%d words of the buffer are zero", zeroes)
	}
}
