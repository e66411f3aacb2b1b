// Package ramdisk is the file tree that a boot image carries: a TAR archive, written once by the image
// builder on the host and then served in place, from the memory the loader put it in, as an fs.FS.
//
// It exists so that both ends agree on one small subset of TAR: regular files and directories, names that
// satisfy fs.ValidPath, no duplicates, no links, no sparse files. Open checks all of that and keeps an
// index; the bytes of a file are never copied unless the caller asks for a private copy.
package ramdisk

// Limits that both Builder and Open enforce, so that whatever is built can be opened, and so that a hostile
// archive cannot make its reader allocate much more than the archive's own size.
const (
	// MaxSize is the largest archive in bytes. The kernel keeps the archive below 3 GiB of physical memory.
	MaxSize = 2 << 30
	// MaxNodes bounds the files and directories of a tree, implied parent directories included.
	MaxNodes = 1 << 17
	// MaxName is the longest path in bytes.
	MaxName = 1024
	// MaxDepth is the largest number of elements in a path.
	MaxDepth = 64
)

// blockSize is the unit of a TAR archive: headers take one block, contents are padded to a whole number.
const blockSize = 512

// padded rounds a content size up to whole blocks.
func padded(size int64) int64 {
	return (size + blockSize - 1) / blockSize * blockSize
}
