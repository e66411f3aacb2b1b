//go:build linux || darwin

package hostdir

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// dir is an open directory. root and the embedded file are handles of the same one:
// root walks paths from it, the file makes calls on it.
type dir struct {
	node
	root   *os.Root
	escape error // what root reports for a path that leaves it
}

func (d *dir) Close() error {
	return asCode(errors.Join(d.root.Close(), d.file.Close()))
}

func (d *dir) SetTimes(accessed, modified vfs.NewTimestamp) error {
	return d.SetTimesAt(0, ".", accessed, modified)
}

func (d *dir) OpenAt(
	pathFlags vfs.PathFlags, path string, openFlags vfs.OpenFlags, flags vfs.DescriptorFlags,
) (vfs.Node, error) {
	if err := vfs.CheckPath(path); err != nil {
		return nil, err
	}
	if err := vfs.CheckOpen(d.flags, openFlags, flags); err != nil {
		return nil, err
	}
	links := linkModeOf(pathFlags)
	creates := openFlags&vfs.Create != 0
	if creates && openFlags&vfs.Exclusive != 0 {
		links = linksAtSlash // a link is something that exists
	}
	p, err := d.resolve(path, links)
	if err != nil {
		return nil, err
	}
	defer p.close()
	if creates && (p.slash || p.dot) {
		return nil, vfs.ErrIsDirectory
	}
	f, err := p.open(openFlags, flags)
	if err != nil {
		return nil, err
	}
	n := node{file: f, flags: flags &^ vfs.MutateDirectory, mutable: d.mutable}
	s, err := n.Stat()
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	if s.Type == vfs.TypeDirectory {
		_ = f.Close()
		return d.openDir(p, openFlags, flags)
	}
	return &file{node: n}, nil
}

// openDir opens the directory at p. A root cannot be made from an open file, so the
// path is walked a second time. A link that appeared there since would be followed,
// but not out of d.
func (d *dir) openDir(p *place, openFlags vfs.OpenFlags, flags vfs.DescriptorFlags) (vfs.Node, error) {
	if err := vfs.CheckOpenDirectory(openFlags, flags); err != nil {
		return nil, err
	}
	root, err := d.root.OpenRoot(p.path)
	if err != nil {
		return nil, d.walkError(err)
	}
	sub, err := newDir(root, d.escape, flags)
	if err != nil {
		return nil, err
	}
	return sub, nil
}

// open opens the object at p. It does not wait for the other end of a FIFO.
func (p *place) open(openFlags vfs.OpenFlags, flags vfs.DescriptorFlags) (*os.File, error) {
	mode := unix.O_CLOEXEC | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_NOCTTY
	switch {
	case flags&vfs.Write == 0:
		mode |= unix.O_RDONLY
	case flags&vfs.Read == 0:
		mode |= unix.O_WRONLY
	default:
		mode |= unix.O_RDWR
	}
	for _, f := range [...]struct{ asked, bit int }{
		{int(openFlags & vfs.Create), unix.O_CREAT},
		{int(openFlags & vfs.Directory), unix.O_DIRECTORY},
		{int(openFlags & vfs.Truncate), unix.O_TRUNC},
		{int(flags & vfs.FileIntegritySync), unix.O_SYNC},
		{int(flags & vfs.DataIntegritySync), unix.O_DSYNC},
	} {
		if f.asked != 0 {
			mode |= f.bit
		}
	}
	if openFlags&vfs.Create != 0 && openFlags&vfs.Exclusive != 0 {
		mode |= unix.O_EXCL
	}
	if p.slash {
		mode |= unix.O_DIRECTORY
	}
	var fd int
	err := call(p.parent, func(parent int) (err error) {
		fd, err = unix.Openat(parent, p.base, mode, 0o666)
		return err
	})
	if err == vfs.ErrLoop && mode&unix.O_DIRECTORY != 0 {
		err = vfs.ErrNotDirectory // systems differ in which of the two they find first
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), p.base), nil
}

func (d *dir) StatAt(pathFlags vfs.PathFlags, path string) (vfs.Stat, error) {
	p, err := d.resolve(path, linkModeOf(pathFlags))
	if err != nil {
		return vfs.Stat{}, err
	}
	defer p.close()
	return p.stat()
}

func (d *dir) SetTimesAt(pathFlags vfs.PathFlags, path string, accessed, modified vfs.NewTimestamp) error {
	p, err := d.resolveToChange(path, linkModeOf(pathFlags))
	if err != nil {
		return err
	}
	defer p.close()
	if _, err := p.stat(); err != nil {
		return err
	}
	ts, err := timespecs(accessed, modified)
	if err != nil {
		return err
	}
	return call(p.parent, func(fd int) error {
		return unix.UtimesNanoAt(fd, p.base, ts[:], unix.AT_SYMLINK_NOFOLLOW)
	})
}

// resolveToChange is resolve for an operation that needs MutateDirectory.
func (d *dir) resolveToChange(path string, links linkMode) (*place, error) {
	if err := vfs.CheckPath(path); err != nil {
		return nil, err
	}
	if !d.mutable {
		return nil, vfs.ErrReadOnly
	}
	return d.resolve(path, links)
}

func (d *dir) CreateDirectoryAt(path string) error {
	p, err := d.resolveToChange(path, linksNever)
	if err != nil {
		return err
	}
	defer p.close()
	if p.dot {
		return vfs.ErrExist
	}
	return call(p.parent, func(fd int) error { return unix.Mkdirat(fd, p.base, 0o777) })
}

func (d *dir) UnlinkFileAt(path string) error {
	p, err := d.resolveToChange(path, linksNever)
	if err != nil {
		return err
	}
	defer p.close()
	if p.dot {
		return vfs.ErrIsDirectory
	}
	// Systems differ in how they refuse a directory.
	s, err := p.stat()
	if err != nil {
		return err
	}
	if s.Type == vfs.TypeDirectory {
		return vfs.ErrIsDirectory
	}
	return call(p.parent, func(fd int) error { return unix.Unlinkat(fd, p.base, 0) })
}

func (d *dir) RemoveDirectoryAt(path string) error {
	p, err := d.resolveToChange(path, linksNever)
	if err != nil {
		return err
	}
	defer p.close()
	if p.dot {
		return vfs.ErrInvalid
	}
	err = call(p.parent, func(fd int) error { return unix.Unlinkat(fd, p.base, unix.AT_REMOVEDIR) })
	if err == vfs.ErrExist {
		return vfs.ErrNotEmpty // POSIX allows either
	}
	return err
}

// resolvePair resolves both ends of a link or rename. Both places are to be closed.
func (d *dir) resolvePair(
	oldPath string, oldLinks linkMode, newDir vfs.Dir, newPath string,
) (from, to *place, err error) {
	if err := vfs.CheckPath(oldPath); err != nil {
		return nil, nil, err
	}
	if err := vfs.CheckPath(newPath); err != nil {
		return nil, nil, err
	}
	target, ok := newDir.(*dir)
	if !ok {
		return nil, nil, vfs.ErrCrossDevice
	}
	if !d.mutable || !target.mutable {
		return nil, nil, vfs.ErrReadOnly
	}
	if from, err = d.resolve(oldPath, oldLinks); err != nil {
		return nil, nil, err
	}
	if to, err = target.resolve(newPath, linksNever); err != nil {
		from.close()
		return nil, nil, err
	}
	return from, to, nil
}

func (d *dir) RenameAt(oldPath string, newDir vfs.Dir, newPath string) error {
	from, to, err := d.resolvePair(oldPath, linksNever, newDir, newPath)
	if err != nil {
		return err
	}
	defer from.close()
	defer to.close()
	if from.dot || to.dot {
		return vfs.ErrInvalid
	}
	if from.slash || to.slash {
		// The call sees names without slashes, so what they demand is checked here.
		from.slash = true
		if _, err := from.stat(); err != nil {
			return err
		}
	}
	err = call2(from.parent, to.parent, func(fd, gd int) error {
		return unix.Renameat(fd, from.base, gd, to.base)
	})
	if err == vfs.ErrExist {
		return vfs.ErrNotEmpty // POSIX allows either
	}
	return err
}

func (d *dir) LinkAt(oldPathFlags vfs.PathFlags, oldPath string, newDir vfs.Dir, newPath string) error {
	from, to, err := d.resolvePair(oldPath, linkModeOf(oldPathFlags), newDir, newPath)
	if err != nil {
		return err
	}
	defer from.close()
	defer to.close()
	s, err := from.stat()
	if err != nil {
		return err
	}
	if err := to.checkFree(); err != nil {
		return err
	}
	if s.Type == vfs.TypeDirectory {
		return vfs.ErrNotPermitted
	}
	return call2(from.parent, to.parent, func(fd, gd int) error {
		return unix.Linkat(fd, from.base, gd, to.base, 0)
	})
}

// checkFree fails if p cannot become the name of something that is not a directory.
// Whether the name is free is up to the system call that takes it.
func (p *place) checkFree() error {
	if p.dot {
		return vfs.ErrExist
	}
	slash := p.slash
	p.slash = false
	_, err := p.stat()
	switch {
	case err == nil:
		return vfs.ErrExist
	case err != vfs.ErrNoEntry:
		return err
	case slash:
		return vfs.ErrNoEntry
	}
	return nil
}

func (d *dir) SymlinkAt(target, newPath string) error {
	if err := vfs.CheckPath(target); err != nil {
		return err
	}
	p, err := d.resolveToChange(newPath, linksNever)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.checkFree(); err != nil {
		return err
	}
	return call(p.parent, func(fd int) error { return unix.Symlinkat(target, fd, p.base) })
}

func (d *dir) ReadlinkAt(path string) (string, error) {
	p, err := d.resolve(path, linksAtSlash)
	if err != nil {
		return "", err
	}
	defer p.close()
	if p.slash {
		if _, err := p.stat(); err != nil {
			return "", err
		}
	}
	target, err := p.readlink()
	if err != nil {
		return "", err
	}
	if err := vfs.CheckTarget(target); err != nil {
		return "", err
	}
	return target, nil
}
