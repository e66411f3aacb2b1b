package vfstest

import (
	"time"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// The tests of this file are about attributes, identity and the life of handles.

func (s *suite) testStat() {
	tests := []struct {
		pathFlags vfs.PathFlags
		path      string
		kind      vfs.DescriptorType
		size      uint64
	}{
		{0, "hello.txt", vfs.TypeRegularFile, 13},
		{0, "empty", vfs.TypeRegularFile, 0},
		{vfs.SymlinkFollow, "to-file", vfs.TypeRegularFile, 13},
		{0, "to-file", vfs.TypeSymbolicLink, 9},
		{0, "abs", vfs.TypeSymbolicLink, 11},
		{0, "dangling", vfs.TypeSymbolicLink, 7},
		{0, "dir", vfs.TypeDirectory, 0},
		{0, "to-dir/", vfs.TypeDirectory, 0},
		{0, "dir/sub/..", vfs.TypeDirectory, 0},
		{0, ".", vfs.TypeDirectory, 0},
	}
	for _, tt := range tests {
		st, err := s.dir.StatAt(tt.pathFlags, tt.path)
		if err != nil || st.Type != tt.kind || st.Size != tt.size || st.Links == 0 || st.Inode == 0 {
			s.Errorf("%q is %+v, %v, want a %v of %d bytes", tt.path, st, err, tt.kind, tt.size)
		}
	}
	st, err := s.file("hello.txt", 0, vfs.Read).Stat()
	if err != nil || st.Type != vfs.TypeRegularFile || st.Size != 13 || st.Links != 1 {
		s.Errorf("the open file is %+v, %v", st, err)
	}
	st, err = s.dir.Stat()
	if err != nil || st.Type != vfs.TypeDirectory || st.Size != 0 {
		s.Errorf("the root is %+v, %v", st, err)
	}
}

// testTimes sets times in every way. All values are whole microseconds, the precision
// that every system has for open files.
func (s *suite) testTimes() {
	a, m := time.Unix(100, 1000), time.Unix(1_700_000_000, 999_999_000)
	early := time.Unix(-5, 0)
	stat := func(path string) vfs.Stat {
		s.Helper()
		st, err := s.dir.StatAt(0, path)
		s.ok(err)
		return st
	}
	check := func(path string, accessed, modified time.Time) {
		s.Helper()
		st := stat(path)
		if !st.Accessed.Equal(accessed) || !st.Modified.Equal(modified) {
			s.Errorf("the times of %q are %v and %v, want %v and %v",
				path, st.Accessed, st.Modified, accessed, modified)
		}
	}
	set, keep := vfs.TimestampAt, vfs.NewTimestamp{}
	s.ok(s.dir.SetTimesAt(0, "hello.txt", set(a), set(m)))
	check("hello.txt", a, m)
	s.ok(s.dir.SetTimesAt(0, "hello.txt", keep, set(early)))
	check("hello.txt", a, early)
	s.ok(s.dir.SetTimesAt(0, "hello.txt", set(m), keep))
	check("hello.txt", m, early)

	// A link has times of its own.
	s.ok(s.dir.SetTimesAt(0, "to-file", set(a), set(a)))
	check("to-file", a, a)
	check("hello.txt", m, early)
	s.ok(s.dir.SetTimesAt(vfs.SymlinkFollow, "to-file", set(a), set(m)))
	check("hello.txt", a, m)

	// Open handles, even ones that cannot write.
	s.ok(s.file("empty", 0, vfs.Read).SetTimes(set(a), set(m)))
	check("empty", a, m)
	s.ok(s.file("empty", 0, vfs.Read).SetTimes(keep, set(early)))
	check("empty", a, early)
	s.ok(s.sub("dir", ReadWrite).SetTimes(set(a), set(m)))
	check("dir", a, m)
	s.fails("set-times without the right", s.sub("dir", vfs.Read).SetTimes(set(a), set(a)), vfs.ErrReadOnly)
	s.ok(s.dir.SetTimes(set(m), set(a)))
	check(".", m, a)

	// Now is later than what was set before.
	s.ok(s.dir.SetTimesAt(0, "hello.txt", keep, vfs.TimestampNow()))
	if st := stat("hello.txt"); !st.Accessed.Equal(a) || !st.Modified.After(m) {
		s.Errorf("after setting to now, the times are %v and %v", st.Accessed, st.Modified)
	}
	s.ok(s.file("empty", 0, vfs.Read).SetTimes(vfs.TimestampNow(), keep))
	if st := stat("empty"); !st.Accessed.After(a) || !st.Modified.Equal(early) {
		s.Errorf("after setting to now, the times are %v and %v", st.Accessed, st.Modified)
	}

	// Writing and changing names do what they should.
	modifies := func(what, path string, change func()) {
		s.Helper()
		s.ok(s.dir.SetTimesAt(0, path, set(a), set(a)))
		change()
		if st := stat(path); !st.Modified.After(a) {
			s.Errorf("%s leaves the modification time of %q", what, path)
		}
	}
	f := s.file("hello.txt", 0, vfs.Write)
	modifies("write", "hello.txt", func() {
		_, err := f.WriteAt([]byte("x"), 0)
		s.ok(err)
	})
	modifies("set-size", "hello.txt", func() { s.ok(f.SetSize(3)) })
	modifies("truncate", "hello.txt", func() { s.file("hello.txt", vfs.Truncate, vfs.Write) })
	modifies("create", "dir", func() { s.put(s.dir, "dir/new", "") })
	modifies("rename", "dir", func() { s.ok(s.dir.RenameAt("dir/new", s.dir, "dir/newer")) })
	modifies("unlink", "dir", func() { s.ok(s.dir.UnlinkFileAt("dir/newer")) })
}

func (s *suite) testSameObject() {
	same := func(want bool, a, b vfs.Node) {
		s.Helper()
		if got := vfs.SameObject(a, b); got != want {
			s.Errorf("same object: %v, want %v", got, want)
		}
	}
	s.ok(s.dir.LinkAt(0, "hello.txt", s.dir, "twin"))
	hello := s.file("hello.txt", 0, vfs.Read)
	same(true, hello, hello)
	same(true, hello, s.file("hello.txt", 0, vfs.Write))
	same(true, hello, s.file("twin", 0, vfs.Read))
	same(false, hello, s.file("empty", 0, vfs.Read))
	same(true, s.dir, s.sub("dir/..", vfs.Read))
	same(false, s.dir, s.sub("dir", vfs.Read))
	other := s.root(vfs.Read)
	same(false, s.dir, other)

	// Identity survives a change of data and of name, and ends with the object.
	_, err := s.file("hello.txt", 0, vfs.Write).WriteAt([]byte("x"), 0)
	s.ok(err)
	s.ok(s.dir.RenameAt("hello.txt", s.dir, "dir/moved"))
	same(true, hello, s.file("dir/moved", 0, vfs.Read))
	s.put(s.dir, "hello.txt", "another")
	same(false, hello, s.file("hello.txt", 0, vfs.Read))
	closed := s.file("twin", 0, vfs.Read)
	s.ok(closed.Close())
	same(false, closed, closed)
}

func (s *suite) testMetadataHash() {
	key := vfs.HashKey{1, 2, 3}
	type sum [2]uint64
	at := func(path string) sum {
		s.Helper()
		st, err := s.dir.StatAt(0, path)
		s.ok(err)
		lower, upper := key.Hash(st)
		return sum{lower, upper}
	}
	before, other := at("hello.txt"), at("empty")
	if before == other {
		s.Error("two files have the same hash")
	}
	s.has(s.dir, "hello.txt", "hello, world\n")
	if at("hello.txt") != before {
		s.Error("reading changes the hash")
	}
	f := s.file("hello.txt", 0, vfs.Write)
	_, err := f.Append([]byte("x"))
	s.ok(err)
	if at("hello.txt") == before {
		s.Error("writing leaves the hash")
	}
	if at("empty") != other {
		s.Error("writing to one file changes the hash of another")
	}
	st, err := f.Stat()
	s.ok(err)
	lower, upper := key.Hash(st)
	if at("hello.txt") != (sum{lower, upper}) {
		s.Error("path and handle give different hashes")
	}
}

func (s *suite) testClosed() {
	f := s.file("hello.txt", 0, vfs.Read|vfs.Write)
	reader := s.file("hello.txt", 0, vfs.Read)
	d := s.sub("dir", ReadWrite)
	stream, err := s.dir.ReadDirectory()
	s.ok(err)
	s.ok(f.Close())
	s.ok(reader.Close())
	s.ok(d.Close())
	s.ok(stream.Close())

	var buf [1]byte
	_, err = f.ReadAt(buf[:], 0)
	s.fails("read", err, vfs.ErrBadDescriptor)
	_, err = f.WriteAt(buf[:], 0)
	s.fails("write", err, vfs.ErrBadDescriptor)
	_, err = f.Append(buf[:])
	s.fails("append", err, vfs.ErrBadDescriptor)
	_, err = f.Stat()
	s.fails("stat", err, vfs.ErrBadDescriptor)
	s.fails("set-size", f.SetSize(0), vfs.ErrBadDescriptor)
	s.fails("set-times", f.SetTimes(vfs.TimestampNow(), vfs.TimestampNow()), vfs.ErrBadDescriptor)
	s.fails("sync", f.Sync(), vfs.ErrBadDescriptor)
	s.fails("sync-data", f.SyncData(), vfs.ErrBadDescriptor)
	s.fails("advise", f.Advise(0, 0, vfs.AdviceNormal), vfs.ErrBadDescriptor)
	s.fails("close", f.Close(), vfs.ErrBadDescriptor)
	s.fails("sync of a reader", reader.Sync(), vfs.ErrBadDescriptor)
	s.fails("sync-data of a reader", reader.SyncData(), vfs.ErrBadDescriptor)

	s.refused(d, vfs.ErrBadDescriptor, []string{"a.txt", "sub/deep.txt"},
		following, followingToChange, naming, namingToChange)
	_, err = d.ReadDirectory()
	s.fails("read-directory", err, vfs.ErrBadDescriptor)
	s.fails("rename into", s.dir.RenameAt("hello.txt", d, "x"), vfs.ErrBadDescriptor)
	s.fails("link into", s.dir.LinkAt(0, "hello.txt", d, "x"), vfs.ErrBadDescriptor)
	_, err = d.Stat()
	s.fails("stat of a directory", err, vfs.ErrBadDescriptor)
	s.fails("set-times of a directory", d.SetTimes(vfs.TimestampNow(), vfs.TimestampNow()), vfs.ErrBadDescriptor)
	s.fails("sync of a directory", d.Sync(), vfs.ErrBadDescriptor)
	s.fails("close of a directory", d.Close(), vfs.ErrBadDescriptor)
	_, err = stream.Next()
	s.fails("next entry", err, vfs.ErrBadDescriptor)
}

// foreign is a directory of no file system that an implementation knows.
type foreign struct{ vfs.Dir }

func (s *suite) testForeignDirectory() {
	s.fails("rename to a foreign directory",
		s.dir.RenameAt("hello.txt", foreign{s.dir}, "x"), vfs.ErrCrossDevice)
	s.fails("link to a foreign directory",
		s.dir.LinkAt(0, "hello.txt", foreign{s.dir}, "x"), vfs.ErrCrossDevice)
	s.has(s.dir, "hello.txt", "hello, world\n")
}
