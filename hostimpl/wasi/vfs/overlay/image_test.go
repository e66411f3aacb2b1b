package overlay_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/vfstest"
)

// watched is an image that counts how its files are used.
type watched struct {
	fstest.MapFS
	open  atomic.Int64 // files open now
	reads atomic.Int64 // reads of data so far
}

func (w *watched) Open(name string) (fs.File, error) {
	f, err := w.MapFS.Open(name)
	if err != nil {
		return nil, err
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		return f, nil // a directory
	}
	w.open.Add(1)
	return &watchedFile{File: f, data: r, image: w}, nil
}

type watchedFile struct {
	fs.File
	data  io.ReaderAt
	image *watched
}

func (f *watchedFile) ReadAt(p []byte, offset int64) (int, error) {
	f.image.reads.Add(1)
	return f.data.ReadAt(p, offset)
}

func (f *watchedFile) Close() error {
	f.image.open.Add(-1)
	return f.File.Close()
}

func TestCopyUp(t *testing.T) {
	original := strings.Repeat("original", 1000)
	image := &watched{MapFS: fstest.MapFS{"f": {Data: []byte(original)}}}
	fsys := overlay.New(overlay.Config{Image: image})
	d := fsys.Root(vfstest.ReadWrite)
	reader, writer := openFile(t, d, "f", 0), openFile(t, d, "f", 0)
	wantUsed(t, fsys, 0) // opening to write copies nothing
	if n := image.reads.Load(); n != 0 {
		t.Errorf("opening reads the image %d times", n)
	}
	if n := image.open.Load(); n != 1 {
		t.Errorf("two handles have %d files of the image open", n)
	}
	if _, err := writer.WriteAt([]byte("CHANGED!"), 0); err != nil {
		t.Fatal(err)
	}
	wantUsed(t, fsys, 2*pageSize)
	if n := image.open.Load(); n != 0 {
		t.Errorf("after the copy, %d files of the image are open", n)
	}
	reads := image.reads.Load()
	buf := make([]byte, 16)
	if _, err := reader.ReadAt(buf, 0); err != nil || string(buf) != "CHANGED!original" {
		t.Errorf("the other handle reads %q, %v", buf, err)
	}
	if n := image.reads.Load(); n != reads {
		t.Error("the image is read after the copy")
	}
	if !bytes.Equal(image.MapFS["f"].Data, []byte(original)) {
		t.Error("the image has changed")
	}
}

func TestTruncateDoesNotCopy(t *testing.T) {
	image := &watched{MapFS: fstest.MapFS{"f": {Data: make([]byte, 100*pageSize)}}}
	fsys := overlay.New(overlay.Config{Image: image, MaxTotal: pageSize})
	d := fsys.Root(vfstest.ReadWrite)
	f := openFile(t, d, "f", vfs.Truncate)
	if _, err := f.WriteAt([]byte("x"), 0); err != nil {
		t.Error(err)
	}
	if n := image.reads.Load(); n != 0 {
		t.Errorf("the image is read %d times", n)
	}
	if data, err := vfstest.ReadFile(d, "f"); data != "x" || err != nil {
		t.Errorf("the file holds %q, %v", data, err)
	}
}

func TestImageFilesAreClosed(t *testing.T) {
	image := &watched{MapFS: vfstest.Tree()}
	d := overlay.New(overlay.Config{Image: image}).Root(vfstest.ReadWrite)
	a, b := openFile(t, d, "hello.txt", 0), openFile(t, d, "hello.txt", 0)
	if err := d.UnlinkFileAt("hello.txt"); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 5)
	if _, err := b.ReadAt(buf, 0); err != nil || string(buf) != "hello" {
		t.Errorf("the handle that is left reads %q, %v", buf, err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if n := image.open.Load(); n != 0 {
		t.Errorf("%d files of the image are open", n)
	}
}

// noReaderAt is an image whose files can only be read from the start.
type noReaderAt struct{ fs.FS }

func (n noReaderAt) Open(name string) (fs.File, error) {
	f, err := n.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if d, ok := f.(fs.ReadDirFile); ok {
		return d, nil
	}
	return struct{ fs.File }{f}, nil
}

func TestImageWithoutReaderAt(t *testing.T) {
	data := strings.Repeat("0123456789", 1000)
	image := noReaderAt{fstest.MapFS{"f": {Data: []byte(data)}}}
	fsys := overlay.New(overlay.Config{Image: image})
	d := fsys.Root(vfs.Read)
	if got, err := vfstest.ReadFile(d, "f"); got != data || err != nil {
		t.Errorf("the file holds %d bytes, %v", len(got), err)
	}
	wantUsed(t, fsys, 3*pageSize)

	for _, cfg := range []overlay.Config{{MaxTotal: 2 * pageSize}, {MaxFile: 2 * pageSize}} {
		cfg.Image = image
		fsys := overlay.New(cfg)
		_, err := fsys.Root(vfs.Read).OpenAt(0, "f", 0, vfs.Read)
		wantErr(t, "open without room", err, vfs.ErrInsufficientSpace)
		wantUsed(t, fsys, 0)
	}
}

// broken is an image that says more than it holds.
type broken struct{ fstest.MapFS }

func (b broken) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "bad" {
		return nil, errors.New("a sector cannot be read")
	}
	list, err := b.MapFS.ReadDir(name)
	for i, e := range list {
		if strings.HasPrefix(e.Name(), "short") {
			list[i] = longer{e}
		}
	}
	return list, err
}

type longer struct{ fs.DirEntry }

func (l longer) Info() (fs.FileInfo, error) {
	info, err := l.DirEntry.Info()
	return longerInfo{info}, err
}

type longerInfo struct{ fs.FileInfo }

func (l longerInfo) Size() int64 { return l.FileInfo.Size() + 10 }

func TestBrokenImage(t *testing.T) {
	image := broken{fstest.MapFS{
		"short": {Data: []byte("data")},
		"bad/f": {Data: []byte("f")},
		"good":  {Data: []byte("good")},
	}}
	fsys := overlay.New(overlay.Config{Image: image})
	d := fsys.Root(vfstest.ReadWrite)
	f := openFile(t, d, "short", 0)
	n, err := f.ReadAt(make([]byte, 14), 0)
	if n != 4 || err != vfs.ErrIO {
		t.Errorf("a read behind the data gives %d bytes, %v, want 4 bytes, io", n, err)
	}
	_, err = f.WriteAt([]byte("x"), 0)
	wantErr(t, "copy up of a short file", err, vfs.ErrIO)
	wantUsed(t, fsys, 0)
	_, err = d.StatAt(0, "bad/f")
	wantErr(t, "stat in a bad directory", err, vfs.ErrIO)
	wantErr(t, "create in a bad directory", d.CreateDirectoryAt("bad/x"), vfs.ErrIO)
	wantErr(t, "remove a bad directory", d.RemoveDirectoryAt("bad"), vfs.ErrIO)
	if data, err := vfstest.ReadFile(d, "good"); data != "good" || err != nil {
		t.Errorf("the good file holds %q, %v", data, err)
	}
}

func TestImageObjects(t *testing.T) {
	at := time.Unix(1_000_000_000, 123_456_789)
	d := overlay.New(overlay.Config{Image: fstest.MapFS{
		"device":   {Mode: fs.ModeDevice | fs.ModeCharDevice},
		"file":     {ModTime: at},
		"b\xffd":   {},
		"latin":    {Mode: fs.ModeSymlink, Data: []byte("b\xffd")},
		"readonly": {Mode: 0o400, Data: []byte("r")},
	}}).Root(vfstest.ReadWrite)
	entries, err := vfstest.List(d)
	if err != nil {
		t.Fatal(err)
	}
	if entries["device"] != vfs.TypeCharacterDevice {
		t.Errorf("the device is a %v", entries["device"])
	}
	if _, ok := entries["b\xffd"]; ok || len(entries) != 4 {
		t.Errorf("the listing is %v", entries)
	}
	_, err = d.OpenAt(0, "device", 0, vfs.Read)
	wantErr(t, "open a device", err, vfs.ErrUnsupported)
	_, err = d.ReadlinkAt("latin")
	wantErr(t, "readlink", err, vfs.ErrIllegalByteSequence)
	st, err := d.StatAt(0, "file")
	if err != nil || !st.Modified.Equal(at) || !st.Accessed.Equal(at) || !st.Changed.Equal(at) {
		t.Errorf("the file is %+v, %v", st, err)
	}
	if _, err := openFile(t, d, "readonly", 0).WriteAt([]byte("w"), 0); err != nil {
		t.Errorf("permissions of the image are not ignored: %v", err)
	}
}

func TestClock(t *testing.T) {
	now := time.Unix(50, 1)
	d := overlay.New(overlay.Config{Now: func() time.Time { return now }}).Root(vfstest.ReadWrite)
	want := func(path string, accessed, modified, changed time.Time) {
		t.Helper()
		st, err := d.StatAt(0, path)
		if err != nil {
			t.Fatal(err)
		}
		if !st.Accessed.Equal(accessed) || !st.Modified.Equal(modified) || !st.Changed.Equal(changed) {
			t.Errorf("%q has %v, %v, %v", path, st.Accessed, st.Modified, st.Changed)
		}
	}
	created := now
	f := openFile(t, d, "f", vfs.Create)
	want("f", created, created, created)
	now = now.Add(time.Second)
	if _, err := f.WriteAt([]byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	written := now
	want("f", created, written, written)
	now = now.Add(time.Second)
	if err := d.RenameAt("f", d, "g"); err != nil {
		t.Fatal(err)
	}
	want("g", created, written, now)
	want(".", created, now, now)
}

func TestFileSystemsAreDifferentDevices(t *testing.T) {
	a, b := overlay.New(overlay.Config{}), overlay.New(overlay.Config{})
	da, db := a.Root(vfstest.ReadWrite), b.Root(vfstest.ReadWrite)
	if vfs.SameObject(da, db) {
		t.Error("two roots are the same object")
	}
	if !vfs.SameObject(da, a.Root(vfs.Read)) {
		t.Error("one root is two objects")
	}
	openFile(t, da, "f", vfs.Create)
	wantErr(t, "rename", da.RenameAt("f", db, "f"), vfs.ErrCrossDevice)
	wantErr(t, "link", da.LinkAt(0, "f", db, "f"), vfs.ErrCrossDevice)
}

// TestReadersDuringCopyUp reads a file of the image while it is copied up: every read
// sees the old data or the new.
func TestReadersDuringCopyUp(t *testing.T) {
	image := fstest.MapFS{"f": {Data: bytes.Repeat([]byte("a"), 3*pageSize)}}
	d := overlay.New(overlay.Config{Image: image}).Root(vfstest.ReadWrite)
	f := openFile(t, d, "f", 0)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			buf := make([]byte, 3*pageSize)
			for range 200 {
				n, err := f.ReadAt(buf, 0)
				if err != nil || n != len(buf) || bytes.Count(buf, buf[:1]) != n {
					t.Errorf("a mixed read of %d bytes, %v", n, err)
					return
				}
			}
		})
	}
	for _, b := range []byte("bcd") {
		if _, err := f.WriteAt(bytes.Repeat([]byte{b}, 3*pageSize), 0); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}
