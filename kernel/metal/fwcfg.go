package metal

// UEFI starts a program without a command line. QEMU has a device through which whoever
// starts a machine can pass files to what runs in it (QEMU, docs/specs/fw_cfg.rst), and
// there the kernel looks for one. The names of the files are in a directory of its own,
// which is read byte by byte like everything else there, big endian.

const (
	// commandLineFile is its name; QEMU keeps names that begin with opt/ for users.
	commandLineFile = "opt/org.witan/cmdline"

	// configNames bounds the length of a name, and configFiles how many there may be.
	configNames = 56
	configFiles = 4096
)

// findConfigFile reads the directory and returns the number under which a file is to be
// read, and its size in bytes.
func findConfigFile(read func() uint8, name string) (selector uint16, size uint32, ok bool) {
	count := readBig(read, 4)
	if count > configFiles {
		return 0, 0, false
	}
	for range count {
		fileSize, fileSelector := readBig(read, 4), readBig(read, 2)
		readBig(read, 2) // reserved
		if readName(read, name) {
			return uint16(fileSelector), fileSize, true
		}
	}
	return 0, 0, false
}

// readBig reads a number of n bytes.
func readBig(read func() uint8, n int) (v uint32) {
	for range n {
		v = v<<8 | uint32(read())
	}
	return v
}

// readName reads a name, which is filled up with zeroes, and compares it.
func readName(read func() uint8, want string) bool {
	same := true
	for i := range configNames {
		c := uint8(0)
		if i < len(want) {
			c = want[i]
		}
		same = read() == c && same
	}
	return same
}
