package overlay

import "github.com/witan-os/witan/hostimpl/wasi/vfs"

// dir is an open directory.
type dir struct{ handle }

// openDir opens the directory n.
func (f *FS) openDir(n *inode, flags vfs.DescriptorFlags) *dir {
	return &dir{f.open(n, flags, flags&vfs.MutateDirectory != 0)}
}

// find resolves path for reading.
func (d *dir) find(path string, links linkMode) (place, error) {
	if d.closed {
		return place{}, vfs.ErrBadDescriptor
	}
	return d.fs.resolve(d.inode, path, links)
}

// findToChange resolves path for an operation that needs MutateDirectory.
func (d *dir) findToChange(path string, links linkMode) (place, error) {
	if d.closed {
		return place{}, vfs.ErrBadDescriptor
	}
	if err := vfs.CheckPath(path); err != nil {
		return place{}, err
	}
	if !d.mutable {
		return place{}, vfs.ErrReadOnly
	}
	return d.fs.resolve(d.inode, path, links)
}

func (d *dir) OpenAt(
	pathFlags vfs.PathFlags, path string, openFlags vfs.OpenFlags, flags vfs.DescriptorFlags,
) (vfs.Node, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if d.closed {
		return nil, vfs.ErrBadDescriptor
	}
	if err := vfs.CheckPath(path); err != nil {
		return nil, err
	}
	if err := vfs.CheckOpen(d.flags, openFlags, flags); err != nil {
		return nil, err
	}
	links := linkModeOf(pathFlags)
	creates := openFlags&vfs.Create != 0
	exclusive := creates && openFlags&vfs.Exclusive != 0
	if exclusive {
		links = linksAtSlash // a link is something that exists
	}
	p, err := d.fs.resolve(d.inode, path, links)
	if err != nil {
		return nil, err
	}
	switch {
	case creates && (p.slash || p.dot):
		return nil, vfs.ErrIsDirectory
	case exclusive && p.inode != nil:
		return nil, vfs.ErrExist
	case creates && p.inode == nil:
		return d.createFile(p, flags)
	}
	n, err := p.existing()
	if err != nil {
		return nil, err
	}
	return d.openExisting(n, openFlags, flags)
}

func (d *dir) openExisting(n *inode, openFlags vfs.OpenFlags, flags vfs.DescriptorFlags) (vfs.Node, error) {
	switch {
	case n.isDir():
		if err := vfs.CheckOpenDirectory(openFlags, flags); err != nil {
			return nil, err
		}
		return d.fs.openDir(n, flags), nil
	case openFlags&vfs.Directory != 0:
		return nil, vfs.ErrNotDirectory
	case n.kind == vfs.TypeSymbolicLink:
		return nil, vfs.ErrLoop
	}
	return d.fs.openFile(n, openFlags, flags, d.mutable)
}

func (d *dir) createFile(p place, flags vfs.DescriptorFlags) (vfs.Node, error) {
	n, err := d.fs.createAt(p, vfs.TypeRegularFile, "")
	if err != nil {
		return nil, err
	}
	return d.fs.openFile(n, 0, flags, d.mutable)
}

// createAt makes an object in RAM with the name at p.
func (f *FS) createAt(p place, kind vfs.DescriptorType, target string) (*inode, error) {
	if err := p.checkFree(kind == vfs.TypeDirectory); err != nil {
		return nil, err
	}
	n, err := f.create(kind, target)
	if err != nil {
		return nil, err
	}
	f.attach(p.dir, p.name, n)
	return n, nil
}

func (d *dir) StatAt(pathFlags vfs.PathFlags, path string) (vfs.Stat, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.find(path, linkModeOf(pathFlags))
	if err != nil {
		return vfs.Stat{}, err
	}
	n, err := p.existing()
	if err != nil {
		return vfs.Stat{}, err
	}
	return d.fs.stat(n), nil
}

func (d *dir) SetTimesAt(pathFlags vfs.PathFlags, path string, accessed, modified vfs.NewTimestamp) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.findToChange(path, linkModeOf(pathFlags))
	if err != nil {
		return err
	}
	n, err := p.existing()
	if err != nil {
		return err
	}
	d.fs.setTimes(n, accessed, modified)
	return nil
}

func (d *dir) CreateDirectoryAt(path string) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.findToChange(path, linksNever)
	if err != nil {
		return err
	}
	_, err = d.fs.createAt(p, vfs.TypeDirectory, "")
	return err
}

func (d *dir) UnlinkFileAt(path string) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.findToChange(path, linksNever)
	if err != nil {
		return err
	}
	n, err := p.existing()
	if err != nil {
		return err
	}
	if n.isDir() {
		return vfs.ErrIsDirectory
	}
	d.fs.detach(p.dir, p.name, n, false)
	d.fs.refund(n)
	return nil
}

func (d *dir) RemoveDirectoryAt(path string) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.findToChange(path, linksNever)
	if err != nil {
		return err
	}
	switch {
	case p.dot:
		return vfs.ErrInvalid
	case p.inode == nil:
		return vfs.ErrNoEntry
	case !p.inode.isDir():
		return vfs.ErrNotDirectory
	}
	if err := d.fs.checkEmpty(p.inode); err != nil {
		return err
	}
	d.fs.detach(p.dir, p.name, p.inode, false)
	d.fs.refund(p.inode)
	return nil
}

func (f *FS) checkEmpty(dir *inode) error {
	if err := f.load(dir); err != nil {
		return err
	}
	if dir.entries.len() > 0 {
		return vfs.ErrNotEmpty
	}
	return nil
}

// findPair resolves both ends of a link or rename.
func (d *dir) findPair(oldPath string, oldLinks linkMode, newDir vfs.Dir, newPath string) (from, to place, err error) {
	if d.closed {
		return place{}, place{}, vfs.ErrBadDescriptor
	}
	if err := vfs.CheckPath(oldPath); err != nil {
		return place{}, place{}, err
	}
	if err := vfs.CheckPath(newPath); err != nil {
		return place{}, place{}, err
	}
	target, ok := newDir.(*dir)
	if !ok {
		return place{}, place{}, vfs.ErrCrossDevice
	}
	if !d.mutable || !target.mutable {
		return place{}, place{}, vfs.ErrReadOnly
	}
	if target.fs != d.fs {
		return place{}, place{}, vfs.ErrCrossDevice
	}
	if target.closed {
		return place{}, place{}, vfs.ErrBadDescriptor
	}
	if from, err = d.fs.resolve(d.inode, oldPath, oldLinks); err != nil {
		return place{}, place{}, err
	}
	to, err = d.fs.resolve(target.inode, newPath, linksNever)
	return from, to, err
}

func (d *dir) RenameAt(oldPath string, newDir vfs.Dir, newPath string) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	from, to, err := d.findPair(oldPath, linksNever, newDir, newPath)
	if err != nil {
		return err
	}
	if from.dot || to.dot {
		return vfs.ErrInvalid
	}
	n, err := from.existing()
	if err != nil {
		return err
	}
	if to.slash && !n.isDir() {
		return vfs.ErrNotDirectory
	}
	if n == to.inode {
		return nil // two names of one object both stay
	}
	if err := d.fs.checkRename(from, to); err != nil {
		return err
	}
	replaced := to.inode
	if replaced != nil {
		d.fs.detach(to.dir, to.name, replaced, true)
	}
	d.fs.detach(from.dir, from.name, n, false)
	d.fs.attach(to.dir, to.name, n)
	if replaced != nil {
		d.fs.refund(replaced)
	}
	return nil
}

// checkRename fails if the object at from cannot take the name at to.
func (f *FS) checkRename(from, to place) error {
	n, replaced := from.inode, to.inode
	switch {
	case to.dir.names == 0:
		return vfs.ErrNoEntry // removed, and alive only as a handle
	case isInside(to.dir, n):
		return vfs.ErrInvalid // a directory cannot move into itself
	case replaced == nil:
		return nil
	case isInside(from.dir, replaced):
		return vfs.ErrNotEmpty
	case n.isDir() && !replaced.isDir():
		return vfs.ErrNotDirectory
	case !n.isDir() && replaced.isDir():
		return vfs.ErrIsDirectory
	case replaced.isDir():
		return f.checkEmpty(replaced)
	}
	return nil
}

func (d *dir) LinkAt(oldPathFlags vfs.PathFlags, oldPath string, newDir vfs.Dir, newPath string) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	from, to, err := d.findPair(oldPath, linkModeOf(oldPathFlags), newDir, newPath)
	if err != nil {
		return err
	}
	n, err := from.existing()
	if err != nil {
		return err
	}
	if err := to.checkFree(false); err != nil {
		return err
	}
	if n.isDir() {
		return vfs.ErrNotPermitted
	}
	if err := d.fs.charge(n, n.cost(n.names+1, n.data.size)); err != nil {
		return err
	}
	d.fs.attach(to.dir, to.name, n)
	return nil
}

func (d *dir) SymlinkAt(target, newPath string) error {
	if err := vfs.CheckPath(target); err != nil {
		return err
	}
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.findToChange(newPath, linksNever)
	if err != nil {
		return err
	}
	_, err = d.fs.createAt(p, vfs.TypeSymbolicLink, target)
	return err
}

func (d *dir) ReadlinkAt(path string) (string, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	p, err := d.find(path, linksAtSlash)
	if err != nil {
		return "", err
	}
	n, err := p.existing()
	if err != nil {
		return "", err
	}
	if n.kind != vfs.TypeSymbolicLink {
		return "", vfs.ErrInvalid
	}
	if err := vfs.CheckTarget(n.target); err != nil {
		return "", err
	}
	return n.target, nil
}
