// Package vfstest holds the tests that every implementation of package vfs must pass,
// with the same expectations for all of them: a guest must not be able to tell a
// directory of a host from a RAM disk by anything but names, times and sizes.
package vfstest

import (
	"errors"
	"io"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// OpenFunc returns a handle, with the rights in flags, of a new file system that holds
// tree. tree implements fs.ReadLinkFS.
type OpenFunc func(t *testing.T, tree fs.FS, flags vfs.DescriptorFlags) vfs.Dir

// ReadWrite are the rights that allow everything beneath a directory.
const ReadWrite = vfs.Read | vfs.MutateDirectory

// Run runs the conformance tests. Each gets a file system of its own.
func Run(t *testing.T, open OpenFunc) {
	t.Helper()
	for _, tt := range []struct {
		name string
		run  func(*suite)
	}{
		{"Escape", (*suite).testEscape},
		{"EscapeThroughCreation", (*suite).testEscapeThroughCreation},
		{"SymlinkBudget", (*suite).testSymlinkBudget},
		{"Failures", (*suite).testFailures},
		{"ReadOnlyRoot", (*suite).testReadOnlyRoot},
		{"ReadOnlySubdirectory", (*suite).testReadOnlySubdirectory},
		{"OpenKinds", (*suite).testOpenKinds},
		{"Create", (*suite).testCreate},
		{"ReadWrite", (*suite).testReadWrite},
		{"ExtremeOffsets", (*suite).testExtremeOffsets},
		{"Append", (*suite).testAppend},
		{"ConcurrentAppend", (*suite).testConcurrentAppend},
		{"ConcurrentUse", (*suite).testConcurrentUse},
		{"SetSize", (*suite).testSetSize},
		{"Rights", (*suite).testRights},
		{"Stat", (*suite).testStat},
		{"Times", (*suite).testTimes},
		{"ReadDirectory", (*suite).testReadDirectory},
		{"ReadDirectoryDuringChange", (*suite).testReadDirectoryDuringChange},
		{"Rename", (*suite).testRename},
		{"RenameDirectory", (*suite).testRenameDirectory},
		{"RenameBetweenHandles", (*suite).testRenameBetweenHandles},
		{"Link", (*suite).testLink},
		{"Symlink", (*suite).testSymlink},
		{"UnlinkWhileOpen", (*suite).testUnlinkWhileOpen},
		{"RemovedDirectory", (*suite).testRemovedDirectory},
		{"SameObject", (*suite).testSameObject},
		{"MetadataHash", (*suite).testMetadataHash},
		{"Closed", (*suite).testClosed},
		{"ForeignDirectory", (*suite).testForeignDirectory},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &suite{T: t, open: open}
			s.dir = s.root(ReadWrite)
			tt.run(s)
		})
	}
}

var _ fs.ReadLinkFS = fstest.MapFS(nil) // as OpenFunc promises

// treeTime is the modification time of everything in Tree.
var treeTime = time.Unix(1_000_000_000, 123_456_789)

// Tree is what the file systems under test start with.
func Tree() fstest.MapFS {
	file := func(data string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(data), Mode: 0o644, ModTime: treeTime}
	}
	link := func(target string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(target), Mode: fs.ModeSymlink | 0o777, ModTime: treeTime}
	}
	folder := func() *fstest.MapFile {
		return &fstest.MapFile{Mode: fs.ModeDir | 0o755, ModTime: treeTime}
	}
	return fstest.MapFS{
		"hello.txt":        file("hello, world\n"),
		"empty":            file(""),
		"dir":              folder(),
		"dir/a.txt":        file("a"),
		"dir/sub":          folder(),
		"dir/sub/deep.txt": file("deep"),
		"emptydir":         folder(),

		"to-file":    link("hello.txt"),
		"to-dir":     link("dir"),
		"to-slash":   link("dir/"),
		"dir/back":   link("../hello.txt"),
		"dangling":   link("nowhere"),
		"loop-a":     link("loop-b"),
		"loop-b":     link("loop-a"),
		"self":       link("self"),
		"self-slash": link("self-slash/x"),

		"abs":     link("/etc/passwd"),
		"abs-dir": link("/etc"),
		"up":      link(".."),
		"out":     link("../outside"),
		"out-in":  link("dir/../../outside"),
		"via":     link("out"),
		"dir/far": link("../../outside"),
	}
}

// suite is one test on one file system.
type suite struct {
	*testing.T
	open OpenFunc
	dir  vfs.Dir // the root, with all rights
}

// root returns a handle of another file system with the same content.
func (s *suite) root(flags vfs.DescriptorFlags) vfs.Dir {
	s.Helper()
	d := s.open(s.T, Tree(), flags)
	s.Cleanup(func() { _ = d.Close() })
	return d
}

// ok fails the test if err is an error.
func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// fails reports an error that is not the wanted code.
func (s *suite) fails(what string, err, want error) {
	s.Helper()
	if err != want {
		s.Errorf("%s: %v, want %v", what, err, want)
	}
}

// node opens path and closes it when the test ends.
func (s *suite) node(d vfs.Dir, path string, open vfs.OpenFlags, flags vfs.DescriptorFlags) vfs.Node {
	s.Helper()
	n, err := d.OpenAt(0, path, open, flags)
	if err != nil {
		s.Fatalf("open %q: %v", path, err)
	}
	s.Cleanup(func() { _ = n.Close() })
	return n
}

func (s *suite) file(path string, open vfs.OpenFlags, flags vfs.DescriptorFlags) vfs.File {
	s.Helper()
	f, ok := s.node(s.dir, path, open, flags).(vfs.File)
	if !ok {
		s.Fatalf("%q is not a file", path)
	}
	return f
}

func (s *suite) sub(path string, flags vfs.DescriptorFlags) vfs.Dir {
	s.Helper()
	d, ok := s.node(s.dir, path, vfs.Directory, flags).(vfs.Dir)
	if !ok {
		s.Fatalf("%q is not a directory", path)
	}
	return d
}

// put makes path a file with the given data.
func (s *suite) put(d vfs.Dir, path, data string) {
	s.Helper()
	n, err := d.OpenAt(0, path, vfs.Create|vfs.Truncate, vfs.Write)
	if err != nil {
		s.Fatalf("create %q: %v", path, err)
	}
	_, err = n.(vfs.File).WriteAt([]byte(data), 0)
	s.ok(err)
	s.ok(n.Close())
}

// has checks the data of the file at path.
func (s *suite) has(d vfs.Dir, path, want string) {
	s.Helper()
	got, err := ReadFile(d, path)
	if err != nil {
		s.Errorf("read %q: %v", path, err)
	} else if got != want {
		s.Errorf("%q holds %q, want %q", path, got, want)
	}
}

// gone checks that there is nothing at path.
func (s *suite) gone(path string) {
	s.Helper()
	_, err := s.dir.StatAt(0, path)
	s.fails("stat "+path, err, vfs.ErrNoEntry)
}

// holds checks the data of an open file.
func (s *suite) holds(f vfs.File, want string) {
	s.Helper()
	got, err := readAll(f)
	if err != nil {
		s.Error(err)
	} else if got != want {
		s.Errorf("the file holds %q, want %q", got, want)
	}
}

// ReadFile returns the data of the file at path, which may be a link.
func ReadFile(d vfs.Dir, path string) (string, error) {
	n, err := d.OpenAt(vfs.SymlinkFollow, path, 0, vfs.Read)
	if err != nil {
		return "", err
	}
	defer func() { _ = n.Close() }()
	f, ok := n.(vfs.File)
	if !ok {
		return "", vfs.ErrIsDirectory
	}
	return readAll(f)
}

func readAll(f vfs.File) (string, error) {
	var all []byte
	buf := make([]byte, 1000) // not a divisor of any page size
	for {
		n, err := f.ReadAt(buf, uint64(len(all)))
		all = append(all, buf[:n]...)
		if err == io.EOF {
			return string(all), nil
		}
		if err != nil {
			return "", err
		}
		if n < len(buf) {
			return "", errors.New("a short read without an error")
		}
	}
}

// List returns the entries of the open directory d by name. A name listed twice is an
// error.
func List(d vfs.Dir) (map[string]vfs.DescriptorType, error) {
	stream, err := d.ReadDirectory()
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	entries := map[string]vfs.DescriptorType{}
	for {
		e, err := stream.Next()
		if err == io.EOF {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		if _, ok := entries[e.Name]; ok {
			return nil, errors.New(e.Name + " is listed twice")
		}
		entries[e.Name] = e.Type
	}
}
