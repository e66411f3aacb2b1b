package overlay_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/vfstest"
	"github.com/witan-os/witan/internal/ramdisk"
)

// TestRAMDisk runs on the image that a machine boots with.
func TestRAMDisk(t *testing.T) {
	var b ramdisk.Builder
	big := strings.Repeat("big", 3000)
	err := b.AddTree(".", fstest.MapFS{
		"etc/motd": {Data: []byte("hi"), Mode: 0o644},
		"big":      {Data: []byte(big), Mode: 0o644},
	})
	if err != nil {
		t.Fatal(err)
	}
	archive, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	image, err := ramdisk.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	fsys := overlay.New(overlay.Config{Image: image})
	d := fsys.Root(vfstest.ReadWrite)
	if got, err := vfstest.ReadFile(d, "big"); got != big || err != nil {
		t.Errorf("the big file holds %d bytes, %v", len(got), err)
	}
	wantUsed(t, fsys, 0) // its files can be read where they are
	if _, err := openFile(t, d, "etc/motd", 0).Append([]byte("!")); err != nil {
		t.Fatal(err)
	}
	if err := d.UnlinkFileAt("big"); err != nil {
		t.Fatal(err)
	}
	got, err := vfstest.Describe(d)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"etc directory", `etc/motd regular-file "hi!" links=1 size=3`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
}
