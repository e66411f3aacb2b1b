//go:build linux || darwin

package hostdir

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// linkMode says when a symbolic link in the last component is followed.
type linkMode uint8

const (
	linksNever   linkMode = iota // the operation is about the name itself
	linksAtSlash                 // only if the path ends in a slash
	linksAlways
)

func linkModeOf(flags vfs.PathFlags) linkMode {
	if flags&vfs.SymlinkFollow != 0 {
		return linksAlways
	}
	return linksAtSlash
}

// place is where a path led: a name in an open directory.
type place struct {
	parent *os.File
	owned  bool   // parent was opened for this place
	base   string // no slash, never ".."
	path   string // the same place as a path from the base directory
	slash  bool   // the path ended in a slash
	dot    bool   // the path ended in "." or "..": parent itself is meant
}

func (p *place) close() {
	if p.owned {
		_ = p.parent.Close()
	}
}

// resolve walks all of path but its last component, and through the symbolic links
// there as links says. The link it looks at may be replaced before the place is used.
// That cannot lead outside: a place is only used without following its name.
func (d *dir) resolve(path string, links linkMode) (*place, error) {
	if err := vfs.CheckPath(path); err != nil {
		return nil, err
	}
	for range vfs.MaxSymlinks + 1 {
		p, err := d.placeOf(path)
		if err != nil {
			return nil, err
		}
		if p.dot || links == linksNever || links == linksAtSlash && !p.slash {
			return p, nil
		}
		target, err := p.readlink()
		if err == vfs.ErrInvalid || err == vfs.ErrNoEntry {
			return p, nil // not a link, or nothing there
		}
		p.close()
		if err != nil {
			return nil, err
		}
		if path, err = follow(path, target); err != nil {
			return nil, err
		}
	}
	return nil, vfs.ErrLoop
}

// follow replaces the last component of path by the content of the link there.
func follow(path, target string) (string, error) {
	if err := vfs.CheckPath(target); err != nil {
		return "", err
	}
	parent, _, slash := vfs.SplitPath(path)
	path = parent + "/" + target
	if slash {
		path += "/"
	}
	if len(path) > vfs.MaxPath {
		return "", vfs.ErrNameTooLong
	}
	return path, nil
}

// placeOf opens the parent directory of path.
func (d *dir) placeOf(path string) (*place, error) {
	parent, base, slash := vfs.SplitPath(path)
	p := &place{base: base, path: path, slash: slash}
	if base == "." || base == ".." {
		parent, p.base, p.dot = path, ".", true
	}
	if parent == "." {
		p.parent = d.file
		return p, nil
	}
	f, err := d.root.OpenFile(parent, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, d.walkError(err)
	}
	p.parent, p.owned = f, true
	return p, nil
}

// walkError translates an error of d.root.
func (d *dir) walkError(err error) error {
	if errors.Is(err, d.escape) {
		return vfs.ErrNotPermitted
	}
	return codeOf(err)
}

// stat returns the attributes of the object itself, not of where it may lead.
func (p *place) stat() (vfs.Stat, error) {
	var st unix.Stat_t
	err := call(p.parent, func(fd int) error {
		return unix.Fstatat(fd, p.base, &st, unix.AT_SYMLINK_NOFOLLOW)
	})
	if err != nil {
		return vfs.Stat{}, err
	}
	s := statOf(&st)
	if p.slash && s.Type != vfs.TypeDirectory {
		return vfs.Stat{}, vfs.ErrNotDirectory
	}
	return s, nil
}

// readlink returns the content of the link; ErrInvalid means that it is no link. Most
// contents are short, so only those that fill a small buffer cost a large one.
func (p *place) readlink() (string, error) {
	for _, size := range [...]int{128, vfs.MaxPath + 1} {
		buf := make([]byte, size)
		var n int
		err := call(p.parent, func(fd int) (err error) {
			n, err = unix.Readlinkat(fd, p.base, buf)
			return err
		})
		if err != nil {
			return "", err
		}
		if n < size {
			return string(buf[:n]), nil
		}
	}
	return "", vfs.ErrNameTooLong
}
