package wasi01

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/runtime/glue"
)

// Arguments of path_open.
const (
	create, directory, exclusive, truncate = 1, 2, 4, 8 // oflags
	reading, writing                       = 1 << 1, 1 << 6
	appending                              = 1 // fdflags
	follow                                 = 1 // lookupflags
)

// paths has scripts name paths: each at an address of its own.
type paths struct {
	data map[int]string
	next int
}

func newPaths() *paths { return &paths{map[int]string{}, 0x1000} }

// at puts a text into memory and returns its address and length.
func (p *paths) at(text string) (at, size int) {
	at = p.next
	p.data[at] = text
	p.next += len(text) + 1
	return at, len(text)
}

// open opens a path of the first preopened directory; the descriptor goes to fd.
func (p *paths) open(path string, oflags, rights, fdflags, fd int) call {
	at, size := p.at(path)
	return do("path_open", 3, follow, at, size, oflags, rights, rights, fdflags, fd)
}

// on calls a function with a path of the first preopened directory.
func (p *paths) on(function, path string, more ...int) call {
	at, size := p.at(path)
	return do(function, append([]int{3, at, size}, more...)...)
}

// tree makes a directory with some files and mounts it at "/".
func tree(t *testing.T, files map[string]string) (dir string, p glue.Process) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir, glue.Process{Mounts: []glue.Mount{{Host: dir, Guest: "/"}}}
}

func TestPreopens(t *testing.T) {
	var p glue.Process
	for _, guest := range []string{"/", ".", "/a long name"} {
		p.Mounts = append(p.Mounts, glue.Mount{Host: t.TempDir(), Guest: guest})
	}
	const prestat, name = 0x100, 0x200
	o := script{calls: []call{
		do("fd_prestat_get", 3, prestat),
		do("fd_prestat_get", 4, prestat+8),
		do("fd_prestat_get", 5, prestat+16),
		do("fd_prestat_get", 6, prestat).fails(badf),
		do("fd_prestat_get", 2, prestat).fails(badf),
		do("fd_prestat_dir_name", 3, name, 1),
		do("fd_prestat_dir_name", 5, name+16, 11).fails(nametoolong),
		do("fd_prestat_dir_name", 5, name+32, 100),
		do("fd_renumber", 5, 4),
		do("fd_prestat_dir_name", 4, name+48, 12),
		do("fd_prestat_dir_name", 5, name+16, 12).fails(badf),
	}}.run(t, p)
	if got := o.memory[prestat:][:24]; got != u32s(0, 1, 0, 1, 0, 12) {
		t.Errorf("prestats: %q", got)
	}
	for at, want := range map[int]string{name: "/\x00", name + 32: "/a long name\x00", name + 48: "/a long name\x00", name + 16: "\x00"} {
		if got := o.memory[at:][:len(want)]; got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
}

// TestFile reads and writes at offsets.
func TestFile(t *testing.T) {
	dir, process := tree(t, map[string]string{"file": "0123456789"})
	const fd, n, offset, buffer, iovec = 0x10, 0x100, 0x200, 0x300, 0x20
	p := newPaths()
	p.data[iovec] = u32s(buffer, 4) + u32s(buffer+8, 100)
	script{p.data, []call{
		p.open("file", 0, reading|writing, 0, fd),
		do("fd_read", 4, iovec, 1, n),                 // 0123
		do("fd_tell", 4, offset),                      // 4
		do("fd_pread", 4, iovec+8, 1, 8, n+4),         // 89, at the end
		do("fd_tell", 4, offset+8),                    // 4
		do("fd_seek", 4, -3, 2, offset+16),            // 7
		do("fd_write", 4, iovec, 1, n+8),              // 0123456 0123
		do("fd_seek", 4, -1, 1, offset+24),            // 10
		do("fd_pwrite", 4, iovec, 1, 1, n+12),         // 0 0123 56 0123
		do("fd_seek", 4, -12, 1, offset).fails(inval), // stays at 10
		do("fd_seek", 4, 0, 3, offset).fails(inval),
		do("fd_seek", 4, -1, 0, offset).fails(inval),
		do("fd_tell", 4, offset+32), // 10
		do("fd_seek", 4, 1<<62, 0, offset+40),
		do("fd_seek", 4, 1<<62, 1, offset).fails(inval),
		do("fd_read", 4, iovec, 1, n+16), // nothing
		do("fd_pread", 4, iovec, 1, -1, n).fails(inval),
		do("fd_pwrite", 4, iovec, 1, 1<<63-1, n).fails(inval),
		do("fd_filestat_set_size", 4, 12),
		do("fd_allocate", 4, 0, 100).fails(notsup),
		do("fd_advise", 4, 0, 100, 5),
		do("fd_advise", 4, 0, 100, 6).fails(inval),
		do("fd_sync", 4),
		do("fd_datasync", 4),
		do("fd_close", 4),
		do("fd_tell", 4, offset).fails(badf),
	}}.run(t, process)
	o := script{p.data, []call{
		p.open("file", 0, reading, 0, fd),
		do("fd_read", 4, iovec, 2, n),
		do("fd_write", 4, iovec, 2, n+4).fails(badf),
		do("fd_filestat_set_size", 4, 3).fails(inval),
	}}.run(t, process)
	if got := string(read(t, filepath.Join(dir, "file"))); got != "00123560123\x00" {
		t.Errorf("the file has %q", got)
	}
	if got := o.memory[buffer:][:20]; got != "0012\x00\x00\x00\x003560123\x00\x00\x00\x00\x00" || o.u32(n) != 12 {
		t.Errorf("read %d bytes %q", o.u32(n), got)
	}
}

// TestOffsets looks at what the functions of TestFile's kind return.
func TestOffsets(t *testing.T) {
	_, process := tree(t, map[string]string{"file": "0123456789"})
	const fd, n, offset, buffer, iovec = 0x10, 0x100, 0x200, 0x300, 0x20
	p := newPaths()
	p.data[iovec] = u32s(buffer, 4) + u32s(buffer+8, 100)
	o := script{p.data, []call{
		p.open("file", 0, reading|writing, 0, fd),
		do("fd_read", 4, iovec, 1, n),
		do("fd_tell", 4, offset),
		do("fd_pread", 4, iovec+8, 1, 8, n+4),
		do("fd_seek", 4, -3, 2, offset+8),
		do("fd_write", 4, iovec, 1, n+8),
		do("fd_seek", 4, -1, 1, offset+16),
		do("fd_seek", 4, 1<<62, 0, offset+24),
		do("fd_read", 4, iovec, 1, n+12),
		do("fd_fdstat_set_flags", 4, appending),
		do("fd_write", 4, iovec, 1, n+16),
		do("fd_tell", 4, offset+32),
		do("fd_write", 4, iovec, 1, n+20),
		do("fd_fdstat_set_flags", 4, 0),
		do("fd_seek", 4, -19, 1, offset+40),
		do("fd_pread", 4, iovec+8, 1, 0, n+24),
	}}.run(t, process)
	for i, want := range []int{4, 2, 4, 0, 4, 4, 19} {
		if got := o.u32(n + 4*i); got != want {
			t.Errorf("count %d is %d, want %d", i, got, want)
		}
	}
	for i, want := range []int{4, 7, 10, 1 << 62, 15, 0} {
		if got := o.u64(offset + 8*i); got != want {
			t.Errorf("offset %d is %d, want %d", i, got, want)
		}
	}
	if got := o.memory[buffer+8:][:19]; got != "0123456012301230123" {
		t.Errorf("the file has %q", got)
	}
	if o.u32(fd) != 4 {
		t.Errorf("descriptor %d, want 4", o.u32(fd))
	}
}

// TestLargeTransfers moves more than goes at once, from and to places that are not aligned.
func TestLargeTransfers(t *testing.T) {
	text := make([]byte, 200_001)
	for i := range text {
		text[i] = byte(i * i >> 7)
	}
	dir, process := tree(t, map[string]string{"in": string(text)})
	const in, out, iovecs, n = 0x10, 0x14, 0x20, 0x40
	p := newPaths()
	p.data[iovecs] = u32s(0x2001, 40_000) + u32s(0x10003, 65_501)
	once := []call{do("fd_read", 4, iovecs, 2, n), do("fd_write", 5, iovecs, 2, n+4)}
	calls := []call{p.open("in", 0, reading, 0, in), p.open("out", create|truncate, writing, 0, out)}
	script{p.data, slices.Concat(calls, once, []call{
		do("fd_read", 4, iovecs, 2, n),
		do("fd_write", 5, iovecs, 2, n+4), // more than was read this time
		do("fd_filestat_set_size", 5, len(text)),
	})}.run(t, process)
	if got := read(t, filepath.Join(dir, "out")); string(got) != string(text) {
		t.Errorf("the copy has %d bytes that differ", len(got))
	}
}

// TestOpen opens in all ways, and looks at the descriptors that come of it.
func TestOpen(t *testing.T) {
	dir, process := tree(t, map[string]string{"file": "text", "dir/x": ""})
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	const fd, stat = 0x10, 0x100
	p := newPaths()
	link, linkSize := p.at("link")
	o := script{p.data, []call{
		p.open("none", 0, reading, 0, fd).fails(noent),
		p.open("file/x", 0, reading, 0, fd).fails(notdir),
		p.open("file", directory, reading, 0, fd).fails(notdir),
		p.open("file", create|exclusive, writing, 0, fd).fails(exist),
		p.open("file", 16, reading, 0, fd).fails(inval),
		p.open("file", 0, reading, 32, fd).fails(inval),
		p.open("../file", 0, reading, 0, fd).fails(perm),
		p.open("/file", 0, reading, 0, fd).fails(perm),
		p.open("\xff", 0, reading, 0, fd).fails(ilseq),
		p.open(strings.Repeat("x/", 2048)+"x", 0, reading, 0, fd).fails(nametoolong),
		p.open("dir", 0, reading|writing, 0, fd).fails(isdir),
		do("path_open", 3, 0, link, linkSize, 0, reading, 0, 0, fd).fails(loop),
		do("path_open", 3, 2, link, linkSize, 0, reading, 0, 0, fd).fails(inval),
		do("path_open", 0, 0, link, linkSize, 0, reading, 0, 0, fd).fails(notdir),
		do("path_open", 9, 0, link, linkSize, 0, reading, 0, 0, fd).fails(badf),
		p.open("link", 0, reading, 0, fd),
		p.open("new", create, writing, appending, fd+4),
		p.open("dir", directory, 0, 0, fd+8),
		do("fd_fdstat_get", 4, stat),
		do("fd_fdstat_get", 5, stat+24),
		do("fd_fdstat_get", 6, stat+48),
		do("fd_read", 6, 0, 0, 0x20).fails(isdir),
		do("fd_read", 5, 0, 0, 0x20).fails(badf),
		do("fd_close", 5),
		do("fd_close", 0),
		p.open("file", 0, reading, 0, fd+12),
		p.open("file", 0, reading, 0, fd+16),
		p.open("file", 0, reading, 0, fd+20),
	}}.run(t, process)
	if got := o.memory[fd:][:24]; got != u32s(4, 5, 6, 0, 5, 7) {
		t.Errorf("descriptors %q", got)
	}
	for i, want := range []struct{ typ, flags, rights int }{
		{4, 0, reading}, {4, appending, writing}, {3, 0, reading | writing},
	} {
		at := stat + 24*i
		if o.u16(at) != want.typ || o.u16(at+2) != want.flags || o.u64(at+8)&(reading|writing) != want.rights {
			t.Errorf("descriptor %d has type %d, flags %d, rights %#x", 4+i, o.u16(at), o.u16(at+2), o.u64(at+8))
		}
	}
}

// TestManyDescriptors opens files until there are no more descriptors, and one more after closing another.
func TestManyDescriptors(t *testing.T) {
	_, process := tree(t, map[string]string{"file": ""})
	p := newPaths()
	var calls []call
	for range 1024 - 4 {
		calls = append(calls, p.open("file", 0, reading, 0, 0x10))
	}
	o := script{p.data, append(
		calls,
		p.open("file", 0, reading, 0, 0x10).fails(mfile),
		do("fd_close", 500),
		p.open("file", 0, reading, 0, 0x14),
		do("fd_close", 1024).fails(badf),
	)}.run(t, process)
	if o.u32(0x10) != 1023 || o.u32(0x14) != 500 {
		t.Errorf("the last descriptor is %d, the next %d", o.u32(0x10), o.u32(0x14))
	}
}

// TestAttributes compares stat of files with what the system says, and sets times.
func TestAttributes(t *testing.T) {
	dir, process := tree(t, map[string]string{"file": "text", "dir/x": ""})
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(dir, "file"), filepath.Join(dir, "second")); err != nil {
		t.Fatal(err)
	}
	const stat, fd = 0x100, 0x10
	const atim, atimNow, mtim, mtimNow = 1, 2, 4, 8
	p := newPaths()
	at, size := p.at("file")
	link, linkSize := p.at("link")
	second, secondSize := p.at("second")
	before := time.Now()
	o := script{p.data, []call{
		p.open("file", 0, reading|writing, 0, fd),
		do("fd_filestat_get", 4, stat),
		do("path_filestat_get", 3, follow, link, linkSize, stat+64),
		do("path_filestat_get", 3, 0, link, linkSize, stat+128),
		do("path_filestat_get", 3, 0, second, secondSize, stat+192),
		do("fd_filestat_get", 3, stat+256),
		do("path_filestat_get", 3, 2, link, linkSize, stat).fails(inval),
		do("path_filestat_get", 3, 0, at, 3, stat).fails(noent),
		do("fd_filestat_set_times", 4, 1_500_000_000_123_456_789, 1_600_000_000_000_000_001, atim|mtim),
		do("path_filestat_get", 3, 0, at, size, stat+320),
		do("path_filestat_set_times", 3, follow, link, linkSize, 0, 0, mtimNow),
		do("path_filestat_get", 3, 0, at, size, stat+384),
		do("fd_filestat_set_times", 4, 0, 0, atim|atimNow).fails(inval),
		do("path_filestat_set_times", 3, 0, at, size, 0, 0, mtim|mtimNow).fails(inval),
		do("path_filestat_set_times", 3, 0, at, size, 0, 0, 16).fails(inval),
		do("path_filestat_set_times", 3, 0, at, 3, 0, 0, 0).fails(noent),
	}}.run(t, process)
	ino := o.u64(stat + 8)
	for _, tt := range []struct{ at, typ, nlink, size int }{
		{stat, 4, 2, 4}, {stat + 64, 4, 2, 4}, {stat + 128, 7, 1, 4}, {stat + 192, 4, 2, 4},
	} {
		if o.u64(tt.at+16) != tt.typ || o.u64(tt.at+24) != tt.nlink || o.u64(tt.at+32) != tt.size {
			t.Errorf("the stat at %d has type %d, %d links, size %d", tt.at, o.u64(tt.at+16), o.u64(tt.at+24), o.u64(tt.at+32))
		}
		if same := o.u64(tt.at+8) == ino; o.u64(tt.at+8) == 0 || same != (tt.typ == 4) || o.u64(tt.at) == 0 {
			t.Errorf("the stat at %d is of device %d and file %d", tt.at, o.u64(tt.at), o.u64(tt.at+8))
		}
	}
	if o.u64(stat+256+16) != 3 {
		t.Errorf("the directory has type %d", o.u64(stat+256+16))
	}
	if m := int64(o.u64(stat + 48)); before.Sub(time.Unix(0, m)).Abs() > time.Hour {
		t.Errorf("the file was modified at %v", time.Unix(0, m))
	}
	if a, m := o.u64(stat+320+40), o.u64(stat+320+48); a != 1_500_000_000_123_456_789 || m != 1_600_000_000_000_000_001 {
		t.Errorf("times are %d and %d", a, m)
	}
	if a, m := o.u64(stat+384+40), int64(o.u64(stat+384+48)); a != 1_500_000_000_123_456_789 || m < before.Add(-time.Minute).UnixNano() {
		t.Errorf("times are %d and %d", a, m)
	}
}

// TestNames makes, moves, links and removes.
func TestNames(t *testing.T) {
	dir, process := tree(t, map[string]string{"file": "text", "full/x": ""})
	p := newPaths()
	file, fileSize := p.at("file")
	target, targetSize := p.at("some/target")
	const buffer, n, fd = 0x100, 0x200, 0x10
	o := script{p.data, []call{
		p.on("path_create_directory", "dir"),
		p.on("path_create_directory", "dir").fails(exist),
		p.open("dir", directory, 0, 0, fd),
		do("path_rename", 3, file, fileSize, 4, file, fileSize),
		do("path_rename", 3, file, fileSize, 4, file, fileSize).fails(noent),
		do("path_rename", 3, file, fileSize, 9, file, fileSize).fails(badf),
		do("path_link", 4, 0, file, fileSize, 3, target, 4),
		do("path_link", 4, 2, file, fileSize, 3, target, 4).fails(inval),
		do("path_link", 4, 0, file, fileSize, 3, target, 4).fails(exist),
		do("path_symlink", target, targetSize, 3, file, fileSize),
		do("path_symlink", target, targetSize, 3, file, fileSize).fails(exist),
		do("path_readlink", 3, file, fileSize, buffer, 100, n),
		do("path_readlink", 3, file, fileSize, buffer+32, 4, n+4),
		do("path_readlink", 3, target, 4, buffer, 100, n).fails(inval),
		p.on("path_unlink_file", "full").fails(isdir),
		p.on("path_unlink_file", "full/x"),
		p.on("path_remove_directory", "dir").fails(notempty),
		p.on("path_remove_directory", "full"),
		p.on("path_remove_directory", "some").fails(notdir),
		p.on("path_unlink_file", "none").fails(noent),
		p.on("path_unlink_file", "\xe2\x82").fails(ilseq),
	}}.run(t, process)
	if got := o.memory[buffer:][:38]; got != "some/target"+strings.Repeat("\x00", 21)+"some\x00\x00" || o.memory[n:][:8] != u32s(11, 4) {
		t.Errorf("the link is %q", got)
	}
	var got []string
	for _, name := range []string{"dir/file", "some", "file", "full"} {
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil {
			got = append(got, name+": none")
			continue
		}
		got = append(got, fmt.Sprint(name, ": ", info.Mode().Type()))
	}
	if want := []string{"dir/file: ----------", "some: ----------", "file: L---------", "full: none"}; !slices.Equal(got, want) {
		t.Errorf("there is %q", got)
	}
}

// dirent is an entry as a program sees it.
type dirent struct {
	next, ino uint64
	typ       byte
	name      string
}

// dirents are the whole entries in a buffer.
func dirents(b []byte) (list []dirent) {
	for len(b) >= 24 {
		size := int(binary.LittleEndian.Uint32(b[16:]))
		if 24+size > len(b) {
			break
		}
		list = append(list, dirent{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), b[20], string(b[24:][:size])})
		b = b[24+size:]
	}
	return list
}

// TestListing lists a directory with buffers of all sizes, each call going on behind the last whole entry, as
// libraries do.
func TestListing(t *testing.T) {
	files := map[string]string{"dir/x": ""}
	want := []string{".", "..", "dir"}
	for i := range 40 {
		name := fmt.Sprint("file-", strings.Repeat("n", i), "ö")
		files[name] = ""
		want = append(want, name)
	}
	slices.Sort(want)
	_, process := tree(t, files)
	const buffer, used = 0x1000, 0x10
	for _, size := range []int{24 + 2, 1000, 1 << 13} {
		var all []dirent
		for cookie, rounds := 0, 0; ; rounds++ {
			if rounds > 100 {
				t.Fatalf("size %d: no end", size)
			}
			// one call with a fresh program, and one that continues in the same
			o := script{calls: []call{
				do("fd_readdir", 3, buffer, size, 0, used),
				do("fd_readdir", 3, buffer, size, cookie, used),
				do("fd_readdir", 3, buffer, size, cookie, used),
			}}.run(t, process)
			n := o.u32(used)
			list := dirents([]byte(o.memory[buffer:][:n]))
			all = append(all, list...)
			if n < size {
				break
			}
			if len(list) == 0 {
				size *= 2 // the entry is larger than the buffer
				continue
			}
			cookie = int(list[len(list)-1].next)
		}
		checkListing(t, all, want)
	}
}

// checkListing compares entries with sorted names.
func checkListing(t *testing.T, all []dirent, want []string) {
	t.Helper()
	var got []string
	for i, d := range all {
		got = append(got, d.name)
		wantType := byte(4)
		if len(d.name) < 4 {
			wantType = 3
		}
		if d.next != uint64(i)+1 || d.ino == 0 || d.typ != wantType {
			t.Errorf("entry %d is %+v", i, d)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
}

// TestListingGoesOn continues in one program, whose listing stays open between calls.
func TestListingGoesOn(t *testing.T) {
	_, process := tree(t, map[string]string{"a": "", "bb": "", "ccc": "", "dddd": ""})
	const buffer, used, size, fd = 0x2000, 0x100, 24 + 4 + 10, 0x20
	p := newPaths()
	var calls []call
	for cookie := range 7 {
		calls = append(calls, do("fd_readdir", 3, buffer+0x100*cookie, size, cookie, used+4*cookie))
	}
	calls = append(
		calls,
		do("fd_readdir", 3, buffer+0x800, size, 3, used+28), // back
		do("fd_readdir", 3, buffer+0x900, size, 1<<62, used+32),
		p.open(".", directory, reading, 0, fd),
		do("fd_renumber", 3, 4), // the listing moves, too
		do("fd_readdir", 4, buffer+0xa00, size, 4, used+36),
		do("fd_readdir", 0, buffer, size, 0, used).fails(notdir),
		do("fd_readdir", 9, buffer, size, 0, used).fails(badf),
		do("fd_readdir", 4, buffer, 0, 0, used),
	)
	o := script{p.data, calls}.run(t, process)
	entry := func(at int) dirent {
		list := dirents([]byte(o.memory[at:][:size]))
		if len(list) == 0 {
			return dirent{}
		}
		return list[0]
	}
	var names []string
	for cookie := range 6 {
		d := entry(buffer + 0x100*cookie)
		if d.next != uint64(cookie)+1 {
			t.Errorf("the entry for cookie %d is %+v", cookie, d)
		}
		names = append(names, d.name)
	}
	if back := entry(buffer + 0x800); back != entry(buffer+0x300) {
		t.Errorf("going back gives %+v", back)
	}
	if moved := entry(buffer + 0xa00); moved != entry(buffer+0x400) {
		t.Errorf("the moved descriptor gives %+v", moved)
	}
	slices.Sort(names)
	if want := []string{".", "..", "a", "bb", "ccc", "dddd"}; !slices.Equal(names, want) {
		t.Errorf("listed %q", names)
	}
	if o.u32(used+24) != 0 || o.u32(used+32) != 0 {
		t.Errorf("behind the end there are %d and %d bytes", o.u32(used+24), o.u32(used+32))
	}
}
