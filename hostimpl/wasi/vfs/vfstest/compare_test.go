//go:build linux || darwin

package vfstest_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/hostdir"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/vfstest"
)

// TestOverlayIsLikeHost applies the same random operations to a RAM disk and to a
// directory of the host, which serves as the model: every error, every byte and in the
// end the whole tree must be the same.
//
// Not compared, as they may differ: inode and device numbers, times that no operation
// set, the link count of directories, the order of listings.
func TestOverlayIsLikeHost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newPair(t)
		defer m.close()
		t.Repeat(map[string]func(*rapid.T){
			"open":      m.open,
			"stat":      m.stat,
			"setTimes":  m.setTimes,
			"mkdir":     m.mkdir,
			"unlink":    m.unlink,
			"rmdir":     m.rmdir,
			"rename":    m.rename,
			"link":      m.link,
			"symlink":   m.symlink,
			"readlink":  m.readlink,
			"write":     m.write,
			"append":    m.append,
			"read":      m.read,
			"setSize":   m.setSize,
			"closeNode": m.closeNode,
		})
		m.compareTrees(t)
	})
}

// compareTree is small and full of clashes: few names, of every kind.
func compareTree() fstest.MapFS {
	link := func(target string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(target), Mode: fs.ModeSymlink | 0o777}
	}
	return fstest.MapFS{
		"a":     {Mode: fs.ModeDir | 0o755},
		"a/a":   {Mode: fs.ModeDir | 0o755},
		"a/a/b": {Data: []byte("aab"), Mode: 0o644},
		"a/b":   {Data: []byte(strings.Repeat("ab", 5000)), Mode: 0o644},
		"a/l":   link("../b"),
		"b":     {Data: []byte("b"), Mode: 0o644},
		"c":     {Mode: fs.ModeDir | 0o755},
		"l":     link("a"),
		"m":     link("/etc"),
	}
}

// pair is a host directory and a RAM disk with the same past. Handles come in twos,
// each at the same index on both sides; the first is the root.
type pair struct {
	temp string
	host []vfs.Node
	ram  []vfs.Node

	// lost is set once the two may rightly differ: os.Root counts the links on the
	// way to the last component and those at it apart, the RAM disk all together.
	lost bool
}

func newPair(t *rapid.T) *pair {
	temp, err := os.MkdirTemp("", "vfstest")
	if err != nil {
		t.Fatal(err)
	}
	m := &pair{temp: temp}
	if err := os.CopyFS(temp, compareTree()); err != nil {
		t.Fatal(err)
	}
	host, err := hostdir.Open(temp, vfstest.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	ram := overlay.New(overlay.Config{Image: compareTree()}).Root(vfstest.ReadWrite)
	m.host, m.ram = []vfs.Node{host}, []vfs.Node{ram}
	return m
}

func (m *pair) close() {
	for i := range m.host {
		_, _ = m.host[i].Close(), m.ram[i].Close()
	}
	_ = os.RemoveAll(m.temp)
}

// same checks that both sides ended alike and tells whether they succeeded.
func (m *pair) same(t *rapid.T, host, ram error) bool {
	t.Helper()
	if m.lost {
		return false
	}
	if host != ram {
		if host == vfs.ErrLoop || ram == vfs.ErrLoop {
			m.lost = true
			return false
		}
		t.Fatalf("the host says %v, the overlay %v", host, ram)
	}
	return host == nil
}

// dirs picks an open directory on both sides.
func (m *pair) dirs(t *rapid.T) (host, ram vfs.Dir) {
	var all []int
	for i, n := range m.host {
		if _, ok := n.(vfs.Dir); ok {
			all = append(all, i)
		}
	}
	i := rapid.SampledFrom(all).Draw(t, "directory")
	return m.host[i].(vfs.Dir), m.ram[i].(vfs.Dir)
}

// files picks an open file on both sides, or skips the operation if there is none.
func (m *pair) files(t *rapid.T) (host, ram vfs.File) {
	var all []int
	for i, n := range m.host {
		if _, ok := n.(vfs.File); ok {
			all = append(all, i)
		}
	}
	if len(all) == 0 || m.lost {
		t.Skip("no file is open")
	}
	i := rapid.SampledFrom(all).Draw(t, "file")
	return m.host[i].(vfs.File), m.ram[i].(vfs.File)
}

var components = rapid.SampledFrom([]string{
	"a", "a", "a", "b", "b", "b", "c", "c", "d", "l", "m", ".", "..",
})

func path(t *rapid.T, label string, most int) string {
	p := strings.Join(rapid.SliceOfN(components, 1, most).Draw(t, label), "/")
	if rapid.IntRange(0, 7).Draw(t, "slash") == 0 {
		p += "/"
	}
	return p
}

var pathFlags = rapid.SampledFrom([]vfs.PathFlags{0, vfs.SymlinkFollow})

func (m *pair) open(t *rapid.T) {
	host, ram := m.dirs(t)
	p, pf := path(t, "path", 4), pathFlags.Draw(t, "pathFlags")
	of := vfs.OpenFlags(rapid.IntRange(0, 15).Draw(t, "openFlags"))
	flags := rapid.SampledFrom([]vfs.DescriptorFlags{
		vfs.Read, vfs.Read | vfs.Write, vfs.Write, vfs.Read | vfs.MutateDirectory, 0,
	}).Draw(t, "flags")
	hn, herr := host.OpenAt(pf, p, of, flags)
	rn, rerr := ram.OpenAt(pf, p, of, flags)
	if herr == nil && rerr == nil {
		m.host, m.ram = append(m.host, hn), append(m.ram, rn)
		_, hostIsDir := hn.(vfs.Dir)
		_, ramIsDir := rn.(vfs.Dir)
		if hostIsDir != ramIsDir {
			t.Fatalf("the host opens a %T, the overlay a %T", hn, rn)
		}
		if hn.Flags() != rn.Flags() {
			t.Fatalf("the host gives the rights %b, the overlay %b", hn.Flags(), rn.Flags())
		}
	}
	m.same(t, herr, rerr)
}

func (m *pair) stat(t *rapid.T) {
	host, ram := m.dirs(t)
	p, pf := path(t, "path", 4), pathFlags.Draw(t, "pathFlags")
	hs, herr := host.StatAt(pf, p)
	rs, rerr := ram.StatAt(pf, p)
	if !m.same(t, herr, rerr) {
		return
	}
	if hs.Type != rs.Type || hs.Size != rs.Size || hs.Type != vfs.TypeDirectory && hs.Links != rs.Links {
		t.Fatalf("the host says %+v, the overlay %+v", hs, rs)
	}
}

func (m *pair) setTimes(t *rapid.T) {
	host, ram := m.dirs(t)
	p, pf := path(t, "path", 3), pathFlags.Draw(t, "pathFlags")
	seconds := rapid.Int64Range(0, 1<<33)
	accessed := vfs.TimestampAt(time.Unix(seconds.Draw(t, "accessed"), 17_000))
	modified := vfs.TimestampAt(time.Unix(seconds.Draw(t, "modified"), 18_000))
	if rapid.Bool().Draw(t, "keep") {
		accessed = vfs.NewTimestamp{}
	}
	if !m.same(t, host.SetTimesAt(pf, p, accessed, modified), ram.SetTimesAt(pf, p, accessed, modified)) {
		return
	}
	hs, herr := host.StatAt(pf, p)
	rs, rerr := ram.StatAt(pf, p)
	if m.same(t, herr, rerr) && !hs.Modified.Equal(rs.Modified) {
		t.Fatalf("the host was modified at %v, the overlay at %v", hs.Modified, rs.Modified)
	}
}

func (m *pair) mkdir(t *rapid.T) {
	host, ram := m.dirs(t)
	p := path(t, "path", 4)
	m.same(t, host.CreateDirectoryAt(p), ram.CreateDirectoryAt(p))
}

func (m *pair) unlink(t *rapid.T) {
	host, ram := m.dirs(t)
	p := path(t, "path", 4)
	m.same(t, host.UnlinkFileAt(p), ram.UnlinkFileAt(p))
}

func (m *pair) rmdir(t *rapid.T) {
	host, ram := m.dirs(t)
	p := path(t, "path", 4)
	m.same(t, host.RemoveDirectoryAt(p), ram.RemoveDirectoryAt(p))
}

func (m *pair) rename(t *rapid.T) {
	oldHost, oldRAM := m.dirs(t)
	newHost, newRAM := m.dirs(t)
	from, to := path(t, "from", 3), path(t, "to", 3)
	m.same(t, oldHost.RenameAt(from, newHost, to), oldRAM.RenameAt(from, newRAM, to))
}

func (m *pair) link(t *rapid.T) {
	oldHost, oldRAM := m.dirs(t)
	newHost, newRAM := m.dirs(t)
	from, to, pf := path(t, "from", 3), path(t, "to", 3), pathFlags.Draw(t, "pathFlags")
	m.same(t, oldHost.LinkAt(pf, from, newHost, to), oldRAM.LinkAt(pf, from, newRAM, to))
}

func (m *pair) symlink(t *rapid.T) {
	host, ram := m.dirs(t)
	target, p := path(t, "target", 3), path(t, "path", 3)
	m.same(t, host.SymlinkAt(target, p), ram.SymlinkAt(target, p))
}

func (m *pair) readlink(t *rapid.T) {
	host, ram := m.dirs(t)
	p := path(t, "path", 3)
	h, herr := host.ReadlinkAt(p)
	r, rerr := ram.ReadlinkAt(p)
	if m.same(t, herr, rerr) && h != r {
		t.Fatalf("the host reads %q, the overlay %q", h, r)
	}
}

func data(t *rapid.T) []byte {
	n := rapid.IntRange(0, 6000).Draw(t, "length")
	return bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, n)
}

func (m *pair) write(t *rapid.T) {
	host, ram := m.files(t)
	p, offset := data(t), uint64(rapid.IntRange(0, 20_000).Draw(t, "offset"))
	hn, herr := host.WriteAt(p, offset)
	rn, rerr := ram.WriteAt(p, offset)
	if m.same(t, herr, rerr) && hn != rn {
		t.Fatalf("the host wrote %d bytes, the overlay %d", hn, rn)
	}
}

func (m *pair) append(t *rapid.T) {
	host, ram := m.files(t)
	p := data(t)
	hn, herr := host.Append(p)
	rn, rerr := ram.Append(p)
	if m.same(t, herr, rerr) && hn != rn {
		t.Fatalf("the host wrote %d bytes, the overlay %d", hn, rn)
	}
}

func (m *pair) read(t *rapid.T) {
	host, ram := m.files(t)
	offset := uint64(rapid.IntRange(0, 20_000).Draw(t, "offset"))
	length := rapid.IntRange(0, 9000).Draw(t, "length")
	hb, rb := make([]byte, length), make([]byte, length)
	hn, herr := host.ReadAt(hb, offset)
	rn, rerr := ram.ReadAt(rb, offset)
	if (m.same(t, herr, rerr) || herr == io.EOF) && !bytes.Equal(hb[:hn], rb[:rn]) {
		t.Fatalf("the host reads %d bytes, the overlay %d, or other ones", hn, rn)
	}
}

func (m *pair) setSize(t *rapid.T) {
	host, ram := m.files(t)
	size := uint64(rapid.IntRange(0, 20_000).Draw(t, "size"))
	m.same(t, host.SetSize(size), ram.SetSize(size))
}

func (m *pair) closeNode(t *rapid.T) {
	if len(m.host) == 1 {
		t.Skip("only the root is open")
	}
	i := rapid.IntRange(1, len(m.host)-1).Draw(t, "node")
	m.same(t, m.host[i].Close(), m.ram[i].Close())
	m.host = append(m.host[:i], m.host[i+1:]...)
	m.ram = append(m.ram[:i], m.ram[i+1:]...)
}

func (m *pair) compareTrees(t *rapid.T) {
	if m.lost {
		return
	}
	host, herr := vfstest.Describe(m.host[0].(vfs.Dir))
	ram, rerr := vfstest.Describe(m.ram[0].(vfs.Dir))
	if herr != nil || rerr != nil {
		t.Fatal(fmt.Errorf("host: %w, overlay: %w", herr, rerr))
	}
	if diff := cmp.Diff(host, ram); diff != "" {
		t.Fatalf("the trees differ (-host +overlay):\n%s", diff)
	}
}
