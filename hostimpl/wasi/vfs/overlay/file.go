package overlay

import (
	"io"
	"math"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// file is an open regular file.
type file struct{ handle }

// openFile opens the regular file n.
func (f *FS) openFile(n *inode, openFlags vfs.OpenFlags, flags vfs.DescriptorFlags, mutable bool) (vfs.Node, error) {
	if n.kind != vfs.TypeRegularFile {
		return nil, vfs.ErrUnsupported // a device or the like of the image
	}
	opened := &file{f.open(n, flags&^vfs.MutateDirectory, mutable)}
	var err error
	if openFlags&vfs.Truncate != 0 {
		err = f.setSize(n, 0)
	} else {
		err = f.openImage(n)
	}
	if err != nil {
		n.opens--
		return nil, err
	}
	return opened, nil
}

func (h *file) ReadAt(p []byte, offset uint64) (int, error) {
	h.fs.mu.RLock()
	defer h.fs.mu.RUnlock()
	if h.closed || h.flags&vfs.Read == 0 {
		return 0, vfs.ErrBadDescriptor
	}
	if offset > math.MaxInt64 {
		return 0, vfs.ErrInvalid
	}
	n, err := h.inode.readAt(p, offset)
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

// readAt copies data from where they are, up to their end.
func (n *inode) readAt(p []byte, offset uint64) (int, error) {
	if n.image == "" {
		return n.data.readAt(p, offset), nil
	}
	if offset >= n.imageSize {
		return 0, nil
	}
	if rest := n.imageSize - offset; uint64(len(p)) > rest {
		p = p[:rest]
	}
	count, err := n.reader.ReadAt(p, int64(offset))
	if count < len(p) {
		return count, imageError(err)
	}
	return count, nil
}

func (h *file) WriteAt(p []byte, offset uint64) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if h.closed || h.flags&vfs.Write == 0 {
		return 0, vfs.ErrBadDescriptor
	}
	return h.fs.write(h.inode, p, offset)
}

func (h *file) Append(p []byte) (int, error) {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if h.closed || h.flags&vfs.Write == 0 {
		return 0, vfs.ErrBadDescriptor
	}
	return h.fs.write(h.inode, p, h.inode.size())
}

// write writes all of p or nothing.
func (f *FS) write(n *inode, p []byte, offset uint64) (int, error) {
	if offset > math.MaxInt64 {
		return 0, vfs.ErrInvalid
	}
	if uint64(len(p)) > math.MaxInt64-offset {
		return 0, vfs.ErrFileTooLarge
	}
	if len(p) == 0 {
		return 0, nil
	}
	if err := f.toRAM(n, n.size(), max(n.size(), offset+uint64(len(p)))); err != nil {
		return 0, err
	}
	n.data.writeAt(p, offset)
	n.touch(f.now())
	return len(p), nil
}

func (h *file) SetSize(size uint64) error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if h.closed || h.flags&vfs.Write == 0 {
		return vfs.ErrBadDescriptor
	}
	if size > math.MaxInt64 {
		return vfs.ErrInvalid
	}
	return h.fs.setSize(h.inode, size)
}

func (f *FS) setSize(n *inode, size uint64) error {
	keep := min(size, n.size())
	if keep > 0 {
		if err := f.openImage(n); err != nil {
			return err
		}
	}
	if err := f.toRAM(n, keep, size); err != nil {
		return err
	}
	n.data.setSize(size)
	f.refund(n)
	n.touch(f.now())
	return nil
}

func (h *file) Advise(offset, _ uint64, advice vfs.Advice) error {
	h.fs.mu.RLock()
	defer h.fs.mu.RUnlock()
	switch {
	case h.closed:
		return vfs.ErrBadDescriptor
	case offset > math.MaxInt64 || advice > vfs.AdviceNoReuse:
		return vfs.ErrInvalid
	}
	return nil
}
