package filesystem

import (
	"context"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// This file is about names in directories: opening, listing, making, moving and removing them.

// openDir returns the directory for the operations that need one.
func (d *descriptor) openDir() (vfs.Dir, error) {
	if d.dir == nil {
		return nil, types.ErrorCodeNotDirectory
	}
	return d.dir, nil
}

// openDirs returns this directory and the one that a parameter refers to.
func (d *descriptor) openDirs(other types.Descriptor) (dir, otherDir vfs.Dir, err error) {
	own, err := ownDescriptor(other)
	if err != nil {
		return nil, nil, err
	}
	if dir, err = d.openDir(); err != nil {
		return nil, nil, err
	}
	otherDir, err = own.openDir()
	return dir, otherDir, err
}

// OpenAt implements the resource's method.
func (d *descriptor) OpenAt(_ context.Context, pathFlags types.PathFlags, path string, openFlags types.OpenFlags, flags types.DescriptorFlags) (glue.Own[types.Descriptor], error) {
	dir, err := d.openDir()
	if err != nil {
		return glue.Own[types.Descriptor]{}, err
	}
	// A directory below one that may be changed may be changed too, whether it was asked for or not: the
	// libraries of many languages leave the flag out and then remove what is in there.
	rights := vfs.DescriptorFlags(flags) | dir.Flags()&vfs.MutateDirectory
	n, err := dir.OpenAt(vfs.PathFlags(pathFlags), path, vfs.OpenFlags(openFlags), rights)
	if err != nil {
		return glue.Own[types.Descriptor]{}, asCode(err)
	}
	return newDescriptor(d.host, n)
}

// CreateDirectoryAt implements the resource's method.
func (d *descriptor) CreateDirectoryAt(_ context.Context, path string) error {
	dir, err := d.openDir()
	if err != nil {
		return err
	}
	return asCode(dir.CreateDirectoryAt(path))
}

// RemoveDirectoryAt implements the resource's method.
func (d *descriptor) RemoveDirectoryAt(_ context.Context, path string) error {
	dir, err := d.openDir()
	if err != nil {
		return err
	}
	return asCode(dir.RemoveDirectoryAt(path))
}

// UnlinkFileAt implements the resource's method.
func (d *descriptor) UnlinkFileAt(_ context.Context, path string) error {
	dir, err := d.openDir()
	if err != nil {
		return err
	}
	return asCode(dir.UnlinkFileAt(path))
}

// RenameAt implements the resource's method.
func (d *descriptor) RenameAt(_ context.Context, oldPath string, newDescriptor types.Descriptor, newPath string) error {
	dir, newDir, err := d.openDirs(newDescriptor)
	if err != nil {
		return err
	}
	return asCode(dir.RenameAt(oldPath, newDir, newPath))
}

// LinkAt implements the resource's method.
func (d *descriptor) LinkAt(_ context.Context, oldPathFlags types.PathFlags, oldPath string, newDescriptor types.Descriptor, newPath string) error {
	dir, newDir, err := d.openDirs(newDescriptor)
	if err != nil {
		return err
	}
	return asCode(dir.LinkAt(vfs.PathFlags(oldPathFlags), oldPath, newDir, newPath))
}

// SymlinkAt implements the resource's method.
func (d *descriptor) SymlinkAt(_ context.Context, target, newPath string) error {
	dir, err := d.openDir()
	if err != nil {
		return err
	}
	return asCode(dir.SymlinkAt(target, newPath))
}

// ReadlinkAt implements the resource's method.
func (d *descriptor) ReadlinkAt(_ context.Context, path string) (string, error) {
	dir, err := d.openDir()
	if err != nil {
		return "", err
	}
	target, err := dir.ReadlinkAt(path)
	return target, asCode(err)
}
