package filesystem

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// descriptor is the resource for an open file or directory.
type descriptor struct {
	host *host
	node vfs.Node    // what is open: file or dir
	file *sharedFile // nil if it is a directory
	dir  vfs.Dir     // nil if it is not
	lent bool        // the node is not the descriptor's to close
	// listing is the last one of the directory, for the next to resume.
	listing *listing
}

// newDescriptor makes a resource of an open node and takes over closing it.
func newDescriptor(h *host, n vfs.Node) (glue.Own[types.Descriptor], error) {
	d := &descriptor{host: h, node: n}
	switch n := n.(type) {
	case vfs.Dir:
		d.dir = n
	case vfs.File:
		d.file = share(n)
	default:
		return glue.Own[types.Descriptor]{}, fmt.Errorf("an open object of type %T is neither a file nor a directory", n)
	}
	return glue.Give[types.Descriptor](d), nil
}

// ownDescriptor is the descriptor behind a parameter of that type.
func ownDescriptor(d types.Descriptor) (*descriptor, error) {
	own, ok := d.(*descriptor)
	if !ok {
		return nil, fmt.Errorf("a descriptor of type %T comes from another implementation of wasi:filesystem", d)
	}
	return own, nil
}

// Drop ends the descriptor. A file stays open for the streams on it.
func (d *descriptor) Drop(context.Context) {
	switch {
	case d.lent:
	case d.file != nil:
		d.file.release()
	default:
		_ = d.dir.Close() // it was only read from
	}
}

// openFile returns the file for an operation that needs the given right. A directory is never open for
// reading or writing data, whatever its flags.
func (d *descriptor) openFile(right vfs.DescriptorFlags) (*sharedFile, error) {
	if d.file == nil || d.file.Flags()&right != right {
		return nil, types.ErrorCodeBadDescriptor
	}
	return d.file, nil
}

// Read returns bytes in a buffer that the next call reuses.
func (d *descriptor) Read(_ context.Context, length, offset uint64) (glue.Tuple2[[]byte, bool], error) {
	var result glue.Tuple2[[]byte, bool]
	f, err := d.openFile(vfs.Read)
	if err != nil {
		return result, err
	}
	p := d.host.result.take(sizeOfRead(length))
	n, err := f.ReadAt(p, offset)
	result.F0, result.F1 = p[:n], err == io.EOF
	if err != nil && err != io.EOF && n == 0 {
		return result, asCode(err)
	}
	return result, nil
}

// Write implements the resource's method.
func (d *descriptor) Write(_ context.Context, p []byte, offset uint64) (uint64, error) {
	f, err := d.openFile(vfs.Write)
	if err != nil {
		return 0, err
	}
	n, err := f.WriteAt(p, offset)
	if n > 0 {
		return uint64(n), nil // a failure that stays will meet the rest of the data
	}
	return 0, asCode(err)
}

// ReadViaStream implements the resource's method.
func (d *descriptor) ReadViaStream(_ context.Context, offset uint64) (glue.Own[types.InputStream], error) {
	f, err := d.openFile(vfs.Read)
	if err != nil {
		return glue.Own[types.InputStream]{}, err
	}
	if offset > math.MaxInt64 {
		return glue.Own[types.InputStream]{}, types.ErrorCodeInvalid
	}
	return glue.Give[types.InputStream](newInput(d.host, f, offset)), nil
}

// WriteViaStream implements the resource's method.
func (d *descriptor) WriteViaStream(_ context.Context, offset uint64) (glue.Own[types.OutputStream], error) {
	f, err := d.openFile(vfs.Write)
	if err != nil {
		return glue.Own[types.OutputStream]{}, err
	}
	if offset > math.MaxInt64 {
		return glue.Own[types.OutputStream]{}, types.ErrorCodeInvalid
	}
	return glue.Give[types.OutputStream](newOutput(f, &positionWriter{f, offset})), nil
}

// AppendViaStream implements the resource's method.
func (d *descriptor) AppendViaStream(context.Context) (glue.Own[types.OutputStream], error) {
	f, err := d.openFile(vfs.Write)
	if err != nil {
		return glue.Own[types.OutputStream]{}, err
	}
	return glue.Give[types.OutputStream](newOutput(f, appendWriter{f})), nil
}

// Advise implements the resource's method.
func (d *descriptor) Advise(_ context.Context, offset, length uint64, advice types.Advice) error {
	f, err := d.openFile(0)
	if err != nil {
		return err
	}
	return asCode(f.Advise(offset, length, vfs.Advice(advice)))
}

// SetSize implements the resource's method.
func (d *descriptor) SetSize(_ context.Context, size uint64) error {
	f, err := d.openFile(vfs.Write)
	if err != nil {
		return err
	}
	return asCode(f.SetSize(size))
}

// Sync implements the resource's method.
func (d *descriptor) Sync(context.Context) error { return asCode(d.node.Sync()) }

// SyncData implements the resource's method.
func (d *descriptor) SyncData(context.Context) error { return asCode(d.node.SyncData()) }
