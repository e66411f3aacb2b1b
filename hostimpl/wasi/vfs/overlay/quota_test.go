package overlay_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/vfstest"
)

const (
	kib      = 1 << 10
	pageSize = 4 * kib
	object   = 1 * kib // an object made in RAM and its first name
)

// small returns a file system with the given quota and a file of one page and a bit.
func small(t *testing.T, total, file uint64) (*overlay.FS, vfs.Dir) {
	t.Helper()
	fsys := overlay.New(overlay.Config{
		Image:    fstest.MapFS{"image": {Data: []byte(strings.Repeat("i", pageSize+1))}},
		MaxTotal: total,
		MaxFile:  file,
	})
	return fsys, fsys.Root(vfstest.ReadWrite)
}

func openFile(t *testing.T, d vfs.Dir, path string, open vfs.OpenFlags) vfs.File {
	t.Helper()
	n, err := d.OpenAt(0, path, open, vfs.Read|vfs.Write)
	if err != nil {
		t.Fatal(err)
	}
	return n.(vfs.File)
}

func wantUsed(t *testing.T, fsys *overlay.FS, want uint64) {
	t.Helper()
	if got := fsys.Used(); got != want {
		t.Errorf("%d bytes are used, want %d", got, want)
	}
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if err != want {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestQuotaOfData(t *testing.T) {
	fsys, d := small(t, 4*pageSize+object, 0)
	f := openFile(t, d, "f", vfs.Create)
	wantUsed(t, fsys, object)
	if _, err := f.WriteAt([]byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	wantUsed(t, fsys, object+pageSize)
	if err := f.SetSize(4 * pageSize); err != nil {
		t.Fatal(err)
	}
	wantUsed(t, fsys, object+4*pageSize)

	_, err := f.Append([]byte("x"))
	wantErr(t, "append", err, vfs.ErrInsufficientSpace)
	_, err = f.WriteAt(make([]byte, 2), 4*pageSize-1)
	wantErr(t, "write over the end", err, vfs.ErrInsufficientSpace)
	wantErr(t, "set-size", f.SetSize(4*pageSize+1), vfs.ErrInsufficientSpace)
	_, err = d.OpenAt(0, "g", vfs.Create, vfs.Write)
	wantErr(t, "create", err, vfs.ErrInsufficientSpace)
	if st, err := f.Stat(); err != nil || st.Size != 4*pageSize {
		t.Errorf("after failures, the file is %+v, %v", st, err)
	}
	wantUsed(t, fsys, object+4*pageSize)

	// What fits is still written, and what is cut is free again.
	if _, err := f.WriteAt([]byte("x"), 4*pageSize-1); err != nil {
		t.Error(err)
	}
	if err := f.SetSize(1); err != nil {
		t.Error(err)
	}
	wantUsed(t, fsys, object+pageSize)
	if _, err := f.WriteAt([]byte("x"), 4*pageSize-1); err != nil {
		t.Error(err)
	}
}

// TestQuotaIsCheckedFirst asks for more than any machine has. Nothing of it may be
// allocated, not even a table of pages.
func TestQuotaIsCheckedFirst(t *testing.T) {
	_, d := small(t, 1<<20, 0)
	f := openFile(t, d, "f", vfs.Create)
	image := openFile(t, d, "image", 0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, f := range []vfs.File{f, image} {
		for _, size := range []uint64{1 << 21, 1 << 40, 1 << 62, 1<<63 - 1} {
			_, err := f.WriteAt([]byte("x"), size-1)
			wantErr(t, fmt.Sprintf("write at %d", size-1), err, vfs.ErrInsufficientSpace)
			wantErr(t, fmt.Sprintf("set-size to %d", size), f.SetSize(size), vfs.ErrInsufficientSpace)
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("refusing allocates %d bytes", n)
	}
}

func TestQuotaOfOneFile(t *testing.T) {
	fsys, d := small(t, 1<<20, pageSize)
	f := openFile(t, d, "f", vfs.Create)
	if err := f.SetSize(pageSize); err != nil {
		t.Fatal(err)
	}
	_, err := f.Append([]byte("x"))
	wantErr(t, "append", err, vfs.ErrInsufficientSpace)
	wantErr(t, "set-size", f.SetSize(pageSize+1), vfs.ErrInsufficientSpace)

	// A file of the image may be larger as long as it stays there.
	image := openFile(t, d, "image", 0)
	used := fsys.Used()
	_, err = image.WriteAt([]byte("x"), 0)
	wantErr(t, "copy up", err, vfs.ErrInsufficientSpace)
	wantUsed(t, fsys, used)
	if data, err := vfstest.ReadFile(d, "image"); err != nil || data != strings.Repeat("i", pageSize+1) {
		t.Errorf("the image file holds %d bytes, %v", len(data), err)
	}
	if err := image.SetSize(10); err != nil {
		t.Errorf("cutting to what is allowed: %v", err)
	}
}

func TestQuotaOfNames(t *testing.T) {
	const count = 20
	fsys, d := small(t, count*object, 0)
	fill := func(what string, size uint64, make func(name string) error) {
		t.Helper()
		for i := range uint64(count*object) / size {
			if err := make(fmt.Sprint(what, i)); err != nil {
				t.Errorf("%s %d: %v", what, i, err)
			}
		}
		wantErr(t, what, make(what), vfs.ErrInsufficientSpace)
	}
	empty := func() {
		t.Helper()
		entries, err := vfstest.List(d)
		if err != nil {
			t.Fatal(err)
		}
		for name, kind := range entries {
			switch {
			case name == "image":
				continue
			case kind == vfs.TypeDirectory:
				err = d.RemoveDirectoryAt(name)
			default:
				err = d.UnlinkFileAt(name)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		wantUsed(t, fsys, 0)
	}
	fill("directory", object, d.CreateDirectoryAt)
	empty()
	fill("file", object, func(name string) error {
		n, err := d.OpenAt(0, name, vfs.Create, vfs.Write)
		if err == nil {
			err = n.Close()
		}
		return err
	})
	empty()
	fill("link", object/2, func(name string) error { return d.LinkAt(0, "image", d, name) })
	empty()
	target := strings.Repeat("t", 1000)
	fill("symlink", object+1000, func(name string) error { return d.SymlinkAt(target, name) })
	empty()
}

func TestUnlinkedFileIsChargedUntilClosed(t *testing.T) {
	for _, path := range []string{"new", "image"} {
		fsys, d := small(t, 1<<20, 0)
		f := openFile(t, d, path, vfs.Create)
		if _, err := f.WriteAt([]byte("x"), 0); err != nil {
			t.Fatal(err)
		}
		if err := d.UnlinkFileAt(path); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSize(10 * pageSize); err != nil {
			t.Fatal(err)
		}
		if used := fsys.Used(); used < 10*pageSize {
			t.Errorf("%s: an open file of ten pages takes %d bytes", path, used)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		wantUsed(t, fsys, 0)
	}
}

func TestReplacedFileGivesItsQuotaBack(t *testing.T) {
	fsys, d := small(t, 1<<20, 0)
	for _, name := range []string{"a", "b"} {
		f := openFile(t, d, name, vfs.Create)
		if err := f.SetSize(10 * pageSize); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.RenameAt("a", d, "b"); err != nil {
		t.Fatal(err)
	}
	wantUsed(t, fsys, object+10*pageSize)
}

// TestQuotaBalances does random things near the quota and then removes everything:
// all of the quota must be back.
func TestQuotaBalances(t *testing.T) {
	const total = 24 * kib
	rapid.Check(t, func(t *rapid.T) {
		fsys := overlay.New(overlay.Config{
			Image: fstest.MapFS{
				"a":   {Data: []byte(strings.Repeat("a", pageSize+1))},
				"b/a": {Data: []byte("ba")},
			},
			MaxTotal: total,
		})
		d := fsys.Root(vfstest.ReadWrite)
		path := rapid.SampledFrom([]string{"a", "b", "c", "b/a", "b/b", "c/a", "c/b"})
		var open []vfs.Node
		t.Repeat(map[string]func(*rapid.T){
			"open": func(t *rapid.T) {
				flags := rapid.SampledFrom([]vfs.OpenFlags{0, vfs.Create, vfs.Truncate}).Draw(t, "flags")
				if n, err := d.OpenAt(0, path.Draw(t, "path"), flags, vfs.Write); err == nil {
					open = append(open, n)
				}
			},
			"close": func(t *rapid.T) {
				if len(open) == 0 {
					t.Skip("nothing is open")
				}
				_ = open[0].Close()
				open = open[1:]
			},
			"resize": func(t *rapid.T) {
				if len(open) == 0 {
					t.Skip("nothing is open")
				}
				size := rapid.Uint64Range(0, 5*pageSize).Draw(t, "size")
				_ = open[len(open)-1].(vfs.File).SetSize(size)
			},
			"write": func(t *rapid.T) {
				if len(open) == 0 {
					t.Skip("nothing is open")
				}
				offset := rapid.Uint64Range(0, 3*pageSize).Draw(t, "offset")
				_, _ = open[len(open)-1].(vfs.File).WriteAt([]byte("x"), offset)
			},
			"mkdir":   func(t *rapid.T) { _ = d.CreateDirectoryAt(path.Draw(t, "path")) },
			"rmdir":   func(t *rapid.T) { _ = d.RemoveDirectoryAt(path.Draw(t, "path")) },
			"unlink":  func(t *rapid.T) { _ = d.UnlinkFileAt(path.Draw(t, "path")) },
			"symlink": func(t *rapid.T) { _ = d.SymlinkAt("a", path.Draw(t, "path")) },
			"rename":  func(t *rapid.T) { _ = d.RenameAt(path.Draw(t, "from"), d, path.Draw(t, "to")) },
			"link":    func(t *rapid.T) { _ = d.LinkAt(0, path.Draw(t, "from"), d, path.Draw(t, "to")) },
			"": func(t *rapid.T) {
				if used := fsys.Used(); used > total {
					t.Fatalf("%d bytes are used, more than %d", used, total)
				}
			},
		})
		for _, n := range open {
			_ = n.Close()
		}
		removeAll(t, d)
		if used := fsys.Used(); used != 0 {
			t.Fatalf("an empty file system uses %d bytes", used)
		}
	})
}

func removeAll(t *rapid.T, d vfs.Dir) {
	entries, err := vfstest.List(d)
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range entries {
		if kind != vfs.TypeDirectory {
			if err := d.UnlinkFileAt(name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		sub, err := d.OpenAt(0, name, vfs.Directory, vfstest.ReadWrite)
		if err != nil {
			t.Fatal(err)
		}
		removeAll(t, sub.(vfs.Dir))
		_ = sub.Close()
		if err := d.RemoveDirectoryAt(name); err != nil {
			t.Fatal(err)
		}
	}
}
