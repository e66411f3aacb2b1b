package vfstest

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// The tests of this file are about opening files and about their data.

func (s *suite) testOpenKinds() {
	tests := []struct {
		pathFlags vfs.PathFlags
		path      string
		directory bool
	}{
		{0, "hello.txt", false},
		{0, "./hello.txt", false},
		{0, "dir//sub/./deep.txt", false},
		{0, "dir/../hello.txt", false},
		{0, "dir/sub/../../hello.txt", false},
		{0, "to-dir/a.txt", false},
		{0, "to-dir/../hello.txt", false},
		{0, "to-slash/sub/deep.txt", false},
		{vfs.SymlinkFollow, "to-file", false},
		{vfs.SymlinkFollow, "dir/back", false},
		{vfs.SymlinkFollow, "to-dir/back", false},
		{vfs.SymlinkFollow, "to-dir", true},
		{0, "to-dir/", true},
		{0, "to-slash/", true},
		{0, "to-dir/.", true},
		{0, "dir", true},
		{0, "dir/", true},
		{0, "dir/sub/..", true},
		{0, "dir/..", true},
		{0, ".", true},
		{0, "./", true},
	}
	for _, tt := range tests {
		n, err := s.dir.OpenAt(tt.pathFlags, tt.path, 0, vfs.Read|vfs.MutateDirectory)
		if err != nil {
			s.Errorf("open %q: %v", tt.path, err)
			continue
		}
		_, isDir := n.(vfs.Dir)
		if isDir != tt.directory {
			s.Errorf("open %q gives a %T", tt.path, n)
		}
		wantFlags := vfs.Read
		if tt.directory {
			wantFlags |= vfs.MutateDirectory
		}
		if n.Flags() != wantFlags {
			s.Errorf("open %q gives the rights %b, want %b", tt.path, n.Flags(), wantFlags)
		}
		s.ok(n.Close())
	}
}

func (s *suite) testCreate() {
	f := s.file("new", vfs.Create|vfs.Exclusive, vfs.Read|vfs.Write)
	s.holds(f, "")
	_, err := f.WriteAt([]byte("data"), 0)
	s.ok(err)

	// Create leaves what exists alone; Truncate does not, even without Write.
	s.holds(s.file("new", vfs.Create, vfs.Read), "data")
	s.holds(s.file("new", vfs.Create|vfs.Truncate, vfs.Read), "")
	s.holds(f, "")
	s.holds(s.file("hello.txt", vfs.Truncate, vfs.Read), "")

	// Exclusive without Create means nothing.
	s.file("new", vfs.Exclusive, vfs.Read)

	// Through a dangling link, the file it names is created.
	n, err := s.dir.OpenAt(vfs.SymlinkFollow, "dangling", vfs.Create, vfs.Write)
	s.ok(err)
	s.ok(n.Close())
	s.has(s.dir, "nowhere", "")

	// A name may be anything but a path.
	for _, name := range []string{"  ", "a\nb", "…", "-", "...", strings.Repeat("é", vfs.MaxName/2)} {
		s.put(s.dir, "emptydir/"+name, name)
		s.has(s.dir, "emptydir/"+name, name)
	}
}

func (s *suite) testReadWrite() {
	f := s.file("hello.txt", 0, vfs.Read|vfs.Write)
	other := s.file("hello.txt", 0, vfs.Read)

	buf := make([]byte, 5)
	n, err := f.ReadAt(buf, 7)
	if n != 5 || err != nil || string(buf) != "world" {
		s.Errorf("read %q, %v", buf[:n], err)
	}
	n, err = f.ReadAt(buf, 10)
	if n != 3 || err != io.EOF || string(buf[:n]) != "ld\n" {
		s.Errorf("read at the end %q, %v", buf[:n], err)
	}
	for _, offset := range []uint64{13, 14, 1 << 40} {
		if n, err := f.ReadAt(buf, offset); n != 0 || err != io.EOF {
			s.Errorf("read at %d: %d bytes, %v", offset, n, err)
		}
	}
	if n, err := f.ReadAt(nil, 3); n != 0 || err != nil {
		s.Errorf("read of nothing: %d bytes, %v", n, err)
	}

	n, err = f.WriteAt([]byte("W"), 7)
	if n != 1 || err != nil {
		s.Errorf("wrote %d bytes, %v", n, err)
	}
	s.holds(f, "hello, World\n")
	s.holds(other, "hello, World\n") // opened before the write

	// A gap reads as zeros, also where there was data once.
	s.ok(f.SetSize(2))
	_, err = f.WriteAt([]byte("!"), 9000)
	s.ok(err)
	s.holds(other, "he"+strings.Repeat("\x00", 8998)+"!")

	// A write of nothing does not move the end.
	n, err = f.WriteAt(nil, 20000)
	if n != 0 || err != nil {
		s.Errorf("wrote %d bytes, %v", n, err)
	}
	st, err := f.Stat()
	s.ok(err)
	if st.Size != 9001 {
		s.Errorf("the size is %d, want 9001", st.Size)
	}

	big := bytes.Repeat([]byte("0123456789abcde"), 1000)
	n, err = f.WriteAt(big, 4090)
	if n != len(big) || err != nil {
		s.Errorf("wrote %d bytes, %v", n, err)
	}
	got := make([]byte, len(big))
	if _, err := other.ReadAt(got, 4090); err != nil || !bytes.Equal(got, big) {
		s.Errorf("a write of several pages reads back differently (%v)", err)
	}
	s.ok(f.Sync())
	s.ok(f.SyncData())
}

func (s *suite) testExtremeOffsets() {
	f := s.file("hello.txt", 0, vfs.Read|vfs.Write)
	buf := make([]byte, 16)
	for _, offset := range []uint64{1 << 63, 1<<63 + 1, math.MaxUint64} {
		_, err := f.ReadAt(buf, offset)
		s.fails(fmt.Sprintf("read at %d", offset), err, vfs.ErrInvalid)
		_, err = f.WriteAt(buf, offset)
		s.fails(fmt.Sprintf("write at %d", offset), err, vfs.ErrInvalid)
		s.fails(fmt.Sprintf("set-size to %d", offset), f.SetSize(offset), vfs.ErrInvalid)
		s.fails(fmt.Sprintf("advise at %d", offset), f.Advise(offset, 1, vfs.AdviceNormal), vfs.ErrInvalid)
	}
	for _, offset := range []uint64{math.MaxInt64, math.MaxInt64 - 15, math.MaxInt64 - 16} {
		n, err := f.ReadAt(buf, offset)
		if n != 0 || err != io.EOF {
			s.Errorf("read at %d: %d bytes, %v", offset, n, err)
		}
	}
	for _, offset := range []uint64{math.MaxInt64, math.MaxInt64 - 15} {
		_, err := f.WriteAt(buf, offset)
		s.fails(fmt.Sprintf("write at %d", offset), err, vfs.ErrFileTooLarge)
	}
	s.fails("advise up to the end", f.Advise(1, math.MaxUint64, vfs.AdviceSequential), nil)
	s.fails("unknown advice", f.Advise(0, 0, vfs.AdviceNoReuse+1), vfs.ErrInvalid)
	s.holds(f, "hello, world\n")
}

func (s *suite) testAppend() {
	a := s.file("hello.txt", 0, vfs.Read|vfs.Write)
	b := s.file("hello.txt", 0, vfs.Write)
	for i, f := range []vfs.File{a, b, a} {
		n, err := f.Append([]byte{byte('0' + i)})
		if n != 1 || err != nil {
			s.Errorf("appended %d bytes, %v", n, err)
		}
	}
	if n, err := a.Append(nil); n != 0 || err != nil {
		s.Errorf("appended nothing: %d bytes, %v", n, err)
	}
	s.holds(a, "hello, world\n012")
	s.ok(a.SetSize(1))
	_, err := b.Append([]byte("i"))
	s.ok(err)
	s.holds(a, "hi")
	// Appending does not disturb writes at an offset.
	_, err = b.WriteAt([]byte("o"), 0)
	s.ok(err)
	s.holds(a, "oi")
}

// testConcurrentAppend appends lines through one handle: none may get lost or mixed.
func (s *suite) testConcurrentAppend() {
	const writers, lines = 4, 50
	f := s.file("log", vfs.Create, vfs.Read|vfs.Write)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range lines {
				line := fmt.Sprintf("%d:%d\n", w, i)
				if n, err := f.Append([]byte(line)); n != len(line) || err != nil {
					s.Errorf("appended %d bytes, %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	data, err := readAll(f)
	s.ok(err)
	next := make([]int, writers)
	for line := range strings.Lines(data) {
		var w, i int
		if _, err := fmt.Sscanf(line, "%d:%d\n", &w, &i); err != nil || w < 0 || w >= writers || i != next[w] {
			s.Fatalf("line %q is not what a writer wrote next (%v)", line, err)
		}
		next[w]++
	}
	for w, n := range next {
		if n != lines {
			s.Errorf("writer %d has %d lines, want %d", w, n, lines)
		}
	}
}

func (s *suite) testSetSize() {
	f := s.file("hello.txt", 0, vfs.Read|vfs.Write)
	s.ok(f.SetSize(5))
	s.holds(f, "hello")
	s.ok(f.SetSize(8))
	s.holds(f, "hello\x00\x00\x00")
	s.ok(f.SetSize(0))
	s.holds(f, "")
	s.ok(f.SetSize(10_000))
	s.holds(f, strings.Repeat("\x00", 10_000))

	// Cut within the second page and grow again: what was cut must not come back.
	_, err := f.WriteAt(bytes.Repeat([]byte("x"), 10_000), 0)
	s.ok(err)
	s.ok(f.SetSize(5000))
	s.ok(f.SetSize(9000))
	s.holds(f, strings.Repeat("x", 5000)+strings.Repeat("\x00", 4000))
}

func (s *suite) testRights() {
	buf := []byte("x")
	reader := s.file("hello.txt", 0, vfs.Read)
	_, err := reader.WriteAt(buf, 0)
	s.fails("write", err, vfs.ErrBadDescriptor)
	_, err = reader.Append(buf)
	s.fails("append", err, vfs.ErrBadDescriptor)
	s.fails("set-size", reader.SetSize(0), vfs.ErrBadDescriptor)

	writer := s.file("hello.txt", 0, vfs.Write)
	_, err = writer.ReadAt(buf, 0)
	s.fails("read", err, vfs.ErrBadDescriptor)

	none := s.file("hello.txt", 0, 0)
	_, err = none.ReadAt(buf, 0)
	s.fails("read without rights", err, vfs.ErrBadDescriptor)
	_, err = none.Stat()
	s.fails("stat without rights", err, nil)

	synced := s.file("hello.txt", 0, vfs.Read|vfs.Write|vfs.FileIntegritySync|vfs.DataIntegritySync)
	_, err = synced.WriteAt([]byte("H"), 0)
	s.ok(err)
	s.holds(reader, "Hello, world\n")
}

func (s *suite) testUnlinkWhileOpen() {
	for _, path := range []string{"hello.txt", "dir/a.txt"} {
		f := s.file(path, 0, vfs.Read|vfs.Write)
		before, err := readAll(f)
		s.ok(err)
		s.ok(s.dir.UnlinkFileAt(path))
		s.gone(path)
		s.holds(f, before)
		_, err = f.Append([]byte("more"))
		s.ok(err)
		s.holds(f, before+"more")
		st, err := f.Stat()
		s.ok(err)
		if st.Links != 0 {
			s.Errorf("an unlinked file has %d links", st.Links)
		}
		// The name is free for another file.
		s.put(s.dir, path, "other")
		s.holds(f, before+"more")
		s.has(s.dir, path, "other")
	}
	// So is a file that another is renamed over.
	f := s.file("empty", 0, vfs.Read|vfs.Write)
	s.put(s.dir, "new", "new")
	s.ok(s.dir.RenameAt("new", s.dir, "empty"))
	_, err := f.WriteAt([]byte("old"), 0)
	s.ok(err)
	s.holds(f, "old")
	s.has(s.dir, "empty", "new")
}
