package wasi01

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// TestBadPointers has the guest point to where it has no memory: it traps, and before it has done anything there is
// to see.
func TestBadPointers(t *testing.T) {
	const iovec, n = 0x100, 0x200
	_, process := tree(t, map[string]string{"file": "text"})
	process.Env = []string{"A=b"}
	for _, c := range []call{
		do("args_sizes_get", behind, n),
		do("args_sizes_get", n, -4),
		do("args_get", behind-2, n),
		do("args_get", n, behind-4),
		do("environ_get", n, behind-1),
		do("clock_time_get", 0, 0, behind-4),
		do("clock_time_get", 1, 0, -1),
		do("clock_res_get", 1, behind),
		do("random_get", 0, behind+1),
		do("random_get", behind-1, 2),
		do("random_get", -1, 2),
		do("random_get", 1, -1),
		do("fd_write", 1, behind-4, 1, n),
		do("fd_write", 1, -8, 1, n),
		do("fd_write", 1, 8, 1<<29-1, n),
		do("fd_write", 1, iovec, 1, n),    // the buffer
		do("fd_write", 1, iovec+8, 1, n),  // over the end
		do("fd_write", 1, iovec+16, 1, n), // around
		do("fd_write", 4, iovec, 1, n),
		do("fd_read", 4, iovec, 1, n),
		do("fd_read", 4, iovec+16, 1, n),
		do("fd_pread", 4, iovec, 1, 0, n),
		do("fd_pwrite", 4, iovec, 1, 0, n),
		do("fd_fdstat_get", 1, behind-20),
		do("fd_fdstat_get", 4, -8),
		do("fd_filestat_get", 4, behind-63),
		do("fd_filestat_get", 1, -8),
		do("fd_prestat_get", 3, behind-4),
		do("fd_prestat_get", 3, -4),
		do("fd_prestat_dir_name", 3, behind, 1),
		do("fd_readdir", 3, behind-8, 100, 0, n),
		do("fd_readdir", 3, -8, 100, 0, n),
		do("fd_seek", 4, 0, 0, behind),
		do("fd_tell", 4, behind-7),
		do("path_open", 3, 0, behind-1, 2, 0, 0, 0, 0, n),
		do("path_open", 3, 0, -2, 4, 0, 0, 0, 0, n),
		do("path_filestat_get", 3, 0, 0x1000, 4, behind-8),
		do("path_readlink", 3, behind, 1, 0, 1, n),
		do("path_symlink", -1, 2, 3, 0x1000, 4),
		do("path_rename", 3, 0x1000, 4, 3, -1, 2),
		do("poll_oneoff", behind-40, 0, 1, n),
		do("poll_oneoff", 0, behind-16, 1, n),
		do("poll_oneoff", -48, 0, 2, n),
	} {
		t.Run(fmt.Sprint(c.function, c.args), func(t *testing.T) {
			p := newPaths()
			p.data[iovec] = u32s(behind, 4, behind-10, 100, 0xffff_fff8, 100)
			o := script{p.data, []call{p.open("file", 0, reading|writing, 0, 0x10), c}}.start(t, process)
			var trap *vm.Trap
			if !errors.As(o.trap, &trap) || o.stdout != "" {
				t.Errorf("the program ends with %v, having written %d bytes", o.trap, len(o.stdout))
			}
		})
	}
}

// TestTooMuch asks for more than there can be, within the guest's own memory: that is an error.
func TestTooMuch(t *testing.T) {
	const iovecs, n, count = 0x1000, 0x200, 1 << 11
	script{
		data: map[int]string{iovecs: strings.Repeat(u32s(0, 1<<21), count)}, // 4 GiB
		calls: []call{
			do("fd_write", 1, 0, 1<<29, n).fails(inval),
			do("fd_write", 1, 0, -1, n).fails(inval),
			do("fd_write", 9, 0, -1, n).fails(badf),
			do("fd_read", 0, 0, 1<<30, n).fails(inval),
			do("fd_write", 2, iovecs, count, n).fails(inval),
			do("fd_read", 0, iovecs, count, n).fails(inval),
			do("fd_pwrite", 9, 0, -1, 0, n).fails(badf),
			do("path_open", 9, 0, 0, -1, 0, 0, 0, 0, n).fails(badf),
		},
	}.run(t, glue.Process{})
}

// TestManyBuffers writes as much as thousands of buffers over the same memory have.
func TestManyBuffers(t *testing.T) {
	const iovecs, n, count = 0x1000, 0x200, 0x1000
	o := script{
		data:  map[int]string{0x100: "ab", iovecs: strings.Repeat(u32s(0x100, 2, 0x100, 0), count/2)},
		calls: []call{do("fd_write", 2, iovecs, count, n)},
	}.run(t, glue.Process{})
	if o.u32(n) != count || o.stderr != strings.Repeat("ab", count/2) {
		t.Errorf("%d bytes were written, %d arrived", o.u32(n), len(o.stderr))
	}
}

// TestRandomCalls makes calls without sense. Whatever comes of it, it is the guest's.
func TestRandomCalls(t *testing.T) {
	var names []string
	for name := range signatures {
		names = append(names, name)
	}
	slices.Sort(names)
	number := rapid.OneOf(
		rapid.IntRange(0, 8),
		rapid.SampledFrom([]int{-1, -8, 0x1000, pageSize, behind - 64, behind - 1, behind, 1 << 31, 1<<63 - 1}),
		rapid.Int(),
	)
	rapid.Check(t, func(r *rapid.T) {
		var calls []call
		for range rapid.IntRange(1, 30).Draw(r, "calls") {
			c := call{function: rapid.SampledFrom(names).Draw(r, "function")}
			params, _, _ := strings.Cut(signatures[c.function], "->")
			for _, typ := range strings.Fields(params) {
				n := number.Draw(r, "argument")
				if typ == "i32" {
					n = int(int32(n))
				}
				c.args = append(c.args, n)
			}
			if c.function != "poll_oneoff" { // which may wait for ever
				calls = append(calls, c)
			}
		}
		_, process := tree(t, map[string]string{"file": "text"})
		process.Stdin = strings.NewReader("input")
		p := newPaths()
		p.data[0x1000] = u32s(0x100, 4, 0x100, 1<<20, behind-1, 2)
		o := script{p.data, append([]call{p.open("file", 0, reading|writing, 0, 0x10)}, calls...)}.start(t, process)
		var trap *vm.Trap
		if o.trap != nil && !errors.As(o.trap, &trap) {
			r.Fatalf("the program ends with %v", o.trap)
		}
	})
}
