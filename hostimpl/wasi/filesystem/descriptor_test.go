package filesystem

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/runtime/glue"
)

// TestEnumerations holds the numbers of package vfs to those of the WIT files, as they are converted into
// each other without a table.
func TestEnumerations(t *testing.T) {
	for i := range 64 {
		for name, names := range map[string][2]string{
			"error-code":      {vfs.ErrorCode(i).Error(), types.ErrorCode(i).String()},
			"descriptor-type": {vfs.DescriptorType(i).String(), types.DescriptorType(i).String()},
			"advice":          {vfs.Advice(i).String(), types.Advice(i).String()},
		} {
			below, wit := names[0], names[1]
			if wit == glue.CaseName(nil, i) {
				wit = "invalid" // behind the last, the two say it in different words
			}
			if below != wit {
				t.Errorf("%s %d is %q below and %q in WIT", name, i, below, wit)
			}
		}
	}
	for _, flag := range []struct {
		below uint8
		wit   uint8
	}{
		{uint8(vfs.Read), uint8(types.DescriptorFlagsRead)},
		{uint8(vfs.Write), uint8(types.DescriptorFlagsWrite)},
		{uint8(vfs.FileIntegritySync), uint8(types.DescriptorFlagsFileIntegritySync)},
		{uint8(vfs.DataIntegritySync), uint8(types.DescriptorFlagsDataIntegritySync)},
		{uint8(vfs.RequestedWriteSync), uint8(types.DescriptorFlagsRequestedWriteSync)},
		{uint8(vfs.MutateDirectory), uint8(types.DescriptorFlagsMutateDirectory)},
		{uint8(vfs.SymlinkFollow), uint8(types.PathFlagsSymlinkFollow)},
		{uint8(vfs.Create), uint8(types.OpenFlagsCreate)},
		{uint8(vfs.Directory), uint8(types.OpenFlagsDirectory)},
		{uint8(vfs.Exclusive), uint8(types.OpenFlagsExclusive)},
		{uint8(vfs.Truncate), uint8(types.OpenFlagsTruncate)},
	} {
		if flag.below != flag.wit {
			t.Errorf("a flag is %#x below and %#x in WIT", flag.below, flag.wit)
		}
	}
}

// TestReadWrite does random reads and writes and compares with a slice.
func TestReadWrite(t *testing.T) {
	onEach(t, func(t *testing.T, root types.Descriptor) {
		f := put(t, root, "f", nil)
		r := rand.New(rand.NewPCG(4, 5))
		var want []byte
		for range 300 {
			offset, length := r.IntN(3*maxRead), r.IntN(maxRead/4)
			if r.IntN(2) == 0 {
				p := noise(length)
				n, err := f.Write(t.Context(), p, uint64(offset))
				ok(t, err)
				if n != uint64(length) {
					t.Fatalf("wrote %d bytes of %d", n, length)
				}
				if end := offset + length; length > 0 && end > len(want) {
					want = append(want, make([]byte, end-len(want))...)
				}
				copy(want[min(offset, len(want)):], p)
				continue
			}
			got, err := f.Read(t.Context(), uint64(length), uint64(offset))
			ok(t, err)
			rest := want[min(offset, len(want)):]
			if !bytes.Equal(got.F0, rest[:min(length, len(rest))]) {
				t.Fatalf("%d bytes at offset %d of %d are others", length, offset, len(want))
			}
			if got.F1 != (length > len(rest)) {
				t.Fatalf("%d bytes at offset %d of %d: end is %v", length, offset, len(want), got.F1)
			}
		}
		if !bytes.Equal(contentOf(t, f), want) {
			t.Error("the content is another")
		}
	})
}

// TestReadIsBounded checks that a program cannot make the host allocate what it names.
func TestReadIsBounded(t *testing.T) {
	root := rootOf(t, overlay.New(overlay.Config{}).Root(everything))
	f := put(t, root, "f", nil)
	ok(t, f.SetSize(t.Context(), 2*maxRead))
	for _, length := range []uint64{maxRead + 1, math.MaxInt64, math.MaxUint64} {
		got, err := f.Read(t.Context(), length, 0)
		ok(t, err)
		if len(got.F0) != maxRead || cap(got.F0) > maxRead || got.F1 {
			t.Errorf("length %d: %d bytes of %d, end %v", length, len(got.F0), cap(got.F0), got.F1)
		}
	}
}

// TestRights checks which operations which kind of descriptor refuses, and how.
func TestRights(t *testing.T) {
	const (
		bad     = types.ErrorCodeBadDescriptor
		notDir  = types.ErrorCodeNotDirectory
		invalid = types.ErrorCodeInvalid
	)
	onEach(t, func(t *testing.T, root types.Descriptor) {
		ctx := t.Context()
		put(t, root, "f", []byte("content"))
		ok(t, root.CreateDirectoryAt(ctx, "d"))
		reader := open(t, root, "f", 0, types.DescriptorFlagsRead)
		writer := open(t, root, "f", 0, types.DescriptorFlagsWrite)
		dir := open(t, root, "d", types.OpenFlagsDirectory, types.DescriptorFlagsRead|types.DescriptorFlagsMutateDirectory)

		for _, op := range []struct {
			name               string
			do                 func(d types.Descriptor) error
			reader, writer, on error // a file opened for reading, for writing, a directory
		}{
			{"read", func(d types.Descriptor) error { _, err := d.Read(ctx, 1, 0); return err }, nil, bad, bad},
			{"read far", func(d types.Descriptor) error { _, err := d.Read(ctx, 1, 1<<63); return err }, invalid, bad, bad},
			{"write", func(d types.Descriptor) error { _, err := d.Write(ctx, nil, 0); return err }, bad, nil, bad},
			{"write far", func(d types.Descriptor) error { _, err := d.Write(ctx, nil, 1<<63); return err }, bad, invalid, bad},
			{"read-via-stream", func(d types.Descriptor) error { _, err := d.ReadViaStream(ctx, 0); return err }, nil, bad, bad},
			{"read-via-stream far", func(d types.Descriptor) error { _, err := d.ReadViaStream(ctx, 1<<63); return err }, invalid, bad, bad},
			{"write-via-stream", func(d types.Descriptor) error { _, err := d.WriteViaStream(ctx, 0); return err }, bad, nil, bad},
			{"write-via-stream far", func(d types.Descriptor) error { _, err := d.WriteViaStream(ctx, 1<<63); return err }, bad, invalid, bad},
			{"append-via-stream", func(d types.Descriptor) error { _, err := d.AppendViaStream(ctx); return err }, bad, nil, bad},
			{"set-size", func(d types.Descriptor) error { return d.SetSize(ctx, 7) }, bad, nil, bad},
			{"set-size far", func(d types.Descriptor) error { return d.SetSize(ctx, 1<<63) }, bad, invalid, bad},
			{"advise", func(d types.Descriptor) error { return d.Advise(ctx, 0, 0, types.AdviceRandom) }, nil, nil, bad},
			{"sync", func(d types.Descriptor) error { return d.Sync(ctx) }, nil, nil, nil},
			{"sync-data", func(d types.Descriptor) error { return d.SyncData(ctx) }, nil, nil, nil},
			{"set-times", func(d types.Descriptor) error {
				return d.SetTimes(ctx, types.NewTimestampNow(), types.NewTimestampNow())
			}, nil, nil, nil},
			{"read-directory", func(d types.Descriptor) error { _, err := d.ReadDirectory(ctx); return err }, notDir, notDir, nil},
			{"open-at", func(d types.Descriptor) error { _, err := d.OpenAt(ctx, 0, "x", types.OpenFlagsCreate, 0); return err }, notDir, notDir, nil},
			{"create-directory-at", func(d types.Descriptor) error { return d.CreateDirectoryAt(ctx, "sub") }, notDir, notDir, nil},
			{"remove-directory-at", func(d types.Descriptor) error { return d.RemoveDirectoryAt(ctx, "sub") }, notDir, notDir, nil},
			{"symlink-at", func(d types.Descriptor) error { return d.SymlinkAt(ctx, "x", "link") }, notDir, notDir, nil},
			{"readlink-at", func(d types.Descriptor) error { _, err := d.ReadlinkAt(ctx, "link"); return err }, notDir, notDir, nil},
			{"stat-at", func(d types.Descriptor) error { _, err := d.StatAt(ctx, 0, "x"); return err }, notDir, notDir, nil},
			{"metadata-hash-at", func(d types.Descriptor) error { _, err := d.MetadataHashAt(ctx, 0, "x"); return err }, notDir, notDir, nil},
			{"set-times-at", func(d types.Descriptor) error {
				return d.SetTimesAt(ctx, 0, "x", types.NewTimestampNow(), types.NewTimestampNow())
			}, notDir, notDir, nil},
			{"link-at", func(d types.Descriptor) error { return d.LinkAt(ctx, 0, "x", dir, "y") }, notDir, notDir, nil},
			{"link-at elsewhere", func(d types.Descriptor) error { return dir.LinkAt(ctx, 0, "x", d, "z") }, notDir, notDir, nil},
			{"rename-at", func(d types.Descriptor) error { return d.RenameAt(ctx, "x", dir, "v") }, notDir, notDir, nil},
			{"rename-at elsewhere", func(d types.Descriptor) error { return dir.RenameAt(ctx, "v", d, "w") }, notDir, notDir, nil},
			{"unlink-file-at", func(d types.Descriptor) error { return d.UnlinkFileAt(ctx, "w") }, notDir, notDir, nil},
		} {
			fails(t, op.name+" on a file for reading", op.do(reader), op.reader)
			fails(t, op.name+" on a file for writing", op.do(writer), op.writer)
			fails(t, op.name+" on a directory", op.do(dir), op.on)
		}
	})
}

// TestFlagsAndType checks what a descriptor says of itself. A directory has the right to change it from its
// base, asked for or not; a file has no such right.
func TestFlagsAndType(t *testing.T) {
	const mutate = types.DescriptorFlagsMutateDirectory
	onEach(t, func(t *testing.T, root types.Descriptor) {
		put(t, root, "f", nil)
		ok(t, root.CreateDirectoryAt(t.Context(), "d"))
		for _, test := range []struct {
			path       string
			asked, got types.DescriptorFlags
			kind       types.DescriptorType
		}{
			{"f", types.DescriptorFlagsRead, types.DescriptorFlagsRead, types.DescriptorTypeRegularFile},
			{"f", readWrite | mutate, readWrite, types.DescriptorTypeRegularFile},
			{"d", types.DescriptorFlagsRead, types.DescriptorFlagsRead | mutate, types.DescriptorTypeDirectory},
			{".", types.DescriptorFlagsRead | mutate, types.DescriptorFlagsRead | mutate, types.DescriptorTypeDirectory},
		} {
			d := open(t, root, test.path, 0, test.asked)
			if flags, err := d.GetFlags(t.Context()); err != nil || flags != test.got {
				t.Errorf("%s: flags are %v, %v; want %v", test.path, flags, err, test.got)
			}
			if kind, err := d.GetType(t.Context()); err != nil || kind != test.kind {
				t.Errorf("%s: type is %v, %v; want %v", test.path, kind, err, test.kind)
			}
		}
	})
}

// TestStatFailure checks that attributes that cannot be had are an error.
func TestStatFailure(t *testing.T) {
	d := descriptorOf(t, &faulty{}).Value()
	_, err := d.GetType(t.Context())
	fails(t, "get-type", err, types.ErrorCodeIO)
	_, err = d.Stat(t.Context())
	fails(t, "stat", err, types.ErrorCodeIO)
	_, err = d.MetadataHash(t.Context())
	fails(t, "metadata-hash", err, types.ErrorCodeIO)
	if same, err := d.IsSameObject(t.Context(), d); err != nil || same {
		t.Errorf("is-same-object of what cannot be examined: %v, %v", same, err)
	}
}

// TestUnknownNode checks that a broken vfs implementation is a failure of the host.
func TestUnknownNode(t *testing.T) {
	if _, err := newDescriptor(newHost(nil), struct{ vfs.Node }{}); err == nil {
		t.Error("a node that is neither a file nor a directory got a descriptor")
	}
}
