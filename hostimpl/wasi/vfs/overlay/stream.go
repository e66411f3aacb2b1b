package overlay

import (
	"io"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// stream lists a directory from the RAM list. It holds no copy, only the number of the
// entry to come, so a guest gains nothing by opening many.
type stream struct {
	fs     *FS
	dir    *inode
	next   uint64
	closed bool
}

func (d *dir) ReadDirectory() (vfs.DirectoryEntryStream, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if d.closed {
		return nil, vfs.ErrBadDescriptor
	}
	if err := d.fs.load(d.inode); err != nil {
		return nil, err
	}
	return &stream{fs: d.fs, dir: d.inode}, nil
}

func (s *stream) Next() (vfs.DirectoryEntry, error) {
	s.fs.mu.Lock()
	defer s.fs.mu.Unlock()
	if s.closed {
		return vfs.DirectoryEntry{}, vfs.ErrBadDescriptor
	}
	e := s.dir.entries.after(s.next)
	if e == nil {
		return vfs.DirectoryEntry{}, io.EOF
	}
	s.next = e.seq + 1
	return vfs.DirectoryEntry{Type: e.inode.kind, Name: e.name}, nil
}

func (s *stream) Close() error {
	s.fs.mu.Lock()
	defer s.fs.mu.Unlock()
	s.closed = true
	return nil
}
