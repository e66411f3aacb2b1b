package hostdir

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// What utimensat takes in place of nanoseconds: sys/stat.h has them, package unix does
// not.
const (
	utimeNow  = -1
	utimeOmit = -2
)

// setFileTimes sets the times of an open file, rounded down to microseconds: package
// unix offers no finer call on a descriptor here.
func setFileTimes(f *os.File, ts *[2]unix.Timespec) error {
	return call(f, func(fd int) error {
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil {
			return err
		}
		var now unix.Timespec
		if err := unix.ClockGettime(unix.CLOCK_REALTIME, &now); err != nil {
			return err
		}
		old := [2]unix.Timespec{st.Atim, st.Mtim}
		tv := make([]unix.Timeval, 2)
		for i := range tv {
			t := ts[i]
			switch t.Nsec {
			case utimeNow:
				t = now
			case utimeOmit:
				t = old[i]
			}
			tv[i].Sec, tv[i].Usec = t.Sec, int32(t.Nsec/1000)
		}
		return unix.Futimes(fd, tv)
	})
}

// appendOnce cannot be one step here without a second descriptor.
func appendOnce(*os.File, []byte) (int, error) { return 0, vfs.ErrUnsupported }

func syncData(f *os.File) error { return asCode(f.Sync()) }

// advise only checks: there is no call for most kinds of advice, and ignoring advice is
// always right.
func advise(_ *os.File, _, _ uint64, advice vfs.Advice) error {
	if advice > vfs.AdviceNoReuse {
		return vfs.ErrInvalid
	}
	return nil
}
