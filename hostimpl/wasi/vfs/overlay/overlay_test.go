package overlay_test

import (
	"io/fs"
	"testing"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/vfstest"
)

func TestConformance(t *testing.T) {
	vfstest.Run(t, func(_ *testing.T, tree fs.FS, flags vfs.DescriptorFlags) vfs.Dir {
		return overlay.New(overlay.Config{Image: tree}).Root(flags)
	})
}
