package ramdisk

import (
	"archive/tar"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// An FS is the read-only file tree of an archive. It may be used by several goroutines at once. It keeps the
// archive's memory alive and relies on nobody changing it.
type FS struct {
	nodes map[string]*node
}

// A node is a file or a directory of the tree.
type node struct {
	name     string // the last element of the path
	mode     fs.FileMode
	modTime  time.Time
	explicit bool // has an entry of its own, as opposed to an implied parent directory
	data     []byte
	children []*node // of a directory, sorted by name once Open is done
}

// Open indexes an archive. No bytes at all are an empty tree, for images without files. The error for
// anything else that is not a complete archive of files and directories names the entry and its offset.
func Open(archive []byte) (*FS, error) {
	t := &FS{nodes: map[string]*node{".": {name: ".", mode: fs.ModeDir | 0o755}}}
	if len(archive) == 0 {
		return t, nil
	}
	if len(archive) > MaxSize {
		return nil, fmt.Errorf("ramdisk: the archive has %d bytes, the limit is %d", len(archive), int64(MaxSize))
	}
	if err := t.index(archive); err != nil {
		return nil, err
	}
	for _, n := range t.nodes {
		slices.SortFunc(n.children, func(a, b *node) int { return cmp.Compare(a.name, b.name) })
	}
	return t, nil
}

// index adds every entry of the archive. The TAR reader takes whole blocks and never reads ahead, so the
// reader's position after Next is where the entry's content begins.
func (t *FS) index(archive []byte) error {
	r := bytes.NewReader(archive)
	entries := tar.NewReader(r)
	end := int64(0) // where the previous entry's padded content ends
	for {
		header, err := entries.Next()
		at := r.Size() - int64(r.Len())
		if err == io.EOF {
			return checkEnd(archive, end, at)
		}
		if err != nil {
			return fmt.Errorf("ramdisk: entry at offset %#x: %w", end, err)
		}
		if err := t.addEntry(header, archive, at); err != nil {
			return fmt.Errorf("ramdisk: entry at offset %#x: %w", end, err)
		}
		end = at + padded(header.Size)
	}
}

// checkEnd asks for the two zero blocks that end an archive, without which it may have lost its tail, and
// for nothing but padding behind them. at is where the TAR reader stopped.
func checkEnd(archive []byte, end, at int64) error {
	if at != end+2*blockSize {
		return fmt.Errorf("ramdisk: offset %#x: the archive stops without an end marker", end)
	}
	for i, c := range archive[at:] {
		if c != 0 {
			return fmt.Errorf("ramdisk: offset %#x: data behind the end marker", at+int64(i))
		}
	}
	return nil
}

func (t *FS) addEntry(header *tar.Header, archive []byte, at int64) error {
	name, mode, err := checkHeader(header)
	if err != nil {
		return err
	}
	if header.Size < 0 || header.Size > int64(len(archive))-at {
		return fmt.Errorf("%s: %d bytes of content announced, %d left in the archive", name, header.Size, int64(len(archive))-at)
	}
	n := t.nodes[name]
	switch {
	case n == nil:
		if n, err = t.insert(name, mode); err != nil {
			return err
		}
	case n.explicit:
		return fmt.Errorf("%s: a second entry with this name", name)
	case !mode.IsDir():
		return fmt.Errorf("%s: a file, but earlier entries use it as a directory", name)
	}
	n.explicit, n.mode, n.modTime = true, mode, header.ModTime
	if !mode.IsDir() {
		n.data = archive[at : at+header.Size : at+header.Size]
	}
	return nil
}

// checkHeader accepts regular files and directories, and returns the entry's path and mode.
func checkHeader(header *tar.Header) (string, fs.FileMode, error) {
	name := header.Name
	mode := fileMode(fs.FileMode(header.Mode & 0o777))
	switch header.Typeflag {
	case tar.TypeReg:
	case tar.TypeDir:
		name, mode = strings.TrimSuffix(name, "/"), fs.ModeDir|0o755
		if header.Size != 0 {
			return "", 0, fmt.Errorf("%.64q: a directory with %d bytes of content", name, header.Size)
		}
	default:
		return "", 0, fmt.Errorf("%.64q: type %q is neither a file nor a directory", name, header.Typeflag)
	}
	if err := checkName(name); err != nil {
		return "", 0, err
	}
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return "", 0, fmt.Errorf("%s: sparse files are not supported: their bytes are not contiguous", name)
		}
	}
	return name, mode, nil
}

// insert adds a node and whichever of its parents are still missing.
func (t *FS) insert(name string, mode fs.FileMode) (*node, error) {
	var first, below *node
	for {
		if len(t.nodes) >= MaxNodes {
			return nil, fmt.Errorf("%s: more than %d files and directories", name, MaxNodes)
		}
		n := &node{name: path.Base(name), mode: mode, modTime: time.Unix(0, 0)}
		t.nodes[name] = n
		if below == nil {
			first = n
		} else {
			n.children = append(n.children, below)
		}
		name, mode, below = path.Dir(name), fs.ModeDir|0o755, n
		if parent, ok := t.nodes[name]; ok {
			if !parent.mode.IsDir() {
				return nil, fmt.Errorf("%s: a file, but a later entry uses it as a directory", name)
			}
			parent.children = append(parent.children, below)
			return first, nil
		}
	}
}
