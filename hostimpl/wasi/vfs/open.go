package vfs

// CheckOpen applies the rules of Dir.OpenAt that need no look at the file system.
// base are the rights of the directory.
//
// Directory together with Create, Exclusive or Truncate fails with ErrInvalid. A
// request that could change something, now or through the new handle, fails with
// ErrReadOnly unless base has MutateDirectory.
func CheckOpen(base DescriptorFlags, openFlags OpenFlags, flags DescriptorFlags) error {
	if openFlags&Directory != 0 && openFlags&(Create|Exclusive|Truncate) != 0 {
		return ErrInvalid
	}
	changes := flags&(Write|MutateDirectory) != 0 || openFlags&(Create|Truncate) != 0
	if changes && base&MutateDirectory == 0 {
		return ErrReadOnly
	}
	return nil
}

// CheckOpenDirectory applies the rules for an object that turned out to be a
// directory: it cannot be created, truncated or written like a file.
func CheckOpenDirectory(openFlags OpenFlags, flags DescriptorFlags) error {
	if openFlags&(Create|Truncate) != 0 || flags&Write != 0 {
		return ErrIsDirectory
	}
	return nil
}
