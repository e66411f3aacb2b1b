package payload

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// Encode makes a container of a header and the data of its parts, in their order, and signs it. The same input gives
// the same bytes. The header must keep the rules that Open checks.
func Encode(h Header, data [][]byte, key ed25519.PrivateKey) ([]byte, error) {
	if len(data) != len(h.Parts) || len(h.Parts) == 0 || len(h.Parts) > MaxParts {
		return nil, fmt.Errorf("payload: %d parts and data for %d: want as many, and 1 to %d", len(h.Parts), len(data), MaxParts)
	}
	if len(h.Type.Name) > reservedFrom-typeNameFrom {
		return nil, fmt.Errorf("payload: the name of the entry's type has %d bytes, the limit is %d", len(h.Type.Name), reservedFrom-typeNameFrom)
	}
	if len(key) != ed25519.PrivateKeySize {
		return nil, errors.New("payload: not an Ed25519 key")
	}
	h.Parts = append([]Part(nil), h.Parts...)
	content, err := h.store(data)
	if err != nil {
		return nil, err
	}
	if err := h.validate(h.total(content)); err != nil {
		return nil, err
	}
	id := identify(key.Public().(ed25519.PublicKey))
	out := h.append(make([]byte, 0, h.total(content)), h.total(content), id)
	out = append(out, ed25519.Sign(key, signed(out))...)
	return append(out, content...), nil
}

func (h *Header) total(content []byte) uint64 { return h.size() + signatureSize + uint64(len(content)) }

// store fills in how each part is stored, and returns all of them.
func (h *Header) store(data [][]byte) ([]byte, error) {
	// One goroutine, because the number of those that work on a block must not show in the result.
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	defer encoder.Close()
	var content []byte
	for i := range h.Parts {
		p := &h.Parts[i]
		p.DataSize = uint64(len(data[i]))
		stored := encoder.EncodeAll(data[i], nil)
		p.encoding = zstdFrame
		if len(stored) >= len(data[i]) {
			p.encoding, stored = plain, data[i]
		}
		p.offset = h.size() + signatureSize + uint64(len(content))
		p.stored, p.hash = uint64(len(stored)), sha256.Sum256(stored)
		content = append(content, stored...)
	}
	return content, nil
}
