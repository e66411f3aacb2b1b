//go:build linux || darwin

package hostdir

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// node is what open files and open directories have in common.
type node struct {
	file    *os.File
	flags   vfs.DescriptorFlags
	mutable bool // reached through directories that all have MutateDirectory
}

func (n *node) Flags() vfs.DescriptorFlags { return n.flags }

func (n *node) Stat() (vfs.Stat, error) {
	var st unix.Stat_t
	err := call(n.file, func(fd int) error { return unix.Fstat(fd, &st) })
	if err != nil {
		return vfs.Stat{}, err
	}
	return statOf(&st), nil
}

// canWrite tells whether there can be anything of this handle's to synchronize.
func (n *node) canWrite() bool { return n.flags&(vfs.Write|vfs.MutateDirectory) != 0 }

// checkOpen fails if the handle is closed.
func (n *node) checkOpen() error { return call(n.file, func(int) error { return nil }) }

func (n *node) Sync() error {
	if !n.canWrite() {
		return n.checkOpen()
	}
	return asCode(n.file.Sync())
}

func (n *node) SyncData() error {
	if !n.canWrite() {
		return n.checkOpen()
	}
	return syncData(n.file)
}

func (n *node) Close() error { return asCode(n.file.Close()) }

// call runs a system call on the descriptor of f, which stays open meanwhile, again
// after each interruption. The error is an ErrorCode.
func call(f *os.File, sys func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return vfs.ErrBadDescriptor
	}
	var sysErr error
	err = conn.Control(func(fd uintptr) {
		for {
			sysErr = sys(int(fd))
			if sysErr != unix.EINTR {
				return
			}
		}
	})
	if err != nil {
		return vfs.ErrBadDescriptor // Control fails only on a closed file
	}
	return asCode(sysErr)
}

// call2 is call for the system calls that take two directories.
func call2(f, g *os.File, sys func(fd, gd int) error) error {
	return call(f, func(fd int) error {
		return call(g, func(gd int) error { return sys(fd, gd) })
	})
}

// asCode turns a possibly nil error into an ErrorCode or nil.
func asCode(err error) error {
	if err == nil {
		return nil
	}
	return codeOf(err)
}

func statOf(st *unix.Stat_t) vfs.Stat {
	s := vfs.Stat{
		Type:     typeOf(uint32(st.Mode)),
		Links:    uint64(st.Nlink),
		Accessed: timeOf(st.Atim),
		Modified: timeOf(st.Mtim),
		Changed:  timeOf(st.Ctim),
		Device:   uint64(st.Dev),
		Inode:    st.Ino,
	}
	if s.Type == vfs.TypeRegularFile || s.Type == vfs.TypeSymbolicLink {
		s.Size = uint64(st.Size)
	}
	return s
}

func timeOf(ts unix.Timespec) time.Time {
	sec, nsec := ts.Unix()
	return time.Unix(sec, nsec)
}

func typeOf(mode uint32) vfs.DescriptorType {
	switch mode & unix.S_IFMT {
	case unix.S_IFBLK:
		return vfs.TypeBlockDevice
	case unix.S_IFCHR:
		return vfs.TypeCharacterDevice
	case unix.S_IFDIR:
		return vfs.TypeDirectory
	case unix.S_IFIFO:
		return vfs.TypeFifo
	case unix.S_IFLNK:
		return vfs.TypeSymbolicLink
	case unix.S_IFREG:
		return vfs.TypeRegularFile
	case unix.S_IFSOCK:
		return vfs.TypeSocket
	}
	return vfs.TypeUnknown
}

// timespecs gives the pair of times that utimensat takes.
func timespecs(accessed, modified vfs.NewTimestamp) (ts [2]unix.Timespec, err error) {
	for i, n := range [2]vfs.NewTimestamp{accessed, modified} {
		switch {
		case n.IsNoChange():
			ts[i].Nsec = utimeOmit
		case n.IsNow():
			ts[i].Nsec = utimeNow
		default:
			if ts[i], err = unix.TimeToTimespec(n.Time()); err != nil {
				return ts, vfs.ErrOverflow
			}
		}
	}
	return ts, nil
}
