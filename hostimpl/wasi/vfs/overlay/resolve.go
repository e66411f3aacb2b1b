package overlay

import (
	"strings"

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

// place is where a path led.
type place struct {
	dir   *inode
	name  string
	inode *inode // what has the name in dir; nil if nothing
	slash bool   // the path ended in a slash
	dot   bool   // the path ended in "." or "..": dir itself is meant, and is inode
}

// resolve walks path from base. Every step is counted against the length of the path
// or the number of links, so it ends.
func (f *FS) resolve(base *inode, path string, links linkMode) (place, error) {
	if err := vfs.CheckPath(path); err != nil {
		return place{}, err
	}
	trail := []*inode{base} // ".." goes back along it, and so never above base
	followed := 0
	for {
		name, rest, slash := nextComponent(path)
		last := rest == ""
		dir := trail[len(trail)-1]
		switch name {
		case "..":
			if len(trail) == 1 {
				return place{}, vfs.ErrNotPermitted
			}
			trail = trail[:len(trail)-1]
			dir = trail[len(trail)-1]
			fallthrough
		case ".":
			if last {
				return place{dir: dir, name: ".", inode: dir, slash: slash, dot: true}, nil
			}
			path = rest
			continue
		}
		n, err := f.lookup(dir, name)
		if err != nil {
			return place{}, err
		}
		if n != nil && n.kind == vfs.TypeSymbolicLink &&
			(!last || links == linksAlways || links == linksAtSlash && slash) {
			if followed++; followed > vfs.MaxSymlinks {
				return place{}, vfs.ErrLoop
			}
			if err := vfs.CheckPath(n.target); err != nil {
				return place{}, err
			}
			path = n.target
			if slash {
				path += "/" + rest
			}
			continue
		}
		if last {
			return place{dir: dir, name: name, inode: n, slash: slash}, nil
		}
		if n == nil {
			return place{}, vfs.ErrNoEntry
		}
		if !n.isDir() {
			return place{}, vfs.ErrNotDirectory
		}
		trail = append(trail, n)
		path = rest
	}
}

// nextComponent cuts the first component off a path that does not start with a slash.
// slash tells that there was one behind it.
func nextComponent(path string) (name, rest string, slash bool) {
	name, rest, slash = strings.Cut(path, "/")
	return name, strings.TrimLeft(rest, "/"), slash
}

// lookup returns what has the name in dir, or nil.
func (f *FS) lookup(dir *inode, name string) (*inode, error) {
	if len(name) > vfs.MaxName {
		return nil, vfs.ErrNameTooLong
	}
	if err := f.load(dir); err != nil {
		return nil, err
	}
	return dir.entries.lookup(name), nil
}

// existing returns the object at p.
func (p place) existing() (*inode, error) {
	switch {
	case p.inode == nil:
		return nil, vfs.ErrNoEntry
	case p.slash && !p.inode.isDir():
		return nil, vfs.ErrNotDirectory
	}
	return p.inode, nil
}

// checkFree fails if p cannot become a name, of a directory or of something else.
func (p place) checkFree(directory bool) error {
	switch {
	case p.inode != nil:
		return vfs.ErrExist
	case p.slash && !directory:
		return vfs.ErrNoEntry
	case p.dir.names == 0:
		return vfs.ErrNoEntry // dir was removed and lives on only as a handle
	}
	return nil
}
