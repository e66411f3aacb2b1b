package virtio

import (
	"errors"
	"io"

	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/metal"
)

// feedSize is how many bytes the kernel gets.
const feedSize = 4096

// Feed mixes random bytes of a virtio-rng into the machine's random numbers, and closes the device again. It returns how
// many there was room for, which hosted is none.
func Feed(d driver.Device) (n int, err error) {
	e, err := OpenEntropy(d)
	if err != nil {
		return 0, err
	}
	p := make([]byte, feedSize)
	if _, err = io.ReadFull(e, p); err == nil {
		n = metal.AddEntropy(p)
		clear(p)
	}
	return n, errors.Join(err, e.Close())
}
