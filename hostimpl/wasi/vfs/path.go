package vfs

import (
	"strings"
	"unicode/utf8"
)

// Limits on paths. They are those of Linux, so that a guest meets the same ones on
// every file system.
const (
	// MaxPath is the greatest length of a path and of the content of a symbolic link,
	// in bytes.
	MaxPath = 4095
	// MaxName is the greatest length of one component, in bytes.
	MaxName = 255
	// MaxSymlinks is how many symbolic links one path may lead through. os.Root sets
	// this number.
	MaxSymlinks = 8
)

// CheckPath refuses what no file system should see: an empty path, one that is
// absolute, too long, or holds a zero byte. It does not see where ".." and symbolic
// links lead.
func CheckPath(path string) error {
	switch {
	case path == "":
		return ErrNoEntry
	case path[0] == '/':
		return ErrNotPermitted
	case len(path) > MaxPath:
		return ErrNameTooLong
	case strings.IndexByte(path, 0) >= 0:
		return ErrInvalid
	}
	return nil
}

// CheckTarget refuses the content of a symbolic link that a guest must not see: one
// that is no path from here, or not UTF-8.
func CheckTarget(target string) error {
	if target == "" {
		return ErrInvalid
	}
	if !utf8.ValidString(target) {
		return ErrIllegalByteSequence
	}
	return CheckPath(target)
}

// SplitPath cuts the last component off a path that passed CheckPath. dir is "." if
// there is only one. slash tells that the path ended in slashes and so must name a
// directory.
func SplitPath(path string) (dir, base string, slash bool) {
	trimmed := strings.TrimRight(path, "/")
	slash = len(trimmed) < len(path)
	if i := strings.LastIndexByte(trimmed, '/'); i >= 0 {
		return trimmed[:i], trimmed[i+1:], slash
	}
	return ".", trimmed, slash
}
