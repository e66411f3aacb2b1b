package overlay

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"time"
	"unicode/utf8"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// inode is a file-system object. Only the fields of its kind are used.
type inode struct {
	number   uint64
	kind     vfs.DescriptorType
	names    uint64 // entries that lead here; the root counts as one
	opens    uint64 // handles
	charged  uint64 // the part of FS.used that is this inode's
	accessed time.Time
	modified time.Time
	changed  time.Time

	fromImage bool   // its first name is the image's
	image     string // where the image has the data or names that RAM does not have yet

	// A directory.
	parent  *inode
	entries entries
	subdirs uint64
	loaded  bool // entries are the truth

	// A symbolic link.
	target string

	// A file. While image is set, the data are the imageSize bytes there, and reader
	// reads them if there are handles.
	data      content
	imageSize uint64
	reader    imageFile
}

// imageFile is a file of the image whose data can be read where they are.
type imageFile interface {
	fs.File
	io.ReaderAt
}

// newInode returns an object without names.
func (f *FS) newInode(kind vfs.DescriptorType) *inode {
	f.lastInode++
	return &inode{number: f.lastInode, kind: kind}
}

// create makes an object in RAM with one name to come, and charges both.
func (f *FS) create(kind vfs.DescriptorType, target string) (*inode, error) {
	n := f.newInode(kind)
	n.target = target
	n.loaded = kind == vfs.TypeDirectory
	n.stamp(f.now())
	if err := f.charge(n, n.cost(1, 0)); err != nil {
		return nil, err
	}
	return n, nil
}

func (n *inode) isDir() bool { return n.kind == vfs.TypeDirectory }

// stamp sets all times.
func (n *inode) stamp(t time.Time) { n.accessed, n.modified, n.changed = t, t, t }

// touch records a change of the data, which is one of the attributes too.
func (n *inode) touch(t time.Time) { n.modified, n.changed = t, t }

// size returns what Stat reports.
func (n *inode) size() uint64 {
	switch {
	case n.kind == vfs.TypeSymbolicLink:
		return uint64(len(n.target))
	case n.kind == vfs.TypeRegularFile && n.image != "":
		return n.imageSize
	}
	return n.data.size
}

// links returns the link count. A directory counts its own "." and the ".." of its
// subdirectories, as is usual.
func (n *inode) links() uint64 {
	if n.isDir() && n.names > 0 {
		return 2 + n.subdirs
	}
	return n.names
}

func (f *FS) stat(n *inode) vfs.Stat {
	return vfs.Stat{
		Type:     n.kind,
		Links:    n.links(),
		Size:     n.size(),
		Accessed: n.accessed,
		Modified: n.modified,
		Changed:  n.changed,
		Device:   f.device,
		Inode:    n.number,
	}
}

// cost returns what n takes of the quota with that many names and that many bytes of
// data in RAM. An object that is neither named nor open takes nothing.
func (n *inode) cost(names, ramSize uint64) uint64 {
	if names == 0 && n.opens == 0 {
		return 0
	}
	c := pagesFor(ramSize) * pageSize
	if !n.fromImage {
		return c + inodeCost + uint64(len(n.target)) + names*nameCost
	}
	if names > 1 {
		c += (names - 1) * nameCost
	}
	return c
}

// charge makes n's part of the quota cost. It changes nothing if the quota does not
// allow that.
func (f *FS) charge(n *inode, cost uint64) error {
	if cost > n.charged && cost-n.charged > f.maxTotal-f.used {
		return vfs.ErrInsufficientSpace
	}
	f.used = f.used - n.charged + cost
	n.charged = cost
	return nil
}

// refund charges n for what it has now, which is never more than it was charged for.
// An object that nothing leads to any more loses its data.
func (f *FS) refund(n *inode) {
	if n.names == 0 && n.opens == 0 {
		n.data = content{}
	}
	c := n.cost(n.names, n.data.size)
	f.used = f.used - n.charged + c
	n.charged = c
}

// attach gives n the name in dir, whose previous object has been detached, if any.
func (f *FS) attach(dir *inode, name string, n *inode) {
	dir.entries.set(name, n)
	n.names++
	if n.isDir() {
		n.parent = dir
		dir.subdirs++
	}
	now := f.now()
	dir.touch(now)
	n.changed = now
}

// detach takes n's name in dir away; keepName leaves the entry, to be set to another.
func (f *FS) detach(dir *inode, name string, n *inode, keepName bool) {
	if !keepName {
		dir.entries.remove(name)
	}
	n.names--
	if n.isDir() {
		dir.subdirs--
	}
	now := f.now()
	dir.touch(now)
	n.changed = now
}

// load reads the names of an image directory.
func (f *FS) load(dir *inode) error {
	if dir.loaded {
		return nil
	}
	list, err := fs.ReadDir(f.image, dir.image)
	if err != nil {
		return vfs.CodeOf(err)
	}
	var names entries
	var subdirs uint64
	for _, e := range list {
		if !utf8.ValidString(e.Name()) || len(e.Name()) > vfs.MaxName {
			continue // no guest could say it
		}
		n, err := f.imageInode(path.Join(dir.image, e.Name()), e)
		if err != nil {
			return err
		}
		names.set(e.Name(), n)
		n.names = 1
		if n.isDir() {
			n.parent = dir
			subdirs++
		}
	}
	dir.entries, dir.subdirs, dir.loaded = names, subdirs, true
	return nil
}

// imageInode describes one object of the image.
func (f *FS) imageInode(where string, e fs.DirEntry) (*inode, error) {
	info, err := e.Info()
	if err != nil {
		return nil, vfs.CodeOf(err)
	}
	n := f.newInode(vfs.TypeOfMode(info.Mode()))
	n.fromImage, n.image = true, where
	n.stamp(info.ModTime())
	switch n.kind {
	case vfs.TypeRegularFile:
		if info.Size() < 0 {
			return nil, vfs.ErrIO
		}
		n.imageSize = uint64(info.Size())
	case vfs.TypeSymbolicLink:
		if n.target, err = fs.ReadLink(f.image, where); err != nil {
			return nil, vfs.CodeOf(err)
		}
	}
	return n, nil
}

// openImage makes the data of an image file readable, and copies them up if that is
// the only way.
func (f *FS) openImage(n *inode) error {
	if n.image == "" || n.reader != nil {
		return nil
	}
	file, err := f.image.Open(n.image)
	if err != nil {
		return vfs.CodeOf(err)
	}
	if r, ok := file.(imageFile); ok {
		n.reader = r
		return nil
	}
	defer func() { _ = file.Close() }()
	if n.imageSize > f.maxFile {
		return vfs.ErrInsufficientSpace
	}
	return f.copyUp(n, file, n.imageSize, n.imageSize)
}

// closeImage gives the image file back when nobody reads it.
func (n *inode) closeImage() {
	if n.reader != nil {
		_ = n.reader.Close()
		n.reader = nil
	}
}

// copyUp takes the first keep bytes of an image file, which r reads, into RAM, and
// charges for size bytes. The image is out of the picture for this file from then on.
func (f *FS) copyUp(n *inode, r io.Reader, keep, size uint64) error {
	if err := f.charge(n, n.cost(n.names, size)); err != nil {
		return err
	}
	var data content
	data.setSize(keep)
	for i := range data.pages {
		data.pages[i] = new(page)
		want := min(keep-uint64(i)*pageSize, pageSize)
		if _, err := io.ReadFull(r, data.pages[i][:want]); err != nil {
			f.refund(n)
			return imageError(err)
		}
	}
	n.data = data
	n.image = ""
	n.closeImage()
	return nil
}

// imageError translates an error of reading image data. Data that end before their
// size are a fault of the image, not the end of the guest's file.
func imageError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return vfs.ErrIO
	}
	return vfs.CodeOf(err)
}

// toRAM prepares a file to be changed: keep bytes of what it has now will stay, and it
// may have up to size bytes, at least keep. The quota is charged before anything is
// allocated.
func (f *FS) toRAM(n *inode, keep, size uint64) error {
	if size > f.maxFile {
		return vfs.ErrInsufficientSpace
	}
	if n.image == "" {
		return f.charge(n, n.cost(n.names, max(size, n.data.size)))
	}
	return f.copyUp(n, io.NewSectionReader(n.reader, 0, int64(keep)), keep, size)
}

// isInside tells whether dir is n or lies beneath it.
func isInside(dir, n *inode) bool {
	for ; ; dir = dir.parent {
		if dir == n {
			return true
		}
		if dir == dir.parent {
			return false
		}
	}
}
