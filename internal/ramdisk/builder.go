package ramdisk

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Builder collects the files of an image and writes them as a TAR archive. The zero value is ready to use.
// The archive depends only on what was added, not on the order, the host's clock or its owners.
type Builder struct {
	// ModTime is the modification time of every entry; see SourceDate. The zero time means the Unix epoch.
	ModTime time.Time

	entries map[string]entry
}

// An entry is one file or directory waiting to be written. Its content is data, or the file srcName of src.
type entry struct {
	mode    fs.FileMode
	size    int64
	data    []byte
	src     fs.FS
	srcName string
}

// SourceDate returns the time that reproducible builds give to everything they produce: the value of
// SOURCE_DATE_EPOCH (seconds since the Unix epoch), or the epoch itself if the variable is not set.
func SourceDate() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	if text == "" {
		return time.Unix(0, 0).UTC(), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds < 0 || seconds > maxTime {
		return time.Time{}, fmt.Errorf("ramdisk: SOURCE_DATE_EPOCH=%q is not a number of seconds from 0 to %d", text, int64(maxTime))
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// maxTime is the last second that a plain TAR header holds: eleven octal digits.
const maxTime = 1<<33 - 1

// AddFile adds a regular file with the given content. Of mode only the question whether anybody may execute
// the file is kept: it is stored as 0755 or 0644. The Builder keeps data until WriteTo.
func (b *Builder) AddFile(name string, mode fs.FileMode, data []byte) error {
	return b.add(name, entry{mode: fileMode(mode), size: int64(len(data)), data: data})
}

// AddTree adds every file and directory of src below the directory at ("." for the root), in the manner of
// AddFile. Contents are read when the archive is written. Anything but files and directories is an error:
// an image has no links or devices.
func (b *Builder) AddTree(at string, src fs.FS) error {
	return fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("ramdisk: %w", err)
		}
		target := path.Join(at, name)
		if target == "." {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return fmt.Errorf("ramdisk: %w", err)
		}
		switch {
		case d.IsDir():
			return b.addDir(target)
		case d.Type().IsRegular():
			return b.add(target, entry{mode: fileMode(info.Mode()), size: info.Size(), src: src, srcName: name})
		default:
			return fmt.Errorf("ramdisk: %s: %v is neither a file nor a directory", name, d.Type())
		}
	})
}

func fileMode(mode fs.FileMode) fs.FileMode {
	if mode.Perm()&0o111 != 0 {
		return 0o755
	}
	return 0o644
}

// addDir adds a directory. Unlike a file, a directory may come from several trees.
func (b *Builder) addDir(name string) error {
	if old, ok := b.entries[name]; ok && old.mode.IsDir() {
		return nil
	}
	return b.add(name, entry{mode: fs.ModeDir | 0o755})
}

func (b *Builder) add(name string, e entry) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("ramdisk: %w", err)
	}
	if _, ok := b.entries[name]; ok {
		return fmt.Errorf("ramdisk: %s: added twice", name)
	}
	if b.entries == nil {
		b.entries = make(map[string]entry)
	}
	b.entries[name] = e
	return nil
}

// checkName is the rule for names that Builder and Open share.
func checkName(name string) error {
	switch {
	case !fs.ValidPath(name) || name == ".":
		return fmt.Errorf("%.64q is not a valid path: want elements separated by single slashes, without \".\" and \"..\"", name)
	case strings.ContainsRune(name, 0):
		return fmt.Errorf("%.64q contains a zero byte", name)
	case len(name) > MaxName:
		return fmt.Errorf("%.64q…: the path has %d bytes, the limit is %d", name, len(name), MaxName)
	case strings.Count(name, "/") >= MaxDepth:
		return fmt.Errorf("%.64q…: the path has %d elements, the limit is %d", name, strings.Count(name, "/")+1, MaxDepth)
	}
	return nil
}

// WriteTo writes the archive, sorted by name. It implements io.WriterTo.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	names := slices.Sorted(maps.Keys(b.entries))
	if err := b.check(names); err != nil {
		return 0, err
	}
	counted := &countingWriter{w: w}
	archive := tar.NewWriter(counted)
	for _, name := range names {
		if err := b.writeEntry(archive, name); err != nil {
			return counted.n, fmt.Errorf("ramdisk: %s: %w", name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return counted.n, fmt.Errorf("ramdisk: %w", err)
	}
	return counted.n, nil
}

// Bytes returns the archive as one slice.
func (b *Builder) Bytes() ([]byte, error) {
	var buf bytes.Buffer
	if _, err := b.WriteTo(&buf); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// check finds what no single Add could see: a file used as a directory, and a tree that is too large.
func (b *Builder) check(names []string) error {
	dirs := make(map[string]bool)
	files, total := 0, int64(0)
	for _, name := range names {
		e := b.entries[name]
		for dir := path.Dir(name); dir != "." && !dirs[dir]; dir = path.Dir(dir) {
			if parent, ok := b.entries[dir]; ok && !parent.mode.IsDir() {
				return fmt.Errorf("ramdisk: %s: its parent %s is a file", name, dir)
			}
			dirs[dir] = true
		}
		if e.mode.IsDir() {
			dirs[name] = true
		} else {
			files++
		}
		if e.size > MaxSize {
			return fmt.Errorf("ramdisk: %s: %d bytes, the limit of an archive is %d", name, e.size, int64(MaxSize))
		}
		// Three blocks cover the header and, for a long name, an extended header with its content.
		total += padded(e.size) + 3*blockSize + padded(int64(len(name)))
	}
	if total > MaxSize {
		return fmt.Errorf("ramdisk: the archive would have %d bytes, the limit is %d", total, int64(MaxSize))
	}
	// The root is a node, too.
	if nodes := 1 + files + len(dirs); nodes > MaxNodes {
		return fmt.Errorf("ramdisk: %d files and directories, the limit is %d", nodes, MaxNodes)
	}
	return nil
}

func (b *Builder) writeEntry(archive *tar.Writer, name string) error {
	e := b.entries[name]
	header := &tar.Header{
		Typeflag: tar.TypeReg,
		Name:     name,
		Size:     e.size,
		Mode:     int64(e.mode.Perm()),
		ModTime:  b.modTime(),
	}
	if e.mode.IsDir() {
		header.Typeflag, header.Name = tar.TypeDir, name+"/"
	}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	if e.src == nil {
		_, err := archive.Write(e.data)
		return err
	}
	return copyFile(archive, e)
}

// copyFile writes the content of a file from a tree, which must still have the size that was announced.
func copyFile(archive *tar.Writer, e entry) error {
	f, err := e.src.Open(e.srcName)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(archive, f)
	if errors.Is(err, tar.ErrWriteTooLong) || err == nil && n != e.size {
		return fmt.Errorf("the file changed its size while it was added (it had %d bytes)", e.size)
	}
	return err
}

func (b *Builder) modTime() time.Time {
	if b.ModTime.IsZero() {
		return time.Unix(0, 0)
	}
	return b.ModTime.Truncate(time.Second)
}

// countingWriter counts what the TAR writer wrote, for WriteTo's result.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
