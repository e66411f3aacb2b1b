//go:build linux || darwin

package hostdir_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/hostdir"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/vfstest"
)

// open writes tree to the directory "inside" of a temporary one and opens that. What a
// test that escapes could reach lies beside it.
func open(t *testing.T, tree fs.FS, flags vfs.DescriptorFlags) vfs.Dir {
	t.Helper()
	outer := t.TempDir()
	outside := filepath.Join(outer, "outside")
	if err := os.WriteFile(outside, []byte("untouched"), 0o600); err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(outer, "inside")
	if err := os.CopyFS(inside, tree); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		got, err := os.ReadFile(outside)
		if err != nil || string(got) != "untouched" {
			t.Errorf("the file outside holds %q, %v", got, err)
		}
		list, err := os.ReadDir(outer)
		if err != nil || len(list) != 2 {
			t.Errorf("the directory outside holds %v, %v", list, err)
		}
	})
	d, err := hostdir.Open(inside, flags)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestConformance(t *testing.T) { vfstest.Run(t, open) }
