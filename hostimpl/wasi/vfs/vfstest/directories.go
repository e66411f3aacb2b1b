package vfstest

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// The tests of this file are about names: listing, moving and linking them.

func (s *suite) testReadDirectory() {
	got, err := List(s.dir)
	s.ok(err)
	want := map[string]vfs.DescriptorType{}
	tree := Tree()
	for path, f := range tree {
		if !slices.Contains([]byte(path), '/') {
			want[path] = vfs.TypeOfMode(f.Mode)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("the root lists differently (-want +got):\n%s", diff)
	}
	got, err = List(s.sub("emptydir", vfs.Read))
	s.ok(err)
	if len(got) != 0 {
		s.Errorf("an empty directory lists %v", got)
	}

	// Two streams do not move each other.
	dir := s.sub("dir", ReadWrite)
	a, err := dir.ReadDirectory()
	s.ok(err)
	defer func() { _ = a.Close() }()
	if _, err := a.Next(); err != nil {
		s.Fatal(err)
	}
	got, err = List(dir)
	s.ok(err)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"a.txt", "back", "far", "sub"}) {
		s.Errorf("dir lists %v", names)
	}

	// What changed since is listed by a new stream.
	s.ok(s.dir.UnlinkFileAt("dir/a.txt"))
	s.put(s.dir, "dir/b.txt", "")
	got, err = List(dir)
	s.ok(err)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"b.txt", "back", "far", "sub"}) {
		s.Errorf("dir lists %v after a change", names)
	}
}

// testReadDirectoryDuringChange removes and adds names halfway through a listing. The
// names that were there all the time must be listed once each.
func (s *suite) testReadDirectoryDuringChange() {
	const count = 300
	dir := s.sub("emptydir", ReadWrite)
	name := func(i int) string { return fmt.Sprintf("f%03d", i) }
	for i := range count {
		s.put(dir, name(i), "")
	}
	stream, err := dir.ReadDirectory()
	s.ok(err)
	defer func() { _ = stream.Close() }()
	seen := map[string]int{}
	for range count / 2 {
		e, err := stream.Next()
		s.ok(err)
		seen[e.Name]++
	}
	for i := range count {
		switch i % 3 {
		case 0:
			s.ok(dir.UnlinkFileAt(name(i)))
		case 1:
			s.put(dir, fmt.Sprintf("new%03d", i), "")
		}
	}
	for {
		e, err := stream.Next()
		if err == io.EOF {
			break
		}
		s.ok(err)
		seen[e.Name]++
	}
	for i := range count {
		if n := seen[name(i)]; i%3 != 0 && n != 1 {
			s.Errorf("%s, there all the time, is listed %d times", name(i), n)
		}
	}
	for name, n := range seen {
		if n != 1 {
			s.Errorf("%s is listed %d times", name, n)
		}
	}
	if _, err := stream.Next(); err != io.EOF {
		s.Errorf("after the end: %v, want EOF again", err)
	}
}

func (s *suite) testRename() {
	rename := func(from, to string) {
		s.Helper()
		if err := s.dir.RenameAt(from, s.dir, to); err != nil {
			s.Errorf("rename %q to %q: %v", from, to, err)
		}
	}
	rename("hello.txt", "dir/moved")
	s.gone("hello.txt")
	s.has(s.dir, "dir/moved", "hello, world\n")

	rename("dir/moved", "dir/a.txt") // over a file
	s.gone("dir/moved")
	s.has(s.dir, "dir/a.txt", "hello, world\n")

	rename("dir/a.txt", "to-dir/../hello.txt") // back, through a link
	s.has(s.dir, "hello.txt", "hello, world\n")

	rename("hello.txt", "hello.txt") // onto itself
	s.has(s.dir, "hello.txt", "hello, world\n")

	rename("to-file", "link") // the link, not what it names
	target, err := s.dir.ReadlinkAt("link")
	if target != "hello.txt" || err != nil {
		s.Errorf("the renamed link holds %q, %v", target, err)
	}
	rename("empty", "dangling") // over a link
	s.has(s.dir, "dangling", "")
	s.gone("nowhere")

	s.ok(s.dir.LinkAt(0, "hello.txt", s.dir, "twin"))
	rename("hello.txt", "twin") // two names of one object both stay
	s.has(s.dir, "hello.txt", "hello, world\n")
	s.has(s.dir, "twin", "hello, world\n")

	// A file changed after a rename is changed at its new name only.
	f := s.file("twin", 0, vfs.Write)
	rename("twin", "moved")
	s.ok(f.SetSize(5))
	s.has(s.dir, "moved", "hello")
	s.gone("twin")
}

func (s *suite) testRenameDirectory() {
	open := s.sub("dir", ReadWrite)
	s.ok(s.dir.RenameAt("dir", s.dir, "emptydir")) // over an empty one
	s.gone("dir")
	s.has(s.dir, "emptydir/sub/deep.txt", "deep")
	s.has(open, "sub/deep.txt", "deep") // a handle follows its directory
	s.put(open, "new", "new")
	s.has(s.dir, "emptydir/new", "new")

	s.ok(s.dir.RenameAt("emptydir/sub/", s.dir, "sub/"))
	s.has(s.dir, "sub/deep.txt", "deep")
	s.ok(s.dir.RenameAt("emptydir", s.dir, "sub/inner"))
	s.has(s.dir, "sub/inner/a.txt", "a")
	s.has(s.dir, "sub/inner/../deep.txt", "deep")
	s.fails("rename into itself", s.dir.RenameAt("sub", s.dir, "sub/inner/x"), vfs.ErrInvalid)
	s.fails("rename into itself by handle", s.dir.RenameAt("sub", open, "x"), vfs.ErrInvalid)
}

func (s *suite) testRenameBetweenHandles() {
	dir, sub := s.sub("dir", ReadWrite), s.sub("dir/sub", ReadWrite)
	s.ok(dir.RenameAt("a.txt", sub, "b.txt"))
	s.has(s.dir, "dir/sub/b.txt", "a")
	s.ok(sub.RenameAt("b.txt", s.dir, "emptydir/c.txt"))
	s.has(s.dir, "emptydir/c.txt", "a")
	s.ok(s.dir.LinkAt(0, "hello.txt", sub, "hello"))
	s.has(sub, "hello", "hello, world\n")
	s.fails("rename out of a handle", sub.RenameAt("../x", s.dir, "x"), vfs.ErrNotPermitted)
	s.fails("rename out of the other handle", s.dir.RenameAt("hello.txt", sub, "../x"), vfs.ErrNotPermitted)
	s.fails("link out of the other handle", s.dir.LinkAt(0, "hello.txt", sub, "../x"), vfs.ErrNotPermitted)
}

func (s *suite) testLink() {
	links := func(path string, want uint64) {
		s.Helper()
		st, err := s.dir.StatAt(0, path)
		if err != nil || st.Links != want {
			s.Errorf("%q has %d links, %v, want %d", path, st.Links, err, want)
		}
	}
	links("hello.txt", 1)
	s.ok(s.dir.LinkAt(0, "hello.txt", s.dir, "dir/twin"))
	links("hello.txt", 2)
	links("dir/twin", 2)
	f := s.file("dir/twin", 0, vfs.Write)
	_, err := f.WriteAt([]byte("J"), 0)
	s.ok(err)
	s.has(s.dir, "hello.txt", "Jello, world\n")
	s.ok(s.dir.UnlinkFileAt("hello.txt"))
	links("dir/twin", 1)
	s.has(s.dir, "dir/twin", "Jello, world\n")

	// With SymlinkFollow the file gets the name, without it the link does.
	s.ok(s.dir.SymlinkAt("dir/twin", "l"))
	s.ok(s.dir.LinkAt(vfs.SymlinkFollow, "l", s.dir, "followed"))
	links("dir/twin", 2)
	links("l", 1)
	s.ok(s.dir.LinkAt(0, "l", s.dir, "not-followed"))
	links("l", 2)
	target, err := s.dir.ReadlinkAt("not-followed")
	if target != "dir/twin" || err != nil {
		s.Errorf("the linked link holds %q, %v", target, err)
	}
	s.ok(s.dir.LinkAt(0, "dangling", s.dir, "dangling-too"))
}

func (s *suite) testSymlink() {
	for _, target := range []string{"hello.txt", "dir/sub/../a.txt", "./dir//a.txt", "missing", "../x", "dir/", "…"} {
		s.ok(s.dir.SymlinkAt(target, "l"))
		got, err := s.dir.ReadlinkAt("l")
		if got != target || err != nil {
			s.Errorf("the link holds %q, %v, want %q", got, err, target)
		}
		st, err := s.dir.StatAt(0, "l")
		if err != nil || st.Type != vfs.TypeSymbolicLink || st.Size != uint64(len(target)) {
			s.Errorf("the link is %+v, %v", st, err)
		}
		s.ok(s.dir.UnlinkFileAt("l"))
	}
	s.ok(s.dir.SymlinkAt("../sub/deep.txt", "dir/sub/l"))
	s.has(s.dir, "dir/sub/l", "deep")
	s.ok(s.dir.SymlinkAt("dir/sub", "d"))
	s.has(s.dir, "d/l", "deep")
	s.has(s.dir, "d/../a.txt", "a") // ".." goes up from where the link led
	s.ok(s.dir.RemoveDirectoryAt("emptydir"))
	s.ok(s.dir.UnlinkFileAt("to-dir"))
	s.has(s.dir, "dir/a.txt", "a")
}

func (s *suite) testRemovedDirectory() {
	d := s.sub("emptydir", ReadWrite)
	s.ok(s.dir.RemoveDirectoryAt("emptydir/"))
	s.gone("emptydir")
	s.fails("mkdir in a removed directory", d.CreateDirectoryAt("x"), vfs.ErrNoEntry)
	s.fails("symlink in a removed directory", d.SymlinkAt("x", "x"), vfs.ErrNoEntry)
	s.fails("rename into a removed directory", s.dir.RenameAt("hello.txt", d, "x"), vfs.ErrNoEntry)
	s.fails("link into a removed directory", s.dir.LinkAt(0, "hello.txt", d, "x"), vfs.ErrNoEntry)
	_, err := d.OpenAt(0, "x", vfs.Create, vfs.Write)
	s.fails("create in a removed directory", err, vfs.ErrNoEntry)
	_, err = d.StatAt(0, "x")
	s.fails("stat in a removed directory", err, vfs.ErrNoEntry)
	st, err := d.Stat()
	if err != nil || st.Type != vfs.TypeDirectory {
		s.Errorf("the removed directory is %+v, %v", st, err)
	}

	// Another directory of that name is another directory.
	s.ok(s.dir.CreateDirectoryAt("emptydir"))
	s.put(s.dir, "emptydir/x", "")
	_, err = d.StatAt(0, "x")
	s.fails("stat in a replaced directory", err, vfs.ErrNoEntry)
	if vfs.SameObject(d, s.sub("emptydir", vfs.Read)) {
		s.Error("a removed directory and its successor are the same object")
	}
}

// testConcurrentUse has several goroutines change one directory in every way. What
// they get is not specified; that the file system survives it in order is.
func (s *suite) testConcurrentUse() {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			own := fmt.Sprintf("own-%d", w)
			for i := range 40 {
				_ = s.dir.CreateDirectoryAt("shared")
				if n, err := s.dir.OpenAt(0, "shared/f", vfs.Create, vfs.Read|vfs.Write); err == nil {
					_, _ = n.(vfs.File).WriteAt([]byte{byte(i)}, uint64(i))
					_, _ = n.Stat()
					_ = n.SetTimes(vfs.TimestampNow(), vfs.NewTimestamp{})
					_ = n.Close()
				}
				_ = s.dir.LinkAt(0, "shared/f", s.dir, own)
				_, _ = List(s.dir)
				_ = s.dir.RenameAt(own, s.dir, "shared/f")
				_, _ = s.dir.StatAt(0, "dir/sub/deep.txt")
				_ = s.dir.UnlinkFileAt(own)
				if i%10 == w {
					_ = s.dir.RenameAt("shared", s.dir, own)
					_ = s.dir.UnlinkFileAt(own + "/f")
					_ = s.dir.RemoveDirectoryAt(own)
				}
			}
		})
	}
	wg.Wait()
	lines, err := Describe(s.dir)
	s.ok(err)
	if len(lines) < len(Tree()) {
		s.Errorf("files that nobody touched are gone:\n%q", lines)
	}
}
