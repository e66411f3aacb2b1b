package overlay

import "slices"

// pageSize is the unit in which file data is allocated and charged.
const pageSize = 4096

type page [pageSize]byte

// content is the data of a file in RAM. A page that was never written is nil and reads
// as zeros, so a hole costs no memory; bytes of a page beyond size are always zero.
type content struct {
	pages []*page
	size  uint64
}

// pagesFor returns how many pages hold size bytes.
func pagesFor(size uint64) uint64 {
	n := size / pageSize
	if size%pageSize != 0 {
		n++
	}
	return n
}

// readAt copies the data from offset into p and returns how much there was.
func (c *content) readAt(p []byte, offset uint64) int {
	if offset >= c.size {
		return 0
	}
	if rest := c.size - offset; uint64(len(p)) > rest {
		p = p[:rest]
	}
	for n := 0; n < len(p); {
		at := offset + uint64(n)
		chunk := p[n:]
		start := at % pageSize
		if room := pageSize - start; uint64(len(chunk)) > room {
			chunk = chunk[:room]
		}
		if pg := c.pages[at/pageSize]; pg != nil {
			copy(chunk, pg[start:])
		} else {
			clear(chunk)
		}
		n += len(chunk)
	}
	return len(p)
}

// writeAt copies p to offset and grows the data as needed.
func (c *content) writeAt(p []byte, offset uint64) {
	if end := offset + uint64(len(p)); end > c.size {
		c.setSize(end)
	}
	for n := 0; n < len(p); {
		at := offset + uint64(n)
		pg := c.pages[at/pageSize]
		if pg == nil {
			pg = new(page)
			c.pages[at/pageSize] = pg
		}
		n += copy(pg[at%pageSize:], p[n:])
	}
}

// setSize cuts the data or extends it with a hole.
func (c *content) setSize(size uint64) {
	count := int(pagesFor(size))
	if size < c.size {
		if tail := size % pageSize; tail != 0 && c.pages[count-1] != nil {
			clear(c.pages[count-1][tail:])
		}
		// A copy, so that a large table does not outlive its data.
		c.pages = slices.Clone(c.pages[:count])
	} else if missing := count - len(c.pages); missing > 0 {
		c.pages = append(c.pages, make([]*page, missing)...)
	}
	c.size = size
}
