package virtio

import (
	"errors"
	"fmt"
	"io"

	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/metal"
)

// feedSize is how many bytes the kernel gets, which is what it has room for.
const feedSize = 4096

// Feed mixes random bytes of the first virtio-rng that gives some into the machine's random numbers, and closes the device
// again. It is for before programs run, who may have the device then. It returns how many bytes there was room for, which
// hosted is none. Without such a device there is nothing to do; the errors are those of devices that give nothing.
func Feed(devices []driver.Device) (n int, err error) {
	for _, d := range devices {
		info := d.Info()
		if v := info.Virtio; v == nil || v.Type != entropyKind {
			continue
		}
		n, failed := feed(d)
		if failed == nil {
			return n, nil
		}
		err = errors.Join(err, fmt.Errorf("virtio-rng at %s: %w", info.Address, failed))
	}
	return 0, err
}

func feed(d driver.Device) (n int, err error) {
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
