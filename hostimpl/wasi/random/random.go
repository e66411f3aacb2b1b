// Package random implements wasi:random: the safe interface on the system's entropy, the others on a fast
// generator that the system seeds.
package random

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/witan-os/witan/generated/wasi/random/v0.2/insecure"
	"github.com/witan-os/witan/generated/wasi/random/v0.2/insecureseed"
	"github.com/witan-os/witan/generated/wasi/random/v0.2/random"
	"github.com/witan-os/witan/runtime/glue"
)

// maxBytes bounds what one call returns; asking for more traps. It is there before it can be charged to the guest.
const maxBytes = 1 << 20

// Interfaces are the host interfaces of this package.
func Interfaces() glue.Fixed {
	return slices.Concat(random.Provide(secure{}), insecure.Provide(fast{}), insecureseed.Provide(fast{}))
}

type secure struct{}

// GetRandomBytes implements random.Host.
func (secure) GetRandomBytes(_ context.Context, n uint64, buf []byte) ([]byte, error) {
	return appendBytes(buf, n, fillSecure)
}

// GetRandomU64 implements random.Host.
func (secure) GetRandomU64(context.Context) (uint64, error) {
	var p [8]byte
	fillSecure(p[:])
	return binary.LittleEndian.Uint64(p[:]), nil
}

// fillSecure fills p. The source of Go's standard library ends the program rather than fail.
func fillSecure(p []byte) { _, _ = crand.Read(p) }

type fast struct{}

// GetInsecureRandomBytes implements insecure.Host.
func (fast) GetInsecureRandomBytes(_ context.Context, n uint64, buf []byte) ([]byte, error) {
	return appendBytes(buf, n, fillFast)
}

// GetInsecureRandomU64 implements insecure.Host.
func (fast) GetInsecureRandomU64(context.Context) (uint64, error) { return rand.Uint64(), nil }

// InsecureSeed implements insecureseed.Host.
func (fast) InsecureSeed(context.Context) (glue.Tuple2[uint64, uint64], error) {
	return glue.Tuple2[uint64, uint64]{F0: rand.Uint64(), F1: rand.Uint64()}, nil
}

// fillFast fills p, eight bytes at a time.
func fillFast(p []byte) {
	for ; len(p) >= 8; p = p[8:] {
		binary.LittleEndian.PutUint64(p, rand.Uint64())
	}
	if len(p) > 0 {
		var last [8]byte
		binary.LittleEndian.PutUint64(last[:], rand.Uint64())
		copy(p, last[:])
	}
}

// appendBytes appends n bytes to buf and has them filled. What the guest asks for is checked before it costs
// memory; the error traps.
func appendBytes(buf []byte, n uint64, fill func([]byte)) ([]byte, error) {
	if n > maxBytes {
		return nil, fmt.Errorf("%d random bytes are more than the %d of one call", n, maxBytes)
	}
	start := len(buf)
	buf = slices.Grow(buf, int(n))[:start+int(n)]
	fill(buf[start:])
	return buf, nil
}
