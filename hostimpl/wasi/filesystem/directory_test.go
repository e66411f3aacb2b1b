package filesystem

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/preopens"
	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
)

// TestPreopens checks that every call gives all directories anew and that dropping them does no harm.
func TestPreopens(t *testing.T) {
	a, b := overlay.New(overlay.Config{}), overlay.New(overlay.Config{})
	var h preopens.Host = newHost([]Preopen{{"/", a.Root(everything)}, {"/ro", b.Root(vfs.Read)}})
	for range 3 {
		list, err := h.GetDirectories(t.Context())
		ok(t, err)
		if len(list) != 2 || list[0].F1 != "/" || list[1].F1 != "/ro" {
			t.Fatalf("got %v", list)
		}
		rw, ro := list[0].F0.Value(), list[1].F0.Value()
		put(t, rw, "f", []byte("x"))
		_, err = ro.OpenAt(t.Context(), 0, "f", types.OpenFlagsCreate, readWrite)
		fails(t, "creating in a read-only directory", err, types.ErrorCodeReadOnly)
		fails(t, "renaming to another file system", rw.RenameAt(t.Context(), "f", ro, "f"), types.ErrorCodeReadOnly)
		list[0].F0.Drop(t.Context())
		list[1].F0.Drop(t.Context())
	}
	if list, err := newHost(nil).GetDirectories(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("without directories: %v, %v", list, err)
	}
}

// TestInterfaces checks that both interfaces are offered.
func TestInterfaces(t *testing.T) {
	var names []string
	for _, i := range Interfaces(nil) {
		names = append(names, i.Name)
	}
	got := strings.Join(names, " ")
	if want := "wasi:filesystem/types@0.2.12 wasi:filesystem/preopens@0.2.12"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDirectoryErrors runs through operations that the file system refuses, and their codes.
func TestDirectoryErrors(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		ctx := t.Context()
		put(t, root, "f", nil)
		ok(t, root.CreateDirectoryAt(ctx, "d"))
		put(t, root, "d/f", nil)
		ok(t, root.SymlinkAt(ctx, "f", "link"))
		openAs := func(path string, openFlags types.OpenFlags, flags types.DescriptorFlags) error {
			_, err := root.OpenAt(ctx, 0, path, openFlags, flags)
			return err
		}
		readlink := func(path string) error {
			_, err := root.ReadlinkAt(ctx, path)
			return err
		}
		for _, test := range []struct {
			name string
			err  error
			want types.ErrorCode
		}{
			{"open nothing", openAs("none", 0, readWrite), types.ErrorCodeNoEntry},
			{"open an empty path", openAs("", 0, readWrite), types.ErrorCodeNoEntry},
			{"open above", openAs("../f", 0, readWrite), types.ErrorCodeNotPermitted},
			{"open an absolute path", openAs("/f", 0, readWrite), types.ErrorCodeNotPermitted},
			{"open below a file", openAs("f/x", 0, readWrite), types.ErrorCodeNotDirectory},
			{"open a file as a directory", openAs("f", types.OpenFlagsDirectory, 0), types.ErrorCodeNotDirectory},
			{"open a directory to write", openAs("d", 0, readWrite), types.ErrorCodeIsDirectory},
			{"open a link itself", openAs("link", 0, readWrite), types.ErrorCodeLoop},
			{"create what exists", openAs("f", types.OpenFlagsCreate|types.OpenFlagsExclusive, readWrite), types.ErrorCodeExist},
			{"create a directory by opening", openAs("x", types.OpenFlagsCreate|types.OpenFlagsDirectory, 0), types.ErrorCodeInvalid},
			{"make what exists", root.CreateDirectoryAt(ctx, "f"), types.ErrorCodeExist},
			{"remove a full directory", root.RemoveDirectoryAt(ctx, "d"), types.ErrorCodeNotEmpty},
			{"remove a file as a directory", root.RemoveDirectoryAt(ctx, "f"), types.ErrorCodeNotDirectory},
			{"unlink a directory", root.UnlinkFileAt(ctx, "d"), types.ErrorCodeIsDirectory},
			{"unlink nothing", root.UnlinkFileAt(ctx, "none"), types.ErrorCodeNoEntry},
			{"link a directory", root.LinkAt(ctx, 0, "d", root, "e"), types.ErrorCodeNotPermitted},
			{"link over a file", root.LinkAt(ctx, 0, "f", root, "d/f"), types.ErrorCodeExist},
			{"rename nothing", root.RenameAt(ctx, "none", root, "x"), types.ErrorCodeNoEntry},
			{"rename a file over a directory", root.RenameAt(ctx, "f", root, "d"), types.ErrorCodeIsDirectory},
			{"make an absolute link", root.SymlinkAt(ctx, "/f", "x"), types.ErrorCodeNotPermitted},
			{"read a file as a link", readlink("f"), types.ErrorCodeInvalid},
			{"a long name", root.CreateDirectoryAt(ctx, strings.Repeat("x", 256)), types.ErrorCodeNameTooLong},
		} {
			fails(t, test.name, test.err, test.want)
		}
	})
}

// TestNames moves and links a file and follows its content.
func TestNames(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		ctx := t.Context()
		put(t, root, "a", []byte("content"))
		ok(t, root.CreateDirectoryAt(ctx, "d"))
		dir := open(t, root, "d", types.OpenFlagsDirectory, types.DescriptorFlagsRead|types.DescriptorFlagsMutateDirectory)
		ok(t, root.RenameAt(ctx, "a", dir, "b"))
		ok(t, dir.LinkAt(ctx, 0, "b", root, "c"))
		ok(t, root.SymlinkAt(ctx, "d/b", "link"))
		if target, err := root.ReadlinkAt(ctx, "link"); err != nil || target != "d/b" {
			t.Errorf("the link holds %q, %v", target, err)
		}
		ok(t, dir.UnlinkFileAt(ctx, "b"))
		ok(t, root.RemoveDirectoryAt(ctx, "d"))
		if got := contentOf(t, open(t, root, "c", 0, types.DescriptorFlagsRead)); string(got) != "content" {
			t.Errorf("the file holds %q", got)
		}
		_, err := root.OpenAt(ctx, types.PathFlagsSymlinkFollow, "link", 0, types.DescriptorFlagsRead)
		fails(t, "following a link to nothing", err, types.ErrorCodeNoEntry)
	})
}

// TestRightsOfSubdirectories checks that below a directory that may be changed everything may be, and below
// one that may not nothing.
func TestRightsOfSubdirectories(t *testing.T) {
	fsys := overlay.New(overlay.Config{})
	ctx := t.Context()
	root := rootOf(t, fsys.Root(everything))
	ok(t, root.CreateDirectoryAt(ctx, "d"))
	for _, test := range []struct {
		name   string
		rights vfs.DescriptorFlags
		want   error
	}{
		{"below one to change", everything, nil},
		{"below one to read", vfs.Read, types.ErrorCodeReadOnly},
	} {
		d := open(t, rootOf(t, fsys.Root(test.rights)), "d", types.OpenFlagsDirectory, types.DescriptorFlagsRead)
		fails(t, "create "+test.name, d.CreateDirectoryAt(ctx, "e"), test.want)
		fails(t, "remove "+test.name, d.RemoveDirectoryAt(ctx, "e"), test.want)
		_, err := d.OpenAt(ctx, 0, "f", types.OpenFlagsCreate, readWrite)
		fails(t, "open "+test.name, err, test.want)
	}
	_, err := rootOf(t, fsys.Root(vfs.Read)).OpenAt(ctx, 0, "d", 0, types.DescriptorFlagsMutateDirectory)
	fails(t, "asking for more than the base has", err, types.ErrorCodeReadOnly)
}

// TestReadDirectory lists more names than any batch holds, twice at once.
func TestReadDirectory(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		ctx := t.Context()
		want := map[string]types.DescriptorType{"dir": types.DescriptorTypeDirectory, "link": types.DescriptorTypeSymbolicLink}
		ok(t, root.CreateDirectoryAt(ctx, "dir"))
		ok(t, root.SymlinkAt(ctx, "dir", "link"))
		for i := range 300 {
			name := fmt.Sprint("file", i)
			own, err := root.OpenAt(ctx, 0, name, types.OpenFlagsCreate, readWrite)
			ok(t, err)
			own.Drop(ctx)
			want[name] = types.DescriptorTypeRegularFile
		}
		first, err := root.ReadDirectory(ctx)
		ok(t, err)
		second, err := root.ReadDirectory(ctx)
		ok(t, err)
		for range 2 {
			got := map[string]types.DescriptorType{}
			for {
				next, err := first.Value().ReadDirectoryEntry(ctx)
				ok(t, err)
				e, is := next.Get()
				if !is {
					break
				}
				if _, twice := got[e.Name]; twice {
					t.Errorf("%s is listed twice", e.Name)
				}
				got[e.Name] = e.Type
			}
			if !maps.Equal(got, want) {
				t.Errorf("listed %d names, want %d and the same", len(got), len(want))
			}
			if next, err := first.Value().ReadDirectoryEntry(ctx); err != nil || next.String() != "none" {
				t.Errorf("after the end: %v, %v", next, err)
			}
			first.Drop(ctx)
			first = second
		}
	})
}

// brokenListing is a directory whose listing fails at the first entry.
type brokenListing struct {
	vfs.Dir
	closed int
}

func (d *brokenListing) ReadDirectory() (vfs.DirectoryEntryStream, error) { return d, nil }

func (*brokenListing) Next() (vfs.DirectoryEntry, error) { return vfs.DirectoryEntry{}, vfs.ErrIO }

func (d *brokenListing) Close() error {
	d.closed++
	return nil
}

// TestListing checks that an error is told and that the end of the resource is that of the listing below.
func TestListing(t *testing.T) {
	below := &brokenListing{}
	own, err := descriptorOf(t, below).Value().ReadDirectory(t.Context())
	_, err = value(t, own, err).ReadDirectoryEntry(t.Context())
	fails(t, "read-directory-entry", err, types.ErrorCodeIO)
	own.Drop(t.Context())
	if below.closed != 1 {
		t.Errorf("closed %d times", below.closed)
	}
}

// TestDropClosesDirectory checks that an opened directory is closed with its descriptor, but a preopened one
// is not.
func TestDropClosesDirectory(t *testing.T) {
	fsys := overlay.New(overlay.Config{})
	pre := fsys.Root(everything)
	root := rootOf(t, pre)
	own, err := root.OpenAt(t.Context(), 0, ".", types.OpenFlagsDirectory, types.DescriptorFlagsRead)
	d := value(t, own, err)
	own.Drop(t.Context())
	_, err = d.Stat(t.Context())
	fails(t, "using a dropped directory", err, types.ErrorCodeBadDescriptor)

	root.(*descriptor).Drop(t.Context())
	_, err = pre.Stat()
	ok(t, err)
}

// foreign is a descriptor of another implementation.
type foreign struct{ types.Descriptor }

// TestForeignDescriptor checks that such a parameter is a failure of the host and no WIT error.
func TestForeignDescriptor(t *testing.T) {
	root := rootOf(t, overlay.New(overlay.Config{}).Root(everything))
	put(t, root, "f", nil)
	_, same := root.IsSameObject(t.Context(), foreign{})
	for what, err := range map[string]error{
		"is-same-object": same,
		"rename-at":      root.RenameAt(t.Context(), "f", foreign{}, "g"),
		"link-at":        root.LinkAt(t.Context(), 0, "f", foreign{}, "g"),
	} {
		var wit types.ErrorCode
		if err == nil || errors.As(err, &wit) || !strings.Contains(err.Error(), "another implementation") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
