package engine

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/witan-os/witan/internal/testwasm"
)

// nobody is the user that a thread of root's works on files as, so that it can't write everywhere.
const nobody = 65534

// TestReadOnlyCache compiles with a cache in a directory that the program can't write.
func TestReadOnlyCache(t *testing.T) {
	dir := t.TempDir()
	one := testwasm.NewModule()
	one.Func("f", "-> i32", "i32.const 1")
	other := testwasm.NewModule()
	other.Func("f", "-> i32", "i32.const 2")
	instantiate(t, newEngineWith(t, Config{CacheDir: dir}), one, nil)
	forbidWriting(t, dir)

	e := newEngineWith(t, Config{CacheDir: dir, ReadOnlyCache: true})
	instantiate(t, e, one, nil)
	if n := e.CacheMisses(); n != 0 {
		t.Errorf("%d misses for a module in the cache", n)
	}
	for range 2 { // the second time it is in memory
		inst := instantiate(t, e, other, nil)
		if got, err := inst.ExportedFunction("f").Call(t.Context()); err != nil || got[0] != 2 {
			t.Errorf("f = %v, %v", got, err)
		}
	}
	if n := e.CacheMisses(); n != 1 {
		t.Errorf("%d misses for a module that was compiled once", n)
	}

	strict := newEngineWith(t, Config{CacheDir: dir})
	if _, err := strict.Compile(t.Context(), other.Bytes()); !isReadOnly(err) {
		t.Errorf("a cache that should be writable: %v", err)
	}
}

// forbidWriting makes a directory read-only for the calling goroutine until the test ends.
func forbidWriting(t *testing.T, dir string) {
	t.Helper()
	chmod(t, dir, 0o555)
	t.Cleanup(func() { chmod(t, dir, 0o755) })
	if os.Geteuid() != 0 {
		return
	}
	// What other users may read is in a directory that only root may enter.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	runtime.LockOSThread()
	if err := unix.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Setfsuid(0); err != nil {
			t.Fatal(err) // the thread stays locked, so that it ends with the goroutine
		}
		runtime.UnlockOSThread()
	})
}

// chmod changes the mode of directories to mode, and lets everyone read the files in them.
func chmod(t *testing.T, dir string, mode fs.FileMode) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(path, mode)
		}
		return os.Chmod(path, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
