package filesystem

import (
	"sync/atomic"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// sharedFile is an open file that its descriptor and the streams made from it use together. Streams outlive
// their descriptor, so the last user closes the file.
type sharedFile struct {
	vfs.File
	users atomic.Int32
}

// share begins the life of a shared file, with one user.
func share(f vfs.File) *sharedFile {
	s := &sharedFile{File: f}
	s.users.Store(1)
	return s
}

// use counts one more user.
func (s *sharedFile) use() *sharedFile {
	s.users.Add(1)
	return s
}

// release ends one use. Every write has reported its own error, so one of closing has nobody to go to.
func (s *sharedFile) release() {
	if s.users.Add(-1) == 0 {
		_ = s.Close()
	}
}
