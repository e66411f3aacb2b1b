package filesystem

import (
	"context"
	"errors"
	"testing"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/preopens"
	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/hostdir"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/runtime/glue"
)

// These tests see the package as generated code does: through the interfaces of resources and hosts. What
// the files below do is tested in package vfs; here it is whether they are reached and reported rightly.

const everything = vfs.Read | vfs.MutateDirectory

// onEach runs a test on every implementation of package vfs, in an empty directory.
func onEach(t *testing.T, test func(t *testing.T, root types.Descriptor)) {
	t.Run("overlay", func(t *testing.T) { test(t, rootOf(t, overlay.New(overlay.Config{}).Root(everything))) })
	t.Run("hostdir", func(t *testing.T) {
		dir, err := hostdir.Open(t.TempDir(), everything)
		ok(t, err)
		t.Cleanup(func() { _ = dir.Close() })
		test(t, rootOf(t, dir))
	})
}

// rootOf is the descriptor of the only preopened directory.
func rootOf(t *testing.T, dir vfs.Dir) types.Descriptor {
	t.Helper()
	var h preopens.Host = newHost([]Preopen{{Path: "/", Dir: dir}})
	list, err := h.GetDirectories(t.Context())
	ok(t, err)
	return list[0].F0.Value()
}

// open opens path with the given flags and drops the descriptor when the test ends.
func open(t *testing.T, dir types.Descriptor, path string, openFlags types.OpenFlags, flags types.DescriptorFlags) types.Descriptor {
	t.Helper()
	own, err := dir.OpenAt(t.Context(), 0, path, openFlags, flags)
	ok(t, err)
	t.Cleanup(func() { own.Drop(context.Background()) })
	return own.Value()
}

const readWrite = types.DescriptorFlagsRead | types.DescriptorFlagsWrite

// put makes a file with the given content.
func put(t *testing.T, dir types.Descriptor, path string, content []byte) types.Descriptor {
	t.Helper()
	f := open(t, dir, path, types.OpenFlagsCreate|types.OpenFlagsTruncate, readWrite)
	n, err := f.Write(t.Context(), content, 0)
	ok(t, err)
	if n != uint64(len(content)) {
		t.Fatalf("wrote %d bytes of %d", n, len(content))
	}
	return f
}

// contentOf reads a file in as many calls as it takes.
func contentOf(t *testing.T, f types.Descriptor) []byte {
	t.Helper()
	var all []byte
	for {
		part, err := f.Read(t.Context(), 1<<40, uint64(len(all)))
		ok(t, err)
		all = append(all, part.F0...)
		if part.F1 {
			return all
		}
		if len(part.F0) == 0 {
			t.Fatal("no bytes before the end of the file")
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fails(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// value gives up the wrapper of a resource.
func value[T any](t *testing.T, own glue.Own[T], err error) T {
	t.Helper()
	ok(t, err)
	return own.Value()
}

// faulty is a file whose reading and writing fails behind a number of bytes.
type faulty struct {
	vfs.File
	good   int
	err    error
	closed int
}

func (f *faulty) Flags() vfs.DescriptorFlags { return vfs.Read | vfs.Write }

func (f *faulty) Stat() (vfs.Stat, error) { return vfs.Stat{}, vfs.ErrIO }

func (f *faulty) ReadAt(p []byte, offset uint64) (int, error) { return f.WriteAt(p, offset) }

func (f *faulty) WriteAt(p []byte, offset uint64) (int, error) {
	n := max(0, min(len(p), f.good-int(offset)))
	if n < len(p) {
		return n, f.err
	}
	return n, nil
}

func (f *faulty) Append(p []byte) (int, error) { return 0, f.err }

func (f *faulty) Close() error {
	f.closed++
	return nil
}

// descriptorOf is a descriptor of any open node.
func descriptorOf(t *testing.T, n vfs.Node) glue.Own[types.Descriptor] {
	t.Helper()
	own, err := newDescriptor(newHost(nil), n)
	ok(t, err)
	return own
}
