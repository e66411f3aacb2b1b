//go:build linux || darwin

package hostdir

import (
	"io"
	"io/fs"
	"os"
	"sync"
	"unicode/utf8"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// batch is how many entries are read at once: enough to make system calls rare, few
// enough that a stream nobody finishes costs little.
const batch = 64

// stream lists a directory through a handle of its own, so that streams do not move
// each other's position.
type stream struct {
	mu      sync.Mutex
	file    *os.File
	pending []fs.DirEntry
	closed  bool
}

func (d *dir) ReadDirectory() (vfs.DirectoryEntryStream, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, d.walkError(err)
	}
	return &stream{file: f}, nil
}

func (s *stream) Next() (vfs.DirectoryEntry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return vfs.DirectoryEntry{}, vfs.ErrBadDescriptor
	}
	for {
		if len(s.pending) == 0 {
			entries, err := s.file.ReadDir(batch)
			if err == io.EOF {
				return vfs.DirectoryEntry{}, io.EOF
			}
			if err != nil {
				return vfs.DirectoryEntry{}, codeOf(err)
			}
			s.pending = entries
		}
		e := s.pending[0]
		s.pending = s.pending[1:]
		if utf8.ValidString(e.Name()) {
			return vfs.DirectoryEntry{Type: vfs.TypeOfMode(e.Type()), Name: e.Name()}, nil
		}
	}
}

func (s *stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return asCode(s.file.Close())
}
