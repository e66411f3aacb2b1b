package payload

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// Sizes and bounds of the format.
const (
	HeaderSize = 256
	PartSize   = 80
	MaxParts   = 32

	pageSize      = 4096
	formatVersion = 1
	magic         = "WITANPAY"
	reservedFrom  = 224
	typeNameFrom  = 128
	signatureSize = 64
)

// A Kind says what a payload is for. Loaders treat all kinds alike; it is there to be read.
type Kind uint32

// The kinds of payloads.
const (
	Kernel Kind = 1 + iota
	Test
	Demo
)

func (k Kind) String() string {
	switch k {
	case Kernel:
		return "kernel"
	case Test:
		return "test"
	case Demo:
		return "demo"
	}
	return "payload of an unknown kind"
}

// An EntryType identifies the type of the function that a payload starts in.
type EntryType struct {
	// Name is the type as Go writes it, with full import paths; at most 96 bytes.
	Name string
	// Hash covers what the name can't tell, such as the layout of the argument.
	Hash [sha256.Size]byte
}

// A Header describes a payload, all but its content.
type Header struct {
	Kind        Kind
	Version     uint64 // a loader refuses versions older than the one it was built for
	Type        EntryType
	EntryPoint  uint64 // physical address that the loader jumps to
	CPUs        uint32 // how many CPUs the payload may start, at least 1
	Stacks      uint64 // page-aligned address of the CPUs' stacks; CPUs of them
	StackSize   uint64 // in bytes, of each
	End         uint64 // page-aligned first address past parts and stacks
	Memory      uint64 // least RAM of the machine in bytes
	PhysicalMap uint64 // virtual address of a second map of physical memory, or 0
	Parts       []Part // by address
}

// A PartKind says what a part is.
type PartKind uint32

// The kinds of parts.
const (
	Segment PartKind = 1 + iota
	Ramdisk
)

// A Part is a range of memory that the loader fills.
type Part struct {
	Kind     PartKind
	Addr     uint64 // physical
	Size     uint64 // in memory, in bytes; beyond DataSize it is zero
	DataSize uint64

	encoding encoding
	offset   uint64 // in the container
	stored   uint64 // size in the container
	hash     [sha256.Size]byte
}

// End is the first address past the part.
func (p *Part) End() uint64 { return p.Addr + p.Size }

// An encoding says how a part's data is stored.
type encoding uint32

const (
	plain encoding = iota
	zstdFrame
)

// size is that of header and entries, which the signature is about.
func (h *Header) size() uint64 { return HeaderSize + PartSize*uint64(len(h.Parts)) }

// append encodes the header of a container of the given size, signed with the key of the given identity.
func (h *Header) append(out []byte, total uint64, key keyID) []byte {
	le := binary.LittleEndian
	start := len(out)
	out = append(out, magic...)
	out = le.AppendUint32(out, formatVersion)
	out = le.AppendUint32(out, uint32(len(h.Parts)))
	out = le.AppendUint64(out, total)
	out = le.AppendUint32(out, uint32(h.Kind))
	out = le.AppendUint32(out, h.CPUs)
	for _, v := range [...]uint64{h.Version, h.EntryPoint, h.Stacks, h.StackSize, h.End, h.Memory, h.PhysicalMap} {
		out = le.AppendUint64(out, v)
	}
	out = append(out, key[:]...)
	out = append(out, h.Type.Hash[:]...)
	out = append(out, h.Type.Name...)
	out = append(out, make([]byte, start+HeaderSize-len(out))...)
	for i := range h.Parts {
		out = h.Parts[i].append(out)
	}
	return out
}

func (p *Part) append(out []byte) []byte {
	le := binary.LittleEndian
	out = le.AppendUint32(out, uint32(p.Kind))
	out = le.AppendUint32(out, uint32(p.encoding))
	for _, v := range [...]uint64{p.Addr, p.Size, p.DataSize, p.offset, p.stored} {
		out = le.AppendUint64(out, v)
	}
	return append(out, p.hash[:]...)
}

// A fixedHeader is what the first HeaderSize bytes say.
type fixedHeader struct {
	Header
	parts uint32
	total uint64
	key   keyID
}

// readFixedHeader looks at the first bytes of a container, and believes none of them: what can be wrong without being
// noticed later is refused here.
func readFixedHeader(p []byte) (fixedHeader, error) {
	le := binary.LittleEndian
	switch {
	case len(p) < len(magic):
		return fixedHeader{}, &TruncatedError{Have: uint64(len(p)), Want: HeaderSize}
	case string(p[:len(magic)]) != magic:
		return fixedHeader{}, damaged("it does not start with %q", magic)
	case len(p) < HeaderSize:
		return fixedHeader{}, &TruncatedError{Have: uint64(len(p)), Want: HeaderSize}
	case le.Uint32(p[8:]) != formatVersion:
		return fixedHeader{}, &FormatError{Version: le.Uint32(p[8:])}
	}
	h := fixedHeader{parts: le.Uint32(p[12:]), total: le.Uint64(p[16:]), Header: Header{
		Kind: Kind(le.Uint32(p[24:])), CPUs: le.Uint32(p[28:]),
		Version: le.Uint64(p[32:]), EntryPoint: le.Uint64(p[40:]), Stacks: le.Uint64(p[48:]), StackSize: le.Uint64(p[56:]),
		End: le.Uint64(p[64:]), Memory: le.Uint64(p[72:]), PhysicalMap: le.Uint64(p[80:]),
		Type: EntryType{Name: string(bytes.TrimRight(p[typeNameFrom:reservedFrom], "\x00"))},
	}}
	copy(h.key[:], p[88:])
	copy(h.Type.Hash[:], p[96:])
	for _, c := range p[reservedFrom:HeaderSize] {
		if c != 0 {
			return fixedHeader{}, damaged("reserved bytes are not zero")
		}
	}
	if h.parts == 0 || h.parts > MaxParts {
		return fixedHeader{}, damaged("%d parts: want 1 to %d", h.parts, MaxParts)
	}
	if least := h.contentOffset(); h.total < least {
		return fixedHeader{}, damaged("it claims to be %d bytes long, but its header and signature alone take %d", h.total, least)
	}
	return h, nil
}

// contentOffset is where the first part starts.
func (h *fixedHeader) contentOffset() uint64 {
	return HeaderSize + PartSize*uint64(h.parts) + signatureSize
}

// readParts decodes the entries, which lie within p.
func (h *fixedHeader) readParts(p []byte) {
	le := binary.LittleEndian
	h.Parts = make([]Part, h.parts)
	for i := range h.Parts {
		e := p[HeaderSize+PartSize*i:][:PartSize]
		h.Parts[i] = Part{
			Kind: PartKind(le.Uint32(e)), encoding: encoding(le.Uint32(e[4:])),
			Addr: le.Uint64(e[8:]), Size: le.Uint64(e[16:]), DataSize: le.Uint64(e[24:]),
			offset: le.Uint64(e[32:]), stored: le.Uint64(e[40:]),
		}
		copy(h.Parts[i].hash[:], e[48:])
	}
}
