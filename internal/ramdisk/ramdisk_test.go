package ramdisk

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unsafe"
)

// build makes an archive from name, content pairs; a name that ends in "*" is executable.
func build(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var b Builder
	for i := 0; i < len(pairs); i += 2 {
		name, executable := strings.CutSuffix(pairs[i], "*")
		mode := fs.FileMode(0o600)
		if executable {
			mode = 0o700
		}
		if err := b.AddFile(name, mode, []byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func open(t *testing.T, archive []byte) *FS {
	t.Helper()
	tree, err := Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestFS(t *testing.T) {
	long := strings.Repeat("long-name/", 20) + strings.Repeat("x", 120)
	tree := open(t, build(t,
		"hello.txt", "hello",
		"bin/tool*", "#!",
		"bin/deep/er/nothing", "",
		"bin.txt", strings.Repeat("0123456789", 1000),
		"größe/日本", "unicode",
		long, "long",
	))
	want := []string{"hello.txt", "bin/tool", "bin/deep/er/nothing", "bin.txt", "größe/日本", long}
	if err := fstest.TestFS(tree, want...); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]fs.FileMode{
		"hello.txt": 0o644, "bin/tool": 0o755, "bin": fs.ModeDir | 0o755, ".": fs.ModeDir | 0o755,
	} {
		info, err := tree.Stat(name)
		if err != nil || info.Mode() != mode {
			t.Errorf("Stat(%s) = %v, %v; want mode %v", name, info, err, mode)
		}
	}
}

func TestEmptyTree(t *testing.T) {
	for name, archive := range map[string][]byte{"no bytes": nil, "no entries": build(t)} {
		if err := fstest.TestFS(open(t, archive)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBytesAliasesTheArchive(t *testing.T) {
	archive := build(t, "a", "first", "b", "second")
	tree := open(t, archive)
	data, err := tree.Bytes("a")
	if err != nil || string(data) != "first" {
		t.Fatalf("Bytes(a) = %q, %v", data, err)
	}
	lo, at := uintptr(unsafe.Pointer(&archive[0])), uintptr(unsafe.Pointer(&data[0]))
	if at < lo || at >= lo+uintptr(len(archive)) {
		t.Error("Bytes copied the file")
	}
	if cap(data) != len(data) {
		t.Errorf("capacity %d reaches beyond the file's %d bytes", cap(data), len(data))
	}
	private, err := tree.ReadFile("a")
	if err != nil {
		t.Fatal(err)
	}
	private[0] = 'F'
	if string(data) != "first" {
		t.Error("ReadFile returned the archive's own bytes")
	}
}

func TestDeterministic(t *testing.T) {
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("dir%d/file%d", i%7, i)
	}
	var first []byte
	for range 5 {
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		pairs := make([]string, 0, 2*len(names))
		for _, name := range names {
			pairs = append(pairs, name, "content of "+name)
		}
		archive := build(t, pairs...)
		if first == nil {
			first = archive
		}
		if !bytes.Equal(archive, first) {
			t.Fatal("the archive depends on the order of adding")
		}
	}
}

func TestAddTree(t *testing.T) {
	when := time.Date(2031, 5, 6, 7, 8, 9, 10, time.UTC)
	src := fstest.MapFS{
		"a/run":   {Data: []byte("run"), Mode: 0o755, ModTime: when},
		"a/b/txt": {Data: []byte("txt"), Mode: 0o600},
		"empty":   {Mode: fs.ModeDir | 0o700},
	}
	b := Builder{ModTime: time.Unix(1234, 0)}
	for _, at := range []string{"opt/src", "."} {
		if err := b.AddTree(at, src); err != nil {
			t.Fatal(err)
		}
	}
	archive, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	tree := open(t, archive)
	if err := fstest.TestFS(tree, "a/run", "a/b/txt", "empty", "opt/src/a/run", "opt/src/a/b/txt", "opt/src/empty"); err != nil {
		t.Fatal(err)
	}
	info, err := tree.Stat("opt/src/a/run")
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o755 || !info.ModTime().Equal(time.Unix(1234, 0)) {
		t.Errorf("mode %v, time %v", info.Mode(), info.ModTime())
	}
	if info, err := tree.Stat("a/b/txt"); err != nil || info.Mode() != 0o644 {
		t.Errorf("a/b/txt: %v, %v", info, err)
	}
}

func TestBuilderErrors(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("x")}
	for _, test := range []struct {
		name string
		add  func(b *Builder) error
		want string
	}{
		{"absolute", func(b *Builder) error { return b.AddFile("/etc/passwd", 0, nil) }, "not a valid path"},
		{"parent", func(b *Builder) error { return b.AddFile("a/../b", 0, nil) }, "not a valid path"},
		{"root", func(b *Builder) error { return b.AddFile(".", 0, nil) }, "not a valid path"},
		{"zero byte", func(b *Builder) error { return b.AddFile("a\x00b", 0, nil) }, "zero byte"},
		{"long", func(b *Builder) error { return b.AddFile(strings.Repeat("x", MaxName+1), 0, nil) }, "limit is 1024"},
		{"deep", func(b *Builder) error { return b.AddFile(strings.Repeat("x/", MaxDepth)+"x", 0, nil) }, "65 elements"},
		{"twice", func(b *Builder) error {
			if err := b.AddFile("a", 0, nil); err != nil {
				return err
			}
			return b.AddFile("a", 0, nil)
		}, "added twice"},
		{"file as directory", func(b *Builder) error {
			if err := b.AddFile("a/b/c", 0, nil); err != nil {
				return err
			}
			return b.AddFile("a", 0, nil)
		}, "its parent a is a file"},
		{"link", func(b *Builder) error {
			return b.AddTree(".", fstest.MapFS{"l": {Data: []byte("t"), Mode: fs.ModeSymlink}})
		}, "neither a file nor a directory"},
		{"file over tree", func(b *Builder) error {
			if err := b.AddTree(".", fstest.MapFS{"a/b": file}); err != nil {
				return err
			}
			return b.AddTree(".", fstest.MapFS{"a": file})
		}, "a: added twice"},
		{"shrunk", func(b *Builder) error {
			shrinking := fstest.MapFS{"a": &fstest.MapFile{Data: []byte("xyz")}}
			err := b.AddTree(".", shrinking)
			shrinking["a"] = file
			return err
		}, "changed its size"},
		{"grown", func(b *Builder) error {
			growing := fstest.MapFS{"a": file}
			err := b.AddTree(".", growing)
			growing["a"] = &fstest.MapFile{Data: []byte("xyz")}
			return err
		}, "changed its size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			err := test.add(&b)
			if err == nil {
				_, err = b.Bytes()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestSourceDate(t *testing.T) {
	for value, want := range map[string]int64{"": 0, "0": 0, "1700000000": 1700000000, "-1": -1, "soon": -1, "8589934592": -1} {
		t.Setenv("SOURCE_DATE_EPOCH", value)
		got, err := SourceDate()
		if (err != nil) != (want < 0) || err == nil && got.Unix() != want {
			t.Errorf("SOURCE_DATE_EPOCH=%q: %v, %v", value, got, err)
		}
	}
}

// rawTar writes headers that Builder would not write.
func rawTar(t *testing.T, headers ...*tar.Header) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, h := range headers {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestOpenErrors(t *testing.T) {
	file := func(name string) *tar.Header { return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: 700} }
	good := build(t, "a", strings.Repeat("a", 600), "b", "b")
	flipped := bytes.Clone(good)
	flipped[3*blockSize+1] ^= 0x40
	for _, test := range []struct {
		name    string
		archive []byte
		want    string
	}{
		{"no archive", []byte("hello"), "offset 0x0: unexpected EOF"},
		{"cut in content", good[:blockSize+100], "offset 0x0: a: 600 bytes of content announced, 100 left"},
		{"cut at entry", good[:3*blockSize], "offset 0x600: the archive stops without an end marker"},
		{"cut in marker", good[:len(good)-blockSize], "without an end marker"},
		{"bit flip", flipped, "offset 0x600: archive/tar: invalid tar header"},
		{"tail", append(bytes.Clone(good), 0, 0, 1), "offset 0xe02: data behind the end marker"},
		{"parent", rawTar(t, file("../a")), `"../a" is not a valid path`},
		{"absolute", rawTar(t, file("/a")), `"/a" is not a valid path`},
		{"twice", rawTar(t, file("a"), file("a")), "offset 0x600: a: a second entry with this name"},
		{"child of file", rawTar(t, file("a"), file("a/b/c")), "a: a file, but a later entry uses it as a directory"},
		{"file over directory", rawTar(t, file("a/b"), file("a")), "a: a file, but earlier entries use it as a directory"},
		{"link", rawTar(t, &tar.Header{Typeflag: tar.TypeSymlink, Name: "l", Linkname: "/"}), `type '2' is neither`},
		{"device", rawTar(t, &tar.Header{Typeflag: tar.TypeChar, Name: "d"}), `type '3' is neither`},
		{"deep", rawTar(t, file(strings.Repeat("a/", MaxDepth)+"b")), "65 elements"},
		{"long", rawTar(t, file(strings.Repeat("a", MaxName+1))), "limit is 1024"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(test.archive)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestExplicitDirectoryAfterItsFiles(t *testing.T) {
	when := time.Unix(99, 0)
	archive := rawTar(t,
		&tar.Header{Typeflag: tar.TypeReg, Name: "d/f"},
		&tar.Header{Typeflag: tar.TypeDir, Name: "d/", ModTime: when})
	tree := open(t, archive)
	if err := fstest.TestFS(tree, "d/f"); err != nil {
		t.Fatal(err)
	}
	if info, err := tree.Stat("d"); err != nil || !info.ModTime().Equal(when) {
		t.Errorf("Stat(d) = %v, %v", info, err)
	}
}

func TestNodeLimit(t *testing.T) {
	var b Builder
	for i := range MaxNodes / MaxDepth {
		name := fmt.Sprintf("%d%s/file", i, strings.Repeat("/d", MaxDepth-2))
		if err := b.AddFile(name, 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.Bytes(); err == nil || !strings.Contains(err.Error(), "131073 files and directories") {
		t.Errorf("Builder: %v", err)
	}
	delete(b.entries, "0"+strings.Repeat("/d", MaxDepth-2)+"/file")
	archive, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(open(t, archive).nodes); n != MaxNodes-MaxDepth+1 {
		t.Errorf("%d nodes, want %d", n, MaxNodes-MaxDepth+1)
	}
	// One more chain of directories, behind Builder's back.
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "z" + strings.Repeat("/z", MaxDepth-1)}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	archive = append(archive[:len(archive)-2*blockSize], buf.Bytes()...)
	if _, err := Open(archive); err == nil || !strings.Contains(err.Error(), "more than 131072 files and directories") {
		t.Errorf("Open: %v", err)
	}
}

// FuzzOpen checks that any bytes give a tree that passes fstest.TestFS, or an error.
func FuzzOpen(f *testing.F) {
	var b Builder
	for _, name := range []string{"a", "d/b", "d/e/c"} {
		if err := b.AddFile(name, 0o755, []byte("content of "+name)); err != nil {
			f.Fatal(err)
		}
	}
	good, err := b.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{})
	f.Add(make([]byte, 4*blockSize))
	f.Fuzz(func(t *testing.T, archive []byte) {
		tree, err := Open(archive)
		if err != nil {
			return
		}
		var files []string
		var total int
		for name, n := range tree.nodes {
			if name != "." {
				files = append(files, name)
			}
			total += len(n.data)
		}
		if err := fstest.TestFS(tree, files...); err != nil {
			t.Fatal(err)
		}
		if total > len(archive) {
			t.Fatalf("%d bytes in files from an archive of %d", total, len(archive))
		}
	})
}
