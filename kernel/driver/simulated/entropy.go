package simulated

import "io"

// entropyKind is virtio's number of entropy devices (virtio 1.2, section 5.4).
const entropyKind = 4

// maxEntropy is what one request gets at most; drivers have to take less than they ask for.
const maxEntropy = 4096

// Entropy makes a virtio-rng that gives what source does.
func Entropy(source io.Reader) *Device {
	serve := func(_, to [][]byte) uint32 {
		written := 0
		for _, buffer := range to {
			n, err := io.ReadFull(source, buffer[:min(len(buffer), maxEntropy-written)])
			written += n
			if err != nil || written == maxEntropy {
				break
			}
		}
		return uint32(written)
	}
	return &Device{address: "sim:rng", model: model{kind: entropyKind, serve: serve}}
}
