//go:build linux

package metal

// System calls, by Linux's numbers: those that the Go runtime, the standard
// library's file and time code, and wazero make. A call without a row is logged
// once and answered with ENOSYS.

// errno values.
const (
	eperm     = 1
	enoent    = 2
	esrch     = 3
	eintr     = 4
	ebadf     = 9
	eagain    = 11
	enomem    = 12
	eacces    = 13
	efault    = 14
	eexist    = 17
	enodev    = 19
	enotdir   = 20
	eisdir    = 21
	einval    = 22
	enfile    = 23
	emfile    = 24
	enotty    = 25
	erofs     = 30
	enosys    = 38
	enametoo  = 36
	etimedout = 110
	maxErrno  = 4095
)

// errno returns e the way the kernel does: as a small negative number.
func errno(e uintptr) uintptr { return -e }

func isErrno(result uintptr) bool { return result > ^uintptr(maxErrno) }

// syscallRow is one system call. The handler returns what goes to AX; when it
// blocks the thread, that is the result unless the waker sets another one.
type syscallRow struct {
	name  string
	serve func(*thread) uintptr
}

// syscallTable is indexed by number.
var syscallTable = [...]syscallRow{
	0:   {"read", sysRead},
	1:   {"write", sysWrite},
	2:   {"open", sysOpen},
	3:   {"close", sysClose},
	4:   {"stat", sysStat},
	5:   {"fstat", sysFstat},
	6:   {"lstat", sysStat},
	8:   {"lseek", sysLseek},
	9:   {"mmap", sysMmap},
	10:  {"mprotect", sysMprotect},
	11:  {"munmap", sysMunmap},
	13:  {"rt_sigaction", sysRtSigaction},
	14:  {"rt_sigprocmask", sysRtSigprocmask},
	15:  {"rt_sigreturn", sysRtSigreturn},
	16:  {"ioctl", sysIoctl},
	17:  {"pread64", sysPread64},
	24:  {"sched_yield", sysSchedYield},
	28:  {"madvise", sysMadvise},
	35:  {"nanosleep", sysNanosleep},
	39:  {"getpid", sysGetpid},
	40:  {"sendfile", sysAbsent},
	56:  {"clone", sysClone},
	60:  {"exit", sysExit},
	62:  {"kill", sysKill},
	63:  {"uname", sysUname},
	72:  {"fcntl", sysFcntl},
	77:  {"ftruncate", sysFtruncate},
	79:  {"getcwd", sysGetcwd},
	83:  {"mkdir", sysCreate},
	89:  {"readlink", sysMissing},
	131: {"sigaltstack", sysSigaltstack},
	157: {"prctl", sysUnsupported},
	158: {"arch_prctl", sysArchPrctl},
	169: {"reboot", sysReboot},
	186: {"gettid", sysGettid},
	202: {"futex", sysFutex},
	204: {"sched_getaffinity", sysSchedGetaffinity},
	228: {"clock_gettime", sysClockGettime},
	231: {"exit_group", sysExitGroup},
	232: {"epoll_wait", sysEpollWait},
	233: {"epoll_ctl", sysEpollCtl},
	234: {"tgkill", sysTgkill},
	257: {"openat", sysOpenat},
	258: {"mkdirat", sysCreateAt},
	262: {"newfstatat", sysNewfstatat},
	263: {"unlinkat", sysCreateAt},
	267: {"readlinkat", sysMissing},
	269: {"faccessat", sysFaccessat},
	275: {"splice", sysAbsent},
	281: {"epoll_pwait", sysEpollWait},
	285: {"fallocate", sysAbsent},
	290: {"eventfd2", sysEventfd2},
	291: {"epoll_create1", sysEpollCreate1},
	302: {"prlimit64", sysAbsent},
	318: {"getrandom", sysGetrandom},
	319: {"memfd_create", sysMemfdCreate},
	326: {"copy_file_range", sysAbsent},
	439: {"faccessat2", sysFaccessat},

	callMapDevice:     {"map_device", sysMapDevice},
	callOpenInterrupt: {"open_interrupt", sysOpenInterrupt},
	callAllocateDMA:   {"allocate_dma", sysAllocateDMA},
	callFreeDMA:       {"free_dma", sysFreeDMA},
	callAddEntropy:    {"add_entropy", sysAddEntropy},
}

// unanswered remembers which missing calls were logged.
var unanswered [1024 / 64]uint64

// serveSyscall answers the call in t's frame.
func serveSyscall(t *thread) {
	counters.SystemCalls++
	number := t.frame.ax
	if number < uintptr(len(syscallTable)) && syscallTable[number].serve != nil {
		t.frame.ax = syscallTable[number].serve(t)
		return
	}
	t.frame.ax = errno(enosys)
	if number < uintptr(len(unanswered))*64 {
		word, bit := &unanswered[number/64], uint64(1)<<(number%64)
		if *word&bit != 0 {
			return
		}
		*word |= bit
	}
	logText("metal: unanswered system call")
	logHex("number", number)
	logHex("rip", t.frame.rip)
	logText("\n")
}

// restart blocks t and makes it execute the same SYSCALL again when it wakes.
func (t *thread) restart(state threadState, key uintptr, deadline uint64) uintptr {
	const syscallSize = 2
	number := t.frame.ax
	t.frame.rip -= syscallSize
	t.block(state, key, deadline)
	return number
}

// processID is the only process's number.
const processID = 1

// sysUnsupported serves calls of which no variant is supported.
func sysUnsupported(*thread) uintptr { return errno(einval) }

// sysMissing serves calls on paths of which none exists.
func sysMissing(*thread) uintptr { return errno(enoent) }

// sysAbsent serves calls that old kernels lack too: callers have another way.
func sysAbsent(*thread) uintptr { return errno(enosys) }

// sysUname serves uname: six fields of 65 bytes.
func sysUname(t *thread) uintptr {
	const fieldSize, fields = 65, 6
	buffer := t.frame.di
	if !accessible(buffer, fieldSize*fields, protWrite) {
		return errno(efault)
	}
	out := bytesAt(buffer, fieldSize*fields)
	clear(out)
	copy(out, "Linux") // what the program was built for
	copy(out[fieldSize:], "witan")
	copy(out[2*fieldSize:], "6.1.0")
	copy(out[3*fieldSize:], "metal")
	copy(out[4*fieldSize:], "x86_64")
	return 0
}

// sysGetcwd serves getcwd(buffer, size).
func sysGetcwd(t *thread) uintptr {
	const root = "/\x00"
	if t.frame.si < uintptr(len(root)) || !accessible(t.frame.di, uintptr(len(root)), protWrite) {
		return errno(efault)
	}
	copy(bytesAt(t.frame.di, uintptr(len(root))), root)
	return uintptr(len(root))
}

// sysIoctl serves ioctl, with which programs ask whether they talk to a terminal:
// they never do.
func sysIoctl(*thread) uintptr { return errno(enotty) }
