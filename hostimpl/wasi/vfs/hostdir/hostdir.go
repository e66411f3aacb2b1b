//go:build linux || darwin

// Package hostdir gives out a directory of the host as a [vfs.Dir].
//
// os.Root does the dangerous half: it walks the directories of a path without ever
// leaving the root, whatever symbolic links and concurrent renames do. What it cannot
// say is what WASI needs at the last component: not to follow a link there, to unlink
// but not remove a directory, to rename over an empty directory, to link and rename
// between two handles, to set the times of a link. So this package lets os.Root open
// the parent directory and then makes one system call relative to it, with a last
// component that holds no slash and is never followed.
//
// Objects are created with the usual permissions under the process's umask.
package hostdir

import (
	"errors"
	"io/fs"
	"os"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// Open returns the host directory at path, with the rights in flags. Without
// MutateDirectory nothing beneath it can be changed through the handle or through any
// handle opened from it. Only path itself may lead anywhere. The error for a path that
// cannot be opened is that of package os, as it is meant for whoever chose the path.
func Open(path string, flags vfs.DescriptorFlags) (vfs.Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	d, err := newDir(root, escapeError(root), flags)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// escapeError returns the error with which os.Root reports a path that leaves it. The
// os package does not export it, so root is asked to leave itself.
func escapeError(root *os.Root) error {
	_, err := root.Lstat("..")
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// newDir makes root a directory handle and takes over closing it.
func newDir(root *os.Root, escape error, flags vfs.DescriptorFlags) (*dir, error) {
	f, err := root.Open(".")
	if err != nil {
		_ = root.Close()
		return nil, codeOf(err)
	}
	return &dir{
		node:   node{file: f, flags: flags, mutable: flags&vfs.MutateDirectory != 0},
		root:   root,
		escape: escape,
	}, nil
}
