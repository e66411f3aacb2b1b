package vfs

import "io/fs"

// The flag sets and enumerations of wasi:filesystem/types. A test compares their order
// with the WIT file.

// DescriptorFlags are the rights of an open handle.
type DescriptorFlags uint8

const (
	// Read allows reading data.
	Read DescriptorFlags = 1 << iota
	// Write allows writing data.
	Write
	// FileIntegritySync asks that each write reach stable storage with all metadata.
	FileIntegritySync
	// DataIntegritySync asks that each write reach stable storage.
	DataIntegritySync
	// RequestedWriteSync asks the same integrity of reads.
	RequestedWriteSync
	// MutateDirectory allows changing what lies beneath a directory.
	MutateDirectory
)

// PathFlags say how a path is resolved.
type PathFlags uint8

// SymlinkFollow follows a symbolic link in the last component too.
const SymlinkFollow PathFlags = 1

// OpenFlags say what Dir.OpenAt does besides opening.
type OpenFlags uint8

const (
	// Create makes an empty file if there is nothing at the path.
	Create OpenFlags = 1 << iota
	// Directory fails with ErrNotDirectory unless the object is a directory.
	Directory
	// Exclusive, together with Create, fails with ErrExist if there is something.
	Exclusive
	// Truncate cuts a file to size zero.
	Truncate
)

// DescriptorType is the type of a file-system object.
type DescriptorType uint8

// The types of file-system objects.
const (
	TypeUnknown DescriptorType = iota
	TypeBlockDevice
	TypeCharacterDevice
	TypeDirectory
	TypeFifo
	TypeSymbolicLink
	TypeRegularFile
	TypeSocket
)

var typeNames = [...]string{
	TypeUnknown:         "unknown",
	TypeBlockDevice:     "block-device",
	TypeCharacterDevice: "character-device",
	TypeDirectory:       "directory",
	TypeFifo:            "fifo",
	TypeSymbolicLink:    "symbolic-link",
	TypeRegularFile:     "regular-file",
	TypeSocket:          "socket",
}

// String returns the name of t in WIT.
func (t DescriptorType) String() string { return nameAt(typeNames[:], int(t)) }

// TypeOfMode returns the type that a mode of io/fs describes.
func TypeOfMode(m fs.FileMode) DescriptorType {
	switch {
	case m.IsRegular():
		return TypeRegularFile
	case m&fs.ModeDir != 0:
		return TypeDirectory
	case m&fs.ModeSymlink != 0:
		return TypeSymbolicLink
	case m&fs.ModeCharDevice != 0:
		return TypeCharacterDevice
	case m&fs.ModeDevice != 0:
		return TypeBlockDevice
	case m&fs.ModeNamedPipe != 0:
		return TypeFifo
	case m&fs.ModeSocket != 0:
		return TypeSocket
	}
	return TypeUnknown
}

// Advice is an announced access pattern.
type Advice uint8

// The access patterns.
const (
	AdviceNormal Advice = iota
	AdviceSequential
	AdviceRandom
	AdviceWillNeed
	AdviceDontNeed
	AdviceNoReuse
)

var adviceNames = [...]string{
	AdviceNormal:     "normal",
	AdviceSequential: "sequential",
	AdviceRandom:     "random",
	AdviceWillNeed:   "will-need",
	AdviceDontNeed:   "dont-need",
	AdviceNoReuse:    "no-reuse",
}

// String returns the name of a in WIT.
func (a Advice) String() string { return nameAt(adviceNames[:], int(a)) }

func nameAt(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "invalid"
}
