//go:build linux || darwin

package hostdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// The tests of this file are about what only a host has: other processes, other file
// types, names that are not text.

func openTemp(t *testing.T) (string, vfs.Dir) {
	t.Helper()
	path := t.TempDir()
	d, err := Open(path, vfs.Read|vfs.MutateDirectory)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return path, d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenFails(t *testing.T) {
	path := t.TempDir()
	_, err := Open(filepath.Join(path, "missing"), vfs.Read)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing directory: %v", err)
	}
	file := filepath.Join(path, "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if d, err := Open(file, vfs.Read); err == nil {
		t.Errorf("a file opens as %v", d)
	}
}

// TestFIFO opens a FIFO that has no other end: the guest must not hang.
func TestFIFO(t *testing.T) {
	path, d := openTemp(t)
	must(t, syscall.Mkfifo(filepath.Join(path, "fifo"), 0o600))
	st, err := d.StatAt(0, "fifo")
	if err != nil || st.Type != vfs.TypeFifo {
		t.Errorf("the FIFO is %+v, %v", st, err)
	}
	n, err := d.OpenAt(0, "fifo", 0, vfs.Read)
	must(t, err)
	if _, err := n.(vfs.File).ReadAt(make([]byte, 1), 0); err != vfs.ErrInvalidSeek {
		t.Errorf("a read at an offset: %v, want invalid-seek", err)
	}
	must(t, n.Close())
	if _, err := d.OpenAt(0, "fifo", 0, vfs.Write); err != vfs.ErrNoSuchDevice {
		t.Errorf("open to write: %v, want no-such-device", err)
	}
}

func TestNamesThatAreNotText(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("the system refuses such names")
	}
	path, d := openTemp(t)
	must(t, os.WriteFile(filepath.Join(path, "b\xffd"), nil, 0o600))
	must(t, os.WriteFile(filepath.Join(path, "good"), nil, 0o600))
	must(t, os.Symlink("b\xffd", filepath.Join(path, "link")))
	stream, err := d.ReadDirectory()
	must(t, err)
	defer func() { _ = stream.Close() }()
	names := map[string]bool{}
	for {
		e, err := stream.Next()
		if err != nil {
			break
		}
		names[e.Name] = true
	}
	if len(names) != 2 || !names["good"] || !names["link"] {
		t.Errorf("the listing is %v", names)
	}
	if _, err := d.ReadlinkAt("link"); err != vfs.ErrIllegalByteSequence {
		t.Errorf("readlink: %v, want illegal-byte-sequence", err)
	}
}

// TestEscapeRace has another process, played by a goroutine, turn a directory into a
// link outside and back while paths through it are opened.
func TestEscapeRace(t *testing.T) {
	outer := t.TempDir()
	inside := filepath.Join(outer, "inside")
	must(t, os.MkdirAll(filepath.Join(inside, "real"), 0o700))
	must(t, os.WriteFile(filepath.Join(outer, "secret"), []byte("secret"), 0o600))
	d, err := Open(inside, vfs.Read|vfs.MutateDirectory)
	must(t, err)
	defer func() { _ = d.Close() }()

	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		door, link := filepath.Join(inside, "door"), filepath.Join(inside, "link")
		for {
			select {
			case <-done:
				return
			default:
			}
			_ = os.Symlink("..", link)
			_ = os.Rename(link, door)
			_ = os.Remove(door)
			_ = os.Mkdir(door, 0o700)
			_ = os.Remove(door)
		}
	})
	outcomes := map[error]int{}
	for range 3000 {
		for _, path := range []string{"door/secret", "door/../../secret"} {
			n, err := d.OpenAt(vfs.SymlinkFollow, path, 0, vfs.Read)
			if err == nil {
				_ = n.Close()
				t.Fatalf("%q leads outside", path)
			}
			outcomes[err]++
			if err := d.UnlinkFileAt(path); err == nil {
				t.Fatalf("unlinking %q reached outside", path)
			}
		}
		if n, err := d.OpenAt(vfs.SymlinkFollow, "door", vfs.Directory, vfs.Read); err == nil {
			if _, err := n.(vfs.Dir).StatAt(0, "secret"); err == nil {
				t.Fatal("the directory outside was opened")
			}
			_ = n.Close()
		}
	}
	close(done)
	wg.Wait()
	if _, err := os.Stat(filepath.Join(outer, "secret")); err != nil {
		t.Error(err)
	}
	if outcomes[vfs.ErrNotPermitted] == 0 {
		t.Errorf("the race never put the link in the way: %v", outcomes)
	}
}

// TestAppendLocked tests what systems without an appending write use.
func TestAppendLocked(t *testing.T) {
	_, d := openTemp(t)
	n, err := d.OpenAt(0, "log", vfs.Create, vfs.Read|vfs.Write)
	must(t, err)
	defer func() { _ = n.Close() }()
	f := n.(*file)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for range 100 {
				// Two bytes are written already, as far as this call knows.
				if n, err := f.appendLocked(fmt.Appendf(nil, "--%d%d%d\n", w, w, w), 2); n != 6 || err != nil {
					t.Errorf("appended %d bytes, %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	got := make([]byte, 1600)
	_, err = f.ReadAt(got, 0)
	must(t, err)
	for i := 0; i < len(got); i += 4 {
		if line := got[i : i+4]; line[0] != line[1] || line[1] != line[2] || line[3] != '\n' {
			t.Fatalf("line %d is %q", i/4, line)
		}
	}
}

// TestDescriptorsAreClosed counts the process's descriptors around everything that
// opens some, with and without success.
func TestDescriptorsAreClosed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts in /proc")
	}
	path, d := openTemp(t)
	must(t, os.MkdirAll(filepath.Join(path, "a", "b"), 0o700))
	must(t, os.Symlink("a/b", filepath.Join(path, "l")))
	must(t, os.Symlink("a/../..", filepath.Join(path, "out")))
	must(t, os.Symlink("loop", filepath.Join(path, "loop")))
	use := func() {
		for _, p := range []string{"a/b/f", "a/b", "l", "l/", "out", "loop", "a/f/g", "missing/x"} {
			for _, open := range []vfs.OpenFlags{0, vfs.Create, vfs.Directory, vfs.Truncate} {
				for _, flags := range []vfs.DescriptorFlags{vfs.Read, vfs.Read | vfs.Write} {
					if n, err := d.OpenAt(vfs.SymlinkFollow, p, open, flags); err == nil {
						must(t, n.Close())
					}
				}
			}
			_, _ = d.StatAt(vfs.SymlinkFollow, p)
			_, _ = d.ReadlinkAt(p)
			_ = d.RenameAt("a/b/f", d, p)
			_ = d.LinkAt(vfs.SymlinkFollow, p, d, "a/new")
			_ = d.UnlinkFileAt("a/new")
		}
		s, err := d.ReadDirectory()
		must(t, err)
		_, _ = s.Next()
		must(t, s.Close())
	}
	count := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		must(t, err)
		return len(list)
	}
	use() // the poller opens descriptors of its own once
	before := count()
	use()
	if after := count(); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

func TestCodeOf(t *testing.T) {
	tests := []struct {
		err  error
		want vfs.ErrorCode
	}{
		{syscall.ENOENT, vfs.ErrNoEntry},
		{&os.PathError{Op: "open", Path: "x", Err: syscall.EDQUOT}, vfs.ErrQuota},
		{&os.LinkError{Op: "link", Err: syscall.EXDEV}, vfs.ErrCrossDevice},
		{syscall.EOPNOTSUPP, vfs.ErrUnsupported},
		{syscall.ENOTSUP, vfs.ErrUnsupported},
		{syscall.EWOULDBLOCK, vfs.ErrWouldBlock},
		{syscall.EMFILE, vfs.ErrInsufficientMemory},
		{syscall.EIO, vfs.ErrIO},
		{syscall.ECHILD, vfs.ErrIO},
		{os.ErrClosed, vfs.ErrBadDescriptor},
		{vfs.ErrLoop, vfs.ErrLoop},
		{errors.New("unheard of"), vfs.ErrIO},
	}
	for _, tt := range tests {
		if got := codeOf(tt.err); got != tt.want {
			t.Errorf("codeOf(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}
