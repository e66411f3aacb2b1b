package overlay

import (
	"time"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// handle is what open files and open directories have in common.
type handle struct {
	fs      *FS
	inode   *inode
	flags   vfs.DescriptorFlags
	mutable bool // reached through directories that all have MutateDirectory
	closed  bool
}

func (f *FS) open(n *inode, flags vfs.DescriptorFlags, mutable bool) handle {
	n.opens++
	return handle{fs: f, inode: n, flags: flags, mutable: mutable}
}

func (h *handle) Flags() vfs.DescriptorFlags { return h.flags }

func (h *handle) Stat() (vfs.Stat, error) {
	h.fs.mu.RLock()
	defer h.fs.mu.RUnlock()
	if h.closed {
		return vfs.Stat{}, vfs.ErrBadDescriptor
	}
	return h.fs.stat(h.inode), nil
}

func (h *handle) SetTimes(accessed, modified vfs.NewTimestamp) error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if h.closed {
		return vfs.ErrBadDescriptor
	}
	if !h.mutable {
		return vfs.ErrReadOnly
	}
	h.fs.setTimes(h.inode, accessed, modified)
	return nil
}

func (f *FS) setTimes(n *inode, accessed, modified vfs.NewTimestamp) {
	now := f.now()
	n.accessed = newTime(n.accessed, accessed, now)
	n.modified = newTime(n.modified, modified, now)
	n.changed = now
}

func newTime(old time.Time, change vfs.NewTimestamp, now time.Time) time.Time {
	switch {
	case change.IsNoChange():
		return old
	case change.IsNow():
		return now
	}
	return change.Time()
}

// Sync has nothing to do: RAM is as stable as it gets here.
func (h *handle) Sync() error {
	h.fs.mu.RLock()
	defer h.fs.mu.RUnlock()
	if h.closed {
		return vfs.ErrBadDescriptor
	}
	return nil
}

func (h *handle) SyncData() error { return h.Sync() }

func (h *handle) Close() error {
	h.fs.mu.Lock()
	defer h.fs.mu.Unlock()
	if h.closed {
		return vfs.ErrBadDescriptor
	}
	h.closed = true
	n := h.inode
	n.opens--
	if n.opens == 0 {
		n.closeImage()
		h.fs.refund(n)
	}
	return nil
}
