// Package files reads and writes what commands are given by name: no more than fits, and nothing by halves. A file
// that a command reads may come from anybody, and one that it writes may be read by another program at any time.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// MaxSize bounds the files that are read into memory: larger components can't be decoded.
const MaxSize = 1 << 30

// Read reads a file of at most [MaxSize] bytes.
func Read(name string) ([]byte, error) { return ReadAtMost(name, MaxSize) }

// ReadAtMost reads a file that has at most limit bytes.
func ReadAtMost(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	return data, err
}

// Write writes a file that is complete or, if anything fails, as it was before.
func Write(name string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return named(err, name)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := errors.Join(f.Chmod(0o644), write(f)); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return named(err, name)
	}
	return named(os.Rename(f.Name(), name), name)
}

// named has an error be about the file that is to be written, and not about the one that is to become it.
func named(err error, name string) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	default:
		return err
	}
	return &fs.PathError{Op: "write", Path: name, Err: err}
}

// WriteBytes is [Write] of what is in memory already.
func WriteBytes(name string, data []byte) error {
	return Write(name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// CheckDir makes a directory, if it is not there yet, and finds out whether files can be made in it.
func CheckDir(name string) error {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(name, "")
	if err != nil {
		return &fs.PathError{Op: "write to", Path: name, Err: errors.Unwrap(err)}
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// IsDir reports whether a name is that of a directory, or leads to one.
func IsDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
