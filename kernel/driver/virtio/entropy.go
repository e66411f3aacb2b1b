package virtio

import (
	"errors"

	"github.com/witan-os/witan/kernel/driver"
)

// entropyKind is virtio's number of entropy devices (virtio 1.2, section 5.4).
const entropyKind = 4

// entropySize is what is asked for at once, in bytes.
const entropySize = 256

// Entropy is a virtio-rng. It is an [io.Reader] of random bytes.
type Entropy struct{ transport *transport }

// OpenEntropy makes a virtio-rng ready.
func OpenEntropy(d driver.Device) (*Entropy, error) {
	t, err := open(d, entropyKind, entropySize)
	if err != nil {
		return nil, err
	}
	return &Entropy{t}, nil
}

// Read gives p, or the first part of it, random bytes.
func (e *Entropy) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	t := e.transport
	t.mu.Lock()
	defer t.mu.Unlock()
	want := min(len(p), entropySize)
	n, err := t.request(want)
	switch {
	case err != nil:
		return 0, err
	case n == 0 || int(n) > want:
		return 0, errors.New("virtio: the entropy device has given no bytes, or too many")
	}
	return int(n), t.memory.Read(dataOffset, p[:n])
}

// Close stops the device.
func (e *Entropy) Close() error { return e.transport.Close() }
