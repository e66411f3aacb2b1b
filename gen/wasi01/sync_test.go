package wasi01

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/hostimpl/wasi/filesystem"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// journal is a directory that has one file, and the file, which notes what is done to it.
type journal struct {
	vfs.Dir
	log *[]string
}

// journalFile has the methods that the adapter uses.
type journalFile struct {
	vfs.File
	log *[]string
}

func (j journal) Flags() vfs.DescriptorFlags { return vfs.Read | vfs.MutateDirectory }

func (j journal) OpenAt(_ vfs.PathFlags, path string, _ vfs.OpenFlags, flags vfs.DescriptorFlags) (vfs.Node, error) {
	*j.log = append(*j.log, "open "+path)
	if flags&^(vfs.Read|vfs.Write|vfs.MutateDirectory) != 0 {
		return nil, vfs.ErrUnsupported
	}
	return journalFile{log: j.log}, nil
}

func (f journalFile) note(what string) error {
	*f.log = append(*f.log, what)
	return nil
}

func (f journalFile) WriteAt(p []byte, _ uint64) (int, error) {
	return len(p), f.note("write " + string(p))
}

func (f journalFile) Append(p []byte) (int, error) { return len(p), f.note("append " + string(p)) }

func (f journalFile) Sync() error     { return f.note("sync") }
func (f journalFile) SyncData() error { return f.note("sync-data") }
func (f journalFile) Close() error    { return f.note("close") }

func (f journalFile) Stat() (vfs.Stat, error) { return vfs.Stat{}, nil }

func (f journalFile) Flags() vfs.DescriptorFlags { return vfs.Write }

// TestSync opens a file in ways that want its bytes on the disk, on a host that has no such ways.
func TestSync(t *testing.T) {
	const dsync, rsync, sync = 2, 8, 16
	var log []string
	p := newPaths()
	p.data[0x20] = u32s(0x40, 4)
	p.data[0x40] = "text"
	script{p.data, []call{
		p.open("plain", 0, writing, 0, 0x10),
		do("fd_write", 4, 0x20, 1, 0x30),
		do("fd_fdstat_set_flags", 4, sync|dsync),
		do("fd_write", 4, 0x20, 1, 0x30),
		do("fd_pwrite", 4, 0x20, 1, 0, 0x30),
		do("fd_close", 4),
		p.open("dsync", 0, writing, dsync|rsync, 0x10),
		do("fd_write", 4, 0x20, 1, 0x30),
		do("fd_close", 4),
		p.open("append", 0, writing, sync|appending, 0x10),
		do("fd_write", 4, 0x20, 1, 0x30),
		do("fd_close", 4),
	}}.run(t, glue.Process{}, filesystem.Interfaces([]filesystem.Preopen{{Path: "/", Dir: journal{log: &log}}})...)
	want := "open plain, write text, write text, sync, write text, sync, close, " +
		"open dsync, write text, sync-data, close, open append, append text, sync, close"
	if diff := cmp.Diff(want, strings.Join(log, ", ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
