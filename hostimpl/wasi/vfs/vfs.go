// Package vfs is the small file-system interface below the host implementation of
// wasi:filesystem. It exists so that the WASI code is written once and does not care
// where files live: hostdir keeps them in a directory of the host, overlay in a
// read-only image under a layer of RAM, for machines that have no host.
//
// A directory handle is a capability: every path is relative to one, and no path can
// leave it, neither by "..", nor by an absolute name, nor through a symbolic link.
// Such a path fails with [ErrNotPermitted]. Paths are slash separated UTF-8.
//
// Enumerations and flags have the names, order and bits of wasi:filesystem/types@0.2,
// so a numeric conversion carries a value across. Every error an implementation
// returns is an [ErrorCode], except io.EOF where a method says so.
//
// All handles may be used by several goroutines at once.
package vfs

// A Node is an open file or directory: what a WASI descriptor refers to. It is either
// a [File] or a [Dir].
type Node interface {
	// Flags returns the rights the handle was opened with. MutateDirectory is never
	// set on a File.
	Flags() DescriptorFlags

	// Stat returns the attributes of the open object.
	Stat() (Stat, error)

	// SetTimes changes the access and modification times. It fails with ErrReadOnly
	// on a directory opened without MutateDirectory, and on a file reached through one.
	SetTimes(accessed, modified NewTimestamp) error

	// Sync writes data and metadata to stable storage, SyncData only what is needed
	// to read the data back. Neither has an effect on a handle that cannot write.
	Sync() error
	SyncData() error

	// Close releases the handle. Every later use fails with ErrBadDescriptor.
	Close() error
}

// A File is an open object that is not a directory. Offsets and sizes are in bytes; an
// offset or size of 2^63 or more fails with ErrInvalid.
type File interface {
	Node

	// ReadAt fills p from offset. It returns fewer bytes than len(p) only together
	// with an error, which is io.EOF at the end of the file. It fails with
	// ErrBadDescriptor if the file was not opened with Read.
	ReadAt(p []byte, offset uint64) (int, error)

	// WriteAt writes p at offset; a gap after the old end reads as zeros. It returns
	// fewer bytes than len(p) only together with an error. It fails with
	// ErrBadDescriptor if the file was not opened with Write.
	WriteAt(p []byte, offset uint64) (int, error)

	// Append writes p at the end of the file, wherever that is at that moment.
	// Otherwise it is like WriteAt.
	Append(p []byte) (int, error)

	// SetSize cuts the file, or extends it with zeros. It needs Write, as WriteAt does.
	SetSize(size uint64) error

	// Advise announces how the length bytes after offset will be used; length zero
	// means up to the end. It never changes what other methods return.
	Advise(offset, length uint64, advice Advice) error
}

// A Dir is an open directory and the capability to reach what lies beneath it.
//
// Methods that change anything fail with ErrReadOnly unless the directory was opened
// with MutateDirectory; for RenameAt and LinkAt that holds for both directories.
//
// A path that ends in a slash names a directory: anything else fails with
// ErrNotDirectory, and a symbolic link there is followed even without SymlinkFollow.
// The methods that create or remove names never follow the last component.
type Dir interface {
	Node

	// OpenAt opens the object at path, or creates a file there. The result is a Dir
	// if the object is a directory and a File otherwise; on a File the right
	// MutateDirectory is dropped. See CheckOpen for the combinations it refuses.
	// A symbolic link that is not to be followed fails with ErrLoop, or with
	// ErrNotDirectory if a directory was asked for.
	OpenAt(pathFlags PathFlags, path string, openFlags OpenFlags, flags DescriptorFlags) (Node, error)

	// StatAt returns the attributes of the object at path.
	StatAt(pathFlags PathFlags, path string) (Stat, error)

	// SetTimesAt changes the times of the object at path.
	SetTimesAt(pathFlags PathFlags, path string, accessed, modified NewTimestamp) error

	// ReadDirectory starts to list the directory from its beginning. A name that is
	// there for the whole time is listed exactly once, however others come and go;
	// "." and ".." are not listed, nor are names that are not UTF-8.
	ReadDirectory() (DirectoryEntryStream, error)

	// CreateDirectoryAt creates an empty directory.
	CreateDirectoryAt(path string) error

	// UnlinkFileAt removes a name of an object that is not a directory. Open handles
	// keep the object alive.
	UnlinkFileAt(path string) error

	// RemoveDirectoryAt removes an empty directory.
	RemoveDirectoryAt(path string) error

	// RenameAt moves an object, replacing a file by a file and an empty directory by
	// a directory. A newDir of another file system fails with ErrCrossDevice.
	RenameAt(oldPath string, newDir Dir, newPath string) error

	// LinkAt gives the object at oldPath a second name, which must be free. A
	// directory fails with ErrNotPermitted.
	LinkAt(oldPathFlags PathFlags, oldPath string, newDir Dir, newPath string) error

	// SymlinkAt creates a symbolic link at newPath whose content is target. An
	// absolute target fails with ErrNotPermitted.
	SymlinkAt(target, newPath string) error

	// ReadlinkAt returns the content of the symbolic link at path. An absolute
	// content fails with ErrNotPermitted, an object of another type with ErrInvalid.
	ReadlinkAt(path string) (string, error)
}

// A DirectoryEntryStream lists a directory.
type DirectoryEntryStream interface {
	// Next returns the next entry, or io.EOF after the last.
	Next() (DirectoryEntry, error)

	// Close releases the stream.
	Close() error
}

// A DirectoryEntry is one name in a directory and the type of what it names.
type DirectoryEntry struct {
	Type DescriptorType
	Name string
}
