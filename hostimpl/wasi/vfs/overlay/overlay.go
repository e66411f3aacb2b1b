// Package overlay is a file system for machines without a host: a read-only image with
// a layer of RAM on top that takes every change.
//
// The image is read when it is first looked at and never after it has been changed. A
// directory of the image becomes a list of names in RAM on its first lookup, and from
// then on that list is the truth: a deleted name is simply gone from it, and renaming
// a directory moves one pointer however much lies beneath. A file of the image keeps
// its data there until the first write copies it up.
//
// Guests write into this file system, so what it keeps in RAM is bounded: each
// change is charged to a quota before it allocates. A file system that is full
// answers with [vfs.ErrInsufficientSpace].
package overlay

import (
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// What the quota is charged. An object of the image and its first name are free, as
// the image bounds their number; the others pay for themselves before they exist.
const (
	inodeCost = 512 // an object made in RAM, besides its data
	nameCost  = 512 // a name of up to vfs.MaxName bytes
)

// DefaultMaxTotal is the quota of a Config that does not set one.
const DefaultMaxTotal = 64 << 20

// Config describes a file system.
type Config struct {
	// Image is the read-only tree; nil is an empty one. Its files should implement
	// io.ReaderAt; one that does not is copied up when it is opened. Symbolic links
	// need fs.ReadLinkFS. Permissions are ignored. It is called by several goroutines
	// at once and must not change.
	Image fs.FS

	// Now is the clock that stamps objects; nil is time.Now.
	Now func() time.Time

	// MaxTotal bounds the RAM that changes may take, in bytes: data in whole pages of
	// 4096 bytes, holes included, and 512 bytes for each object and each name. Zero
	// is DefaultMaxTotal.
	MaxTotal uint64

	// MaxFile bounds the size of one file in RAM, in bytes. Zero is MaxTotal.
	MaxFile uint64
}

// FS is a file system: an image and its layer of RAM.
type FS struct {
	image    fs.FS
	now      func() time.Time
	maxTotal uint64
	maxFile  uint64
	device   uint64

	// mu guards everything below and all inodes, handles and entries. Readers of data
	// and attributes share it; whatever looks up a path holds it alone, as a lookup
	// may read a directory of the image into RAM.
	mu        sync.RWMutex
	used      uint64
	lastInode uint64
	root      *inode
}

// devices numbers the file systems, so that inodes of two are never the same object.
// The top bit keeps the numbers apart from those of host devices.
var devices atomic.Uint64

// New returns a file system on the image in cfg.
func New(cfg Config) *FS {
	f := &FS{
		image:    cfg.Image,
		now:      cfg.Now,
		maxTotal: cfg.MaxTotal,
		maxFile:  cfg.MaxFile,
		device:   1<<63 | devices.Add(1),
	}
	if f.now == nil {
		f.now = time.Now
	}
	if f.maxTotal == 0 {
		f.maxTotal = DefaultMaxTotal
	}
	if f.maxFile == 0 {
		f.maxFile = f.maxTotal
	}
	f.root = f.newInode(vfs.TypeDirectory)
	f.root.names = 1
	f.root.parent = f.root
	if f.image != nil {
		f.root.image, f.root.fromImage = ".", true
	} else {
		f.root.loaded = true
	}
	f.root.stamp(f.now())
	return f
}

// Root returns a handle of the root directory with the rights in flags. Without
// MutateDirectory nothing can be changed through the handle or through any handle
// opened from it.
func (f *FS) Root(flags vfs.DescriptorFlags) vfs.Dir {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.openDir(f.root, flags)
}

// Used returns how many bytes of MaxTotal are taken.
func (f *FS) Used() uint64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.used
}
