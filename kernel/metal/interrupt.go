package metal

import (
	"encoding/binary"
	"os"
)

// An Interrupt is a message that a device sends when it wants attention. The kernel
// counts them behind a file descriptor, so that waiting parks a goroutine and takes
// no thread.
type Interrupt struct {
	number int
	file   *os.File
	device *Device
}

// Wait waits until the device has sent the interrupt since the last Wait, and returns
// how often it has. It fails with [os.ErrClosed] when the device is closed.
func (i *Interrupt) Wait() (uint64, error) {
	var count [8]byte
	if _, err := i.file.Read(count[:]); err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(count[:]), nil
}
