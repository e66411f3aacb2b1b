package image

import (
	"crypto/ed25519"
	"fmt"

	"github.com/witan-os/witan/internal/ramdisk"
	"github.com/witan-os/witan/loader/payload"
)

// A Program is what becomes a payload.
type Program struct {
	// ELF is a static linux/amd64 Go program, linked with LinkFlags.
	ELF []byte
	// Ramdisk is a TAR archive as package ramdisk builds it. It may be empty.
	Ramdisk []byte
	Kind    payload.Kind
	Version uint64
}

// Pack makes a payload of a program and signs it. The memory it gets is, from the program's lowest address on: the
// program with its .bss, the stacks of the CPUs, the ramdisk.
func Pack(p Program, key ed25519.PrivateKey) (container []byte, header payload.Header, err error) {
	h, data, err := p.layOut()
	if err != nil {
		return nil, payload.Header{}, fmt.Errorf("image: %w", err)
	}
	if container, err = payload.Encode(h, data, key); err != nil {
		return nil, payload.Header{}, fmt.Errorf("image: %w", err)
	}
	return container, h, nil
}

// layOut gives every part of the program its place.
func (p *Program) layOut() (payload.Header, [][]byte, error) {
	k, err := parseKernel(p.ELF)
	if err != nil {
		return payload.Header{}, nil, err
	}
	h := payload.Header{Kind: p.Kind, Version: p.Version, EntryPoint: uint64(k.entry)}
	entry, options, err := k.declaration(p.ELF)
	if err != nil {
		return payload.Header{}, nil, fmt.Errorf("kernel: %w", err)
	}
	h.Type, h.Memory, h.PhysicalMap = entry, max(options.Memory, options.Heap), options.PhysicalMap
	var data [][]byte
	for _, s := range k.segments {
		h.Parts = append(h.Parts, payload.Part{Kind: payload.Segment, Addr: s.addr, Size: k.clearedSize(&s)})
		data = append(data, s.data)
		h.End = pageUp(s.end())
	}
	// The format has narrower bounds; these keep the sums below from wrapping.
	if options.CPUs >= kernelMax || options.StackSize >= kernelMax || options.StackSize%pageSize != 0 {
		return payload.Header{}, nil, fmt.Errorf("kernel: it declares %d CPUs with stacks of %d bytes", options.CPUs, options.StackSize)
	}
	h.CPUs, h.Stacks, h.StackSize = uint32(options.CPUs), h.End, options.StackSize
	h.End += options.CPUs * options.StackSize
	if size := uint64(len(p.Ramdisk)); size > 0 {
		if _, err := ramdisk.Open(p.Ramdisk); err != nil {
			return payload.Header{}, nil, err
		}
		h.Parts = append(h.Parts, payload.Part{Kind: payload.Ramdisk, Addr: h.End, Size: size})
		data = append(data, p.Ramdisk)
		h.End = pageUp(h.End + size)
	}
	return h, data, nil
}
