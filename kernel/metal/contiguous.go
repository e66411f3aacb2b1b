package metal

// Devices transfer to and from consecutive frames. Frames that were handed out singly
// come back in any order, so consecutive ones are kept apart from the start: the top of
// the memory below 4 GiB. Single frames are taken from there, from the bottom up, when all
// other memory is used up; so nothing is wasted on machines without such devices.

const (
	// contiguousLimit is the end of what devices with 32-bit addresses reach.
	contiguousLimit = 4 << 30
	// contiguousShare is the part of memory that is kept, up to contiguousMost bytes.
	contiguousShare = 16
	contiguousMost  = 64 << 20

	maxContiguousBlocks = 256
)

// contiguousPool hands out blocks of whole pages from the top of its range down.
type contiguousPool struct {
	start, end uintptr // what neither blocks nor single frames have taken
	n          int
	blocks     [maxContiguousBlocks]contiguousBlock // above end, in no order
}

type contiguousBlock struct {
	start, size uintptr
	used        bool
}

// alloc returns the address of size bytes, which is a multiple of pages.
func (p *contiguousPool) alloc(size uintptr) (uintptr, bool) {
	for i := range p.n {
		b := &p.blocks[i]
		if b.used || b.size < size {
			continue
		}
		if rest := b.size - size; rest > 0 {
			if p.n == maxContiguousBlocks {
				continue
			}
			p.add(contiguousBlock{start: b.start + size, size: rest})
			b.size = size
		}
		b.used = true
		return b.start, true
	}
	if p.end-p.start < size || p.n == maxContiguousBlocks {
		return 0, false
	}
	p.end -= size
	p.add(contiguousBlock{start: p.end, size: size, used: true})
	return p.end, true
}

// free takes a block back and returns its size. It reports false for what is no block.
func (p *contiguousPool) free(start uintptr) (size uintptr, ok bool) {
	for i := range p.n {
		if b := &p.blocks[i]; b.start == start && b.used {
			b.used = false
			size = b.size
			p.join()
			return size, true
		}
	}
	return 0, false
}

// single gives one frame away for good.
func (p *contiguousPool) single() (uintptr, bool) {
	if p.end-p.start < pageSize {
		return 0, false
	}
	p.start += pageSize
	return p.start - pageSize, true
}

// join merges free blocks with each other, and with the range below them.
func (p *contiguousPool) join() {
	for i := 0; i < p.n; {
		switch b := p.blocks[i]; {
		case b.used:
			i++
		case b.start == p.end:
			p.end += b.size
			p.drop(i)
			i = 0
		case p.absorb(i):
			i = 0
		default:
			i++
		}
	}
}

// absorb adds the free block behind block i to it, if there is one.
func (p *contiguousPool) absorb(i int) bool {
	b := &p.blocks[i]
	for j := range p.n {
		if next := &p.blocks[j]; !next.used && next.start == b.start+b.size {
			b.size += next.size
			p.drop(j)
			return true
		}
	}
	return false
}

func (p *contiguousPool) add(b contiguousBlock) {
	p.blocks[p.n] = b
	p.n++
}

func (p *contiguousPool) drop(i int) {
	p.n--
	p.blocks[i] = p.blocks[p.n]
}
