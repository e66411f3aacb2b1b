package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/examples/system/generated/demo/system/v0.1/blocks"
	"github.com/witan-os/witan/examples/system/generated/demo/system/v0.1/files"
	"github.com/witan-os/witan/examples/system/generated/demo/system/v0.1/fs"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/runtime/vm"
)

// This file tests the file system's component with disks that are made of memory: good ones, ones that lose power, and ones
// that lie.

const sectorSize = 512

// disk is a disk as its driver offers it. It implements blocks.Host.
type disk struct {
	content []byte
	writes  int            // requests to write so far
	power   int            // so many requests to write are carried out; negative for all
	unsafe  map[int][]byte // what sectors written since the last flush had before
	lie     func(sectors []byte) []byte
}

func newDisk(sectors int) *disk {
	return &disk{content: make([]byte, sectors*sectorSize), power: -1, unsafe: map[int][]byte{}}
}

func (d *disk) off() bool { return d.power >= 0 && d.writes >= d.power }

func (d *disk) Sectors(context.Context) (uint64, error) {
	return uint64(len(d.content) / sectorSize), nil
}

func (d *disk) sectors(first uint64, length int) ([]byte, error) {
	all := uint64(len(d.content))
	if length%sectorSize != 0 || length > 128*sectorSize || first > all/sectorSize || uint64(length) > all-first*sectorSize {
		return nil, blocks.FailureOutOfRange
	}
	return d.content[first*sectorSize:][:length], nil
}

func (d *disk) Read(_ context.Context, first uint64, count uint32, buf []byte) ([]byte, error) {
	s, err := d.sectors(first, int(count)*sectorSize)
	if d.lie != nil && err == nil {
		s = d.lie(s)
	}
	return append(buf, s...), err
}

func (d *disk) Write(_ context.Context, first uint64, content []byte) error {
	s, err := d.sectors(first, len(content))
	if err != nil {
		return err
	}
	if d.off() {
		return blocks.FailureDevice
	}
	d.writes++
	for at := 0; at < len(s); at += sectorSize {
		n := int(first) + at/sectorSize
		if _, ok := d.unsafe[n]; !ok {
			d.unsafe[n] = bytes.Clone(s[at:][:sectorSize])
		}
	}
	copy(s, content)
	return nil
}

func (d *disk) Flush(context.Context) error {
	if d.off() {
		return blocks.FailureDevice
	}
	clear(d.unsafe)
	return nil
}

// crash is the disk after a loss of power: of what was not flushed, some sectors were written and some not.
func (d *disk) crash(r *rand.Rand) *disk {
	after := newDisk(0)
	after.content = bytes.Clone(d.content)
	for _, n := range slices.Sorted(maps.Keys(d.unsafe)) {
		if r.IntN(2) == 0 {
			copy(after.content[n*sectorSize:], d.unsafe[n])
		}
	}
	return after
}

// fileSystem makes instances of the component.
type fileSystem struct {
	vm      *vm.VM
	fs, crc *vm.Component
}

func newFileSystem(t testing.TB) *fileSystem {
	t.Helper()
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{CacheDir: kernel.HostCache()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close(ctx) })
	compile := func(name string) *vm.Component {
		wasm, err := os.ReadFile("components/" + name + ".wasm")
		if err != nil {
			t.Fatal(err)
		}
		c, err := v.Compile(ctx, name, wasm)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return &fileSystem{v, compile("fs"), compile("crc")}
}

// mounted is an instance with a disk.
type mounted struct {
	*files.Client
	instance *vm.Instance
}

// on starts an instance with a disk.
func (f *fileSystem) on(t testing.TB, d *disk) *mounted {
	t.Helper()
	ctx := context.Background()
	i, err := f.fs.Instantiate(ctx, vm.Options{
		Host:   blocks.Provide(d),
		Links:  []vm.Link{{Name: "demo:system/checksum", Component: f.crc}},
		Limits: vm.Limits{MaxTotalMemory: 16 << 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	exports, err := fs.Bind(i.Instance)
	if err != nil {
		t.Fatal(err)
	}
	return &mounted{exports.Files, i}
}

func (m *mounted) close() { _ = m.instance.Close(context.Background()) }

// content reads all files.
func (m *mounted) content(t testing.TB) map[string]string {
	t.Helper()
	ctx := context.Background()
	list, err := m.Entries(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range list {
		name := strings.Clone(e.Name)
		text, err := m.Read(ctx, name, nil)
		if err != nil || uint32(len(text)) != e.Size || crc32.ChecksumIEEE(text) != e.Sum {
			t.Fatalf("%s has %d bytes, listed as %+v: %v", name, len(text), e, err)
		}
		all[name] = string(text)
	}
	return all
}

// change is a call that changes files.
type change struct {
	name    string
	content string
	remove  bool
}

func (c change) do(m *mounted) error {
	if c.remove {
		return m.Remove(context.Background(), c.name)
	}
	return m.Write(context.Background(), c.name, []byte(c.content))
}

func (c change) apply(files map[string]string) map[string]string {
	after := maps.Clone(files)
	delete(after, c.name)
	if !c.remove {
		after[c.name] = c.content
	}
	return after
}

func text(length int, seed string) string {
	return strings.Repeat(seed, length/len(seed)+1)[:length]
}

// changes are such that blocks of files that are gone are used again.
var changes = []change{
	{name: "a", content: "hello"},
	{name: "empty", content: ""},
	{name: "b", content: text(10_000, "0123456789")},
	{name: "a", content: text(5000, "A")},
	{name: "c", content: text(4096, "cc")},
	{name: "b", remove: true},
	{name: "d", content: text(100_000, "long")},
	{name: "a", remove: true},
	{name: "d", content: text(120_000, "longer")},
	{name: strings.Repeat("n", 47), content: "x"},
}

func TestFiles(t *testing.T) {
	system := newFileSystem(t)
	d := newDisk(1000)
	m := system.on(t, d)
	want := map[string]string{}
	for i, c := range changes {
		if err := c.do(m); err != nil {
			t.Fatalf("change %d: %v", i, err)
		}
		want = c.apply(want)
		if got := m.content(t); !maps.Equal(got, want) {
			t.Fatalf("after change %d there are %v", i, slices.Sorted(maps.Keys(got)))
		}
		again := system.on(t, d)
		if got := again.content(t); !maps.Equal(got, want) {
			t.Fatalf("after change %d and a new start there are %v", i, slices.Sorted(maps.Keys(got)))
		}
		again.close()
	}
	e, err := m.Stat(context.Background(), "c")
	if err != nil || e.Name != "c" || e.Size != 4096 || e.Sum != crc32.ChecksumIEEE([]byte(want["c"])) {
		t.Errorf("stat: %+v, %v", e, err)
	}
	if err := m.Format(context.Background()); err != nil || len(m.content(t)) != 0 {
		t.Errorf("format: %v", err)
	}
	m.close()
}

func TestFilesRefuse(t *testing.T) {
	ctx := context.Background()
	m := newFileSystem(t).on(t, newDisk(8*40))
	defer m.close()
	if err := m.Write(ctx, "there", []byte("is one")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what string
		err  error
		want files.Failure
	}{
		{"to read what is not there", second(m.Read(ctx, "nothing", nil)), files.FailureNotFound},
		{"to stat what is not there", second(m.Stat(ctx, "ther")), files.FailureNotFound},
		{"to remove what is not there", m.Remove(ctx, "there "), files.FailureBadName},
		{"a name without bytes", m.Write(ctx, "", nil), files.FailureBadName},
		{"a long name", m.Write(ctx, strings.Repeat("n", 48), nil), files.FailureBadName},
		{"a slash", m.Write(ctx, "a/b", nil), files.FailureBadName},
		{"a control character", m.Write(ctx, "a\x1b[2J", nil), files.FailureBadName},
		{"a zero", m.Write(ctx, "a\x00", nil), files.FailureBadName},
		{"too many bytes", m.Write(ctx, "large", make([]byte, 1<<20+1)), files.FailureTooLarge},
		{"more than there is room for", m.Write(ctx, "large", make([]byte, 31*4096)), files.FailureFull},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.what, tt.err, tt.want)
		}
	}
	if err := m.Write(ctx, "fits", make([]byte, 29*4096)); err != nil {
		t.Errorf("the last blocks: %v", err)
	}
	if err := m.Write(ctx, "more", []byte("x")); !errors.Is(err, files.FailureFull) {
		t.Errorf("one byte more: %v", err)
	}
	if err := m.Write(ctx, "none", nil); err != nil {
		t.Errorf("a file without content on a full disk: %v", err)
	}
	for i := range 125 {
		if err := m.Write(ctx, fmt.Sprint(i), nil); err != nil {
			t.Fatalf("file %d: %v", i, err)
		}
	}
	if err := m.Write(ctx, "one more", nil); !errors.Is(err, files.FailureBadName) {
		t.Errorf("a space in a name: %v", err)
	}
	if err := m.Write(ctx, "last", nil); !errors.Is(err, files.FailureFull) {
		t.Errorf("more files than there is room for: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestFilesScattered has free blocks in many places, so that a file is in several.
func TestFilesScattered(t *testing.T) {
	ctx := context.Background()
	m := newFileSystem(t).on(t, newDisk(8*30))
	defer m.close()
	for i := range 20 {
		if err := m.Write(ctx, fmt.Sprint(i), []byte(text(4096, fmt.Sprint(i)))); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < 20; i += 2 {
		if err := m.Remove(ctx, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Write(ctx, "nine", make([]byte, 9*4096)); !errors.Is(err, files.FailureFull) {
		t.Errorf("in nine places: %v", err)
	}
	want := text(8*4096-1, "eight places")
	if err := m.Write(ctx, "eight", []byte(want)); err != nil {
		t.Errorf("in eight places: %v", err)
	}
	if got := m.content(t); got["eight"] != want || got["7"] != text(4096, "7") || len(got) != 11 {
		t.Errorf("there are %v", slices.Sorted(maps.Keys(got)))
	}
}

// TestFilesAfterCrash turns the power off at each request to write, and looks what there is when it is back.
func TestFilesAfterCrash(t *testing.T) {
	system := newFileSystem(t)
	r := rand.New(rand.NewPCG(1, 2))
	crashes := 0
	for power := 3; ; power++ { // the first requests make the file system
		d := newDisk(1000)
		m := system.on(t, d)
		before := m.content(t)
		d.power = power
		done := 0
		for ; done < len(changes); done++ {
			if err := changes[done].do(m); err != nil {
				break
			}
			before = changes[done].apply(before)
		}
		m.close()
		if done == len(changes) {
			break
		}
		crashes++
		for range 4 {
			again := system.on(t, d.crash(r))
			got := again.content(t)
			if !maps.Equal(got, before) && !maps.Equal(got, changes[done].apply(before)) {
				t.Fatalf("power for %d requests: a crash in change %d leaves %v", power, done, slices.Sorted(maps.Keys(got)))
			}
			if err := changes[done].do(again); err != nil && !errors.Is(err, files.FailureNotFound) {
				t.Fatalf("power for %d requests: change %d once more: %v", power, done, err)
			}
			if got := again.content(t); !maps.Equal(got, changes[done].apply(before)) {
				t.Fatalf("power for %d requests: change %d once more leaves %v", power, done, slices.Sorted(maps.Keys(got)))
			}
			again.close()
		}
	}
	if crashes < 30 {
		t.Errorf("the power was off at %d requests only", crashes)
	}
}

// usedDisk is a disk with files.
func usedDisk(t testing.TB, system *fileSystem) *disk {
	d := newDisk(400)
	m := system.on(t, d)
	defer m.close()
	for _, c := range changes[:5] {
		if err := c.do(m); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestForeignDisk does not make a file system on a disk that has something else.
func TestForeignDisk(t *testing.T) {
	ctx := context.Background()
	system := newFileSystem(t)
	d := newDisk(400)
	copy(d.content, "precious")
	m := system.on(t, d)
	defer m.close()
	if err := m.Write(ctx, "a", nil); !errors.Is(err, files.FailureDamaged) || d.writes > 0 {
		t.Errorf("%v after %d writes", err, d.writes)
	}
	if err := m.Format(ctx); err != nil {
		t.Fatal(err)
	}
	if err := m.Write(ctx, "a", nil); err != nil {
		t.Error(err)
	}
	tiny := system.on(t, newDisk(80))
	defer tiny.close()
	if _, err := tiny.Entries(ctx); !errors.Is(err, files.FailureFull) {
		t.Errorf("a disk without room: %v", err)
	}
}

// TestDiskThatLies has a disk return other numbers of bytes than it was asked for.
func TestDiskThatLies(t *testing.T) {
	ctx := context.Background()
	system := newFileSystem(t)
	for name, lie := range map[string]func([]byte) []byte{
		"nothing":  func([]byte) []byte { return nil },
		"less":     func(s []byte) []byte { return s[:len(s)-1] },
		"more":     func(s []byte) []byte { return append(bytes.Clone(s), 0) },
		"far more": func(s []byte) []byte { return make([]byte, 1<<20) },
	} {
		d := usedDisk(t, system)
		d.lie = lie
		m := system.on(t, d)
		if _, err := m.Entries(ctx); !errors.Is(err, files.FailureDevice) {
			t.Errorf("%s: %v", name, err)
		}
		d.lie = nil
		if _, err := m.Entries(ctx); err != nil {
			t.Errorf("%s, and then the truth: %v", name, err)
		}
		m.close()
	}
}

// TestDamage flips each byte of where the file system's structures are. Nothing that is read is wrong.
func TestDamage(t *testing.T) {
	ctx := context.Background()
	system := newFileSystem(t)
	good := usedDisk(t, system)
	clean := system.on(t, good)
	want := clean.content(t)
	clean.close()
	for at := 0; at < 14*4096; at += 61 {
		d := newDisk(0)
		d.content = bytes.Clone(good.content)
		d.content[at] ^= 0x10
		m := system.on(t, d)
		for name := range want {
			got, err := m.Read(ctx, name, nil)
			if err == nil && string(got) != want[name] && !isEarlier(name, string(got)) {
				t.Fatalf("byte %d is another: %s is read with other content", at, name)
			}
		}
		m.close()
	}
}

// isEarlier reports whether a file once had this content: the older of the two states is what is left when the newer one
// is damaged.
func isEarlier(name, content string) bool {
	return slices.ContainsFunc(changes, func(c change) bool { return c.name == name && c.content == content })
}

// FuzzHostileDisk has structures on the disk that this file system has not written, with sums that are right.
func FuzzHostileDisk(f *testing.F) {
	const tableAt, fileSize = 2 * 4096, 128
	system := newFileSystem(f)
	good := usedDisk(f, system)
	f.Add([]byte{})
	for _, at := range []uint16{0, 47, 48, 51, 52, 56, 57, 60, 64, 68, 72, fileSize, fileSize + 48, fileSize + 66} {
		for _, value := range []byte{0, 1, 2, 0x7f, 0xff} {
			f.Add(append(binary.LittleEndian.AppendUint16(nil, at), value))
		}
	}
	f.Fuzz(func(t *testing.T, edits []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), hostileTime)
		defer cancel()
		d := newDisk(0)
		d.content = bytes.Clone(good.content)
		for which := range 2 {
			table := d.content[tableAt+which*4*4096:][:4*4096]
			for e := range slices.Chunk(edits, 3) {
				if len(e) == 3 {
					table[int(binary.LittleEndian.Uint16(e))%len(table)] = e[2]
				}
			}
			root := d.content[which*4096:][:32]
			binary.LittleEndian.PutUint32(root[24:], crc32.ChecksumIEEE(table))
			binary.LittleEndian.PutUint32(root[28:], crc32.ChecksumIEEE(root[:28]))
		}
		m := system.on(t, d)
		defer m.close()
		tryAll(ctx, t, m)
	})
}

// hostileTime is how long the file system may be busy with a hostile disk before it is taken to hang.
const hostileTime = 20 * time.Second

// tryAll calls everything. It may fail, but not trap, and what is written is there.
func tryAll(ctx context.Context, t *testing.T, m *mounted) {
	check := func(err error) {
		t.Helper()
		var f files.Failure
		if err != nil && !errors.As(err, &f) {
			t.Fatal(err)
		}
	}
	list, err := m.Entries(ctx)
	check(err)
	for _, e := range list {
		_, err := m.Read(ctx, strings.Clone(e.Name), nil)
		check(err)
	}
	if err := m.Write(ctx, "new", []byte("content")); err == nil {
		if got, err := m.Read(ctx, "new", nil); err != nil || string(got) != "content" {
			t.Fatalf("what was written is %q, %v", got, err)
		}
	} else {
		check(err)
	}
	check(m.Remove(ctx, "new"))
	check(m.Remove(ctx, "a"))
	check(m.Format(ctx))
	if err := m.Write(ctx, "new", []byte("content")); err != nil {
		t.Fatal(err)
	}
}
