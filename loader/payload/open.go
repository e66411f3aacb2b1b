package payload

import (
	"crypto/ed25519"
	"crypto/sha256"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// A Policy says which payloads a loader starts.
type Policy struct {
	Keys    []ed25519.PublicKey
	Minimum uint64 // the oldest version
	Type    EntryType
	// Memory that a payload may be put into: from Floor up to Limit.
	Floor, Limit uint64
}

// A Payload is a container that has passed every check.
type Payload struct {
	Header
	container []byte
}

// Open checks a container from the first byte to the last. The errors are a *TruncatedError, *DamagedError,
// *FormatError, *WrongKeyError, *SignatureError, *RollbackError, *EntryTypeError or *RangeError. The payload keeps a
// reference to the container, which must not change.
func Open(container []byte, policy Policy) (*Payload, error) {
	h, err := readFixedHeader(container)
	if err != nil {
		return nil, err
	}
	size := uint64(len(container))
	switch {
	case size < h.total:
		return nil, &TruncatedError{Have: size, Want: h.total}
	case size > h.total:
		return nil, damaged("%d bytes follow its end", size-h.total)
	}
	// From here on the entries and the signature are known to be there.
	if err := h.checkSignature(container, policy.Keys); err != nil {
		return nil, err
	}
	h.readParts(container)
	if err := h.validate(h.total); err != nil {
		return nil, err
	}
	if err := policy.allows(&h.Header); err != nil {
		return nil, err
	}
	p := &Payload{Header: h.Header, container: container}
	for i := range p.Parts {
		if part := &p.Parts[i]; sha256.Sum256(p.stored(part)) != part.hash {
			return nil, damaged("part %d at %#x is not what was signed", i, part.Addr)
		}
	}
	return p, nil
}

// checkSignature checks the signature over header and entries.
func (h *fixedHeader) checkSignature(container []byte, keys []ed25519.PublicKey) error {
	i := slices.IndexFunc(keys, func(key ed25519.PublicKey) bool { return identify(key) == h.key })
	if i < 0 {
		return &WrongKeyError{Key: h.key.String()}
	}
	end := h.contentOffset()
	signature := container[end-signatureSize : end]
	if !ed25519.Verify(keys[i], signed(container[:end-signatureSize]), signature) {
		return &SignatureError{Key: h.key.String()}
	}
	return nil
}

func (policy *Policy) allows(h *Header) error {
	switch {
	case h.Version < policy.Minimum:
		return &RollbackError{Version: h.Version, Minimum: policy.Minimum}
	case h.Type != policy.Type:
		return &EntryTypeError{Have: h.Type, Want: policy.Type}
	case h.Parts[0].Addr < policy.Floor || h.Stacks < policy.Floor || h.End > policy.Limit:
		return outOfRange("it asks for memory from %#x to %#x, and may have what lies between %#x and %#x",
			min(h.Parts[0].Addr, h.Stacks), h.End, policy.Floor, policy.Limit)
	}
	return nil
}

func (p *Payload) stored(part *Part) []byte { return p.container[part.offset:][:part.stored] }

// An Unpacker fills memory with the parts of payloads. It is for one goroutine.
type Unpacker struct{ zstd *zstd.Decoder }

// NewUnpacker returns an Unpacker that takes little memory besides what it fills.
func NewUnpacker() (*Unpacker, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, err
	}
	return &Unpacker{zstd: decoder}, nil
}

// Unpack fills memory, of the part's size, with part i of the payload.
func (u *Unpacker) Unpack(p *Payload, i int, memory []byte) error {
	part := &p.Parts[i]
	if uint64(len(memory)) != part.Size {
		return outOfRange("part %d takes %#x bytes and not %#x", i, part.Size, len(memory))
	}
	if part.encoding == plain {
		copy(memory, p.stored(part))
	} else if err := u.decode(memory[:part.DataSize:part.DataSize], p.stored(part)); err != nil {
		return damaged("part %d at %#x: %v", i, part.Addr, err)
	}
	clear(memory[part.DataSize:])
	return nil
}

// decode unpacks a frame whose data fills memory exactly.
func (u *Unpacker) decode(memory, frame []byte) error {
	data, err := u.zstd.DecodeAll(frame, memory[:0])
	switch {
	case err != nil:
		return err
	case len(data) != len(memory):
		return io.ErrUnexpectedEOF
	}
	return nil
}
