package vfstest

import (
	"fmt"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// The tests of this file try to leave the directory, or to change what may only be
// read.

// operation is one method of vfs.Dir, applied to a path. The path is where something
// is looked up or made; anything else it needs is there.
type operation struct {
	name string
	run  func(d vfs.Dir, path string) error
}

func opening(name string, pathFlags vfs.PathFlags, open vfs.OpenFlags, flags vfs.DescriptorFlags) operation {
	return operation{name, func(d vfs.Dir, path string) error {
		n, err := d.OpenAt(pathFlags, path, open, flags)
		if err == nil {
			_ = n.Close()
		}
		return err
	}}
}

// following are the operations that resolve a link in the last component.
var following = []operation{
	opening("open", vfs.SymlinkFollow, 0, vfs.Read),
	opening("open-directory", vfs.SymlinkFollow, vfs.Directory, vfs.Read),
	{"stat", func(d vfs.Dir, path string) error {
		_, err := d.StatAt(vfs.SymlinkFollow, path)
		return err
	}},
}

// followingToChange are those of them that change something.
var followingToChange = []operation{
	opening("open-write", vfs.SymlinkFollow, 0, vfs.Read|vfs.Write),
	opening("open-create", vfs.SymlinkFollow, vfs.Create, vfs.Write),
	opening("open-truncate", vfs.SymlinkFollow, vfs.Truncate, vfs.Write),
	{"set-times", func(d vfs.Dir, path string) error {
		return d.SetTimesAt(vfs.SymlinkFollow, path, vfs.TimestampNow(), vfs.TimestampNow())
	}},
	{"link-from", func(d vfs.Dir, path string) error {
		return d.LinkAt(vfs.SymlinkFollow, path, d, "new-name")
	}},
}

// naming are the operations about the name itself that only look.
var naming = []operation{
	opening("open-nofollow", 0, 0, vfs.Read),
	{"stat-nofollow", func(d vfs.Dir, path string) error {
		_, err := d.StatAt(0, path)
		return err
	}},
	{"readlink", func(d vfs.Dir, path string) error {
		_, err := d.ReadlinkAt(path)
		return err
	}},
}

// namingToChange are those that change something.
var namingToChange = []operation{
	opening("open-exclusive", 0, vfs.Create|vfs.Exclusive, vfs.Write),
	{"set-times-nofollow", func(d vfs.Dir, path string) error {
		return d.SetTimesAt(0, path, vfs.TimestampNow(), vfs.TimestampNow())
	}},
	{"create-directory", func(d vfs.Dir, path string) error { return d.CreateDirectoryAt(path) }},
	{"unlink-file", func(d vfs.Dir, path string) error { return d.UnlinkFileAt(path) }},
	{"remove-directory", func(d vfs.Dir, path string) error { return d.RemoveDirectoryAt(path) }},
	{"rename-from", func(d vfs.Dir, path string) error { return d.RenameAt(path, d, "new-name") }},
	{"rename-to", func(d vfs.Dir, path string) error { return d.RenameAt("hello.txt", d, path) }},
	{"link-from-nofollow", func(d vfs.Dir, path string) error { return d.LinkAt(0, path, d, "new-name") }},
	{"link-to", func(d vfs.Dir, path string) error { return d.LinkAt(0, "hello.txt", d, path) }},
	{"symlink", func(d vfs.Dir, path string) error { return d.SymlinkAt("hello.txt", path) }},
}

// refused checks that every operation on every path fails with want.
func (s *suite) refused(d vfs.Dir, want error, paths []string, groups ...[]operation) {
	s.Helper()
	for _, group := range groups {
		for _, op := range group {
			for _, path := range paths {
				s.fails(fmt.Sprintf("%s %q", op.name, path), op.run(d, path), want)
			}
		}
	}
}

func (s *suite) testEscape() {
	// Paths that leave before their last component.
	s.refused(s.dir, vfs.ErrNotPermitted, []string{
		"/", "/etc/passwd", "//x", "/hello.txt",
		"..", "../", "../x", "./../x", "dir/../..", "dir/../../x", "dir/../../hello.txt",
		"to-dir/../../x", "dir/sub/../../../x", "emptydir/./../../x",
		"abs-dir/passwd", "abs-dir/..", "up/x", "up/.", "up/../x", "dir/far/x", "out/x", "via/x", "out-in/x",
	}, following, followingToChange, naming, namingToChange)
	// Links that leave.
	s.refused(s.dir, vfs.ErrNotPermitted, []string{
		"abs", "abs-dir", "up", "out", "out-in", "via", "dir/far",
	}, following, followingToChange)
	// A slash makes the name itself a link to follow, where an operation follows.
	s.refused(s.dir, vfs.ErrNotPermitted, []string{"abs-dir/", "up/", "out/"}, following, naming)
	s.gone("new-name")
	s.has(s.dir, "hello.txt", "hello, world\n")

	// From a subdirectory even the root is outside.
	sub := s.sub("dir", ReadWrite)
	s.refused(sub, vfs.ErrNotPermitted, []string{"back", "../hello.txt", "sub/../../hello.txt"},
		following, followingToChange)
	s.refused(sub, vfs.ErrNotPermitted, []string{"..", "../dir/a.txt"}, naming)

	// The content of an absolute link is not shown either.
	_, err := s.dir.ReadlinkAt("abs")
	s.fails("readlink abs", err, vfs.ErrNotPermitted)
}

func (s *suite) testEscapeThroughCreation() {
	for _, target := range []string{"/", "/etc/passwd", "//x"} {
		s.fails("symlink to "+target, s.dir.SymlinkAt(target, "l"), vfs.ErrNotPermitted)
	}
	// A link upwards may be made, but leads nowhere.
	s.ok(s.dir.SymlinkAt("../x", "l"))
	_, err := ReadFile(s.dir, "l")
	s.fails("read l", err, vfs.ErrNotPermitted)

	// What is harmless in a subdirectory stays so when the directory moves up.
	s.ok(s.dir.SymlinkAt("../../hello.txt", "dir/sub/up2"))
	s.has(s.dir, "dir/sub/up2", "hello, world\n")
	s.ok(s.dir.RenameAt("dir/sub", s.dir, "sub"))
	_, err = ReadFile(s.dir, "sub/up2")
	s.fails("read sub/up2", err, vfs.ErrNotPermitted)
}

func (s *suite) testSymlinkBudget() {
	s.refused(s.dir, vfs.ErrLoop, []string{"loop-a", "self", "loop-a/x", "self/x", "self-slash"}, following)
	s.refused(s.dir, vfs.ErrLoop, []string{"loop-a/x", "self/x"}, naming, namingToChange)

	target := "hello.txt"
	for i := range vfs.MaxSymlinks + 1 {
		name := fmt.Sprintf("chain-%d", i+1)
		s.ok(s.dir.SymlinkAt(target, name))
		target = name
	}
	s.has(s.dir, fmt.Sprintf("chain-%d", vfs.MaxSymlinks), "hello, world\n")
	_, err := ReadFile(s.dir, target)
	s.fails("read "+target, err, vfs.ErrLoop)
}

func (s *suite) testReadOnlyRoot() {
	d := s.root(vfs.Read)
	s.refused(d, vfs.ErrReadOnly, []string{"hello.txt", "dir", "new", "to-file", "dir/sub/deep.txt"},
		followingToChange, namingToChange)
	_, err := d.OpenAt(0, "dir", vfs.Directory, ReadWrite)
	s.fails("open dir to mutate", err, vfs.ErrReadOnly)
	s.fails("set-times of the root", d.SetTimes(vfs.TimestampNow(), vfs.TimestampNow()), vfs.ErrReadOnly)

	f := s.node(d, "hello.txt", 0, vfs.Read).(vfs.File)
	s.fails("set-times of a file", f.SetTimes(vfs.TimestampNow(), vfs.TimestampNow()), vfs.ErrReadOnly)
	s.fails("sync", f.Sync(), nil)
	s.fails("sync-data", f.SyncData(), nil)
	s.holds(f, "hello, world\n")
	s.has(d, "dir/sub/deep.txt", "deep")

	// Neither end of a rename or link may be read-only.
	s.fails("rename out", d.RenameAt("hello.txt", s.dir, "x"), vfs.ErrReadOnly)
	s.fails("link out", d.LinkAt(0, "hello.txt", s.dir, "x"), vfs.ErrReadOnly)
}

func (s *suite) testReadOnlySubdirectory() {
	d := s.sub("dir", vfs.Read)
	s.refused(d, vfs.ErrReadOnly, []string{"a.txt", "sub", "new"}, followingToChange, namingToChange)
	s.fails("rename in", s.dir.RenameAt("hello.txt", d, "x"), vfs.ErrReadOnly)
	s.fails("link in", s.dir.LinkAt(0, "hello.txt", d, "x"), vfs.ErrReadOnly)
	if got := d.Flags(); got != vfs.Read {
		s.Errorf("flags are %b, want %b", got, vfs.Read)
	}
}
