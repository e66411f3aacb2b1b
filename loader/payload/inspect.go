package payload

import "crypto/sha256"

// Inspect reads a container for somebody who wants to know what is in it, and will not start it. It checks all that
// Open does but who has signed it and whether a loader would take it: what it returns is whole, and may be anybody's.
func Inspect(container []byte) (*Payload, error) {
	h, err := readFixedHeader(container)
	if err != nil {
		return nil, err
	}
	if size := uint64(len(container)); size < h.total {
		return nil, &TruncatedError{Have: size, Want: h.total}
	} else if size > h.total {
		return nil, damaged("%d bytes follow its end", size-h.total)
	}
	h.readParts(container)
	if err := h.validate(h.total); err != nil {
		return nil, err
	}
	p := &Payload{Header: h.Header, container: container}
	for i := range p.Parts {
		if part := &p.Parts[i]; sha256.Sum256(p.stored(part)) != part.hash {
			return nil, damaged("part %d at %#x is not what its entry says", i, part.Addr)
		}
	}
	return p, nil
}
