package payload

import "fmt"

// mapUnit is what one entry of a top-level page table maps.
const mapUnit = 512 << 30

// validate checks what the format says about a header of a container of the given size. Sums can't wrap, since every
// summand is compared with a bound first.
func (h *Header) validate(total uint64) error {
	if h.End == 0 || h.End%pageSize != 0 {
		return damaged("its memory ends at %#x, which is not a page's start", h.End)
	}
	offset, from := h.size()+signatureSize, uint64(0)
	ramdisks := 0
	if !mappable(h.PhysicalMap) {
		return damaged("the map of physical memory at %#x is not at a multiple of %#x that is a virtual address", h.PhysicalMap, uint64(mapUnit))
	}
	for i := range h.Parts {
		p := &h.Parts[i]
		if why := p.mistake(total, h.End); why != "" {
			return damaged("part %d: %s", i, why)
		}
		switch {
		case p.offset != offset:
			return damaged("part %d is stored at %d and not at %d, where the one before ends", i, p.offset, offset)
		case p.Addr < from:
			return damaged("part %d starts at %#x, before the end of another at %#x", i, p.Addr, from)
		}
		offset, from = offset+p.stored, p.End()
		if p.Kind == Ramdisk {
			ramdisks++
		}
	}
	switch {
	case offset != total:
		return damaged("its parts end at %d, but it has %d bytes", offset, total)
	case ramdisks > 1:
		return damaged("it has %d ramdisks", ramdisks)
	case !h.holdsEntry():
		return damaged("the entry point %#x is in no segment", h.EntryPoint)
	}
	return h.checkStacks()
}

// mappable reports whether one entry of the loader's top-level table can map memory at an address. A virtual address has
// 48 bits, of which the highest is repeated in those above it (Intel SDM volume 1, section 3.3.7.1). But for the entry at 0,
// which stands for no map, the loader's table is empty.
func mappable(addr uint64) bool {
	const unused = 64 - 48
	return addr%mapUnit == 0 && uint64(int64(addr<<unused)>>unused) == addr
}

// mistake says what is wrong with an entry, or nothing.
func (p *Part) mistake(total, end uint64) string {
	switch {
	case p.Kind != Segment && p.Kind != Ramdisk:
		return fmt.Sprintf("unknown kind %d", p.Kind)
	case p.encoding != plain && p.encoding != zstdFrame:
		return fmt.Sprintf("unknown encoding %d", p.encoding)
	case p.Size == 0 || p.Addr >= end || p.Size > end-p.Addr:
		return fmt.Sprintf("%#x bytes at %#x are not below %#x", p.Size, p.Addr, end)
	case p.DataSize > p.Size:
		return fmt.Sprintf("%#x bytes of data for %#x of memory", p.DataSize, p.Size)
	case p.offset > total || p.stored > total-p.offset:
		return fmt.Sprintf("stored in %d bytes at %d, past the end at %d", p.stored, p.offset, total)
	case p.encoding == plain && p.stored != p.DataSize:
		return fmt.Sprintf("stored as it is, but in %d bytes for %d", p.stored, p.DataSize)
	case p.Kind == Ramdisk && p.Addr%pageSize != 0:
		return fmt.Sprintf("the ramdisk at %#x is not page aligned", p.Addr)
	}
	return ""
}

func (h *Header) holdsEntry() bool {
	for i := range h.Parts {
		if p := &h.Parts[i]; p.Kind == Segment && h.EntryPoint >= p.Addr && h.EntryPoint-p.Addr < p.DataSize {
			return true
		}
	}
	return false
}

// checkStacks asks for a stack for every CPU, in memory that nothing else is put in.
func (h *Header) checkStacks() error {
	const minStack, maxStack, maxCPUs = 2 * pageSize, 16 << 20, 256
	switch {
	case h.CPUs == 0 || h.CPUs > maxCPUs:
		return damaged("%d CPUs: want 1 to %d", h.CPUs, maxCPUs)
	case h.StackSize < minStack || h.StackSize%pageSize != 0 || h.StackSize > maxStack || h.Stacks%pageSize != 0:
		return damaged("stacks of %#x bytes at %#x: want whole pages, and %#x to %#x", h.StackSize, h.Stacks, minStack, maxStack)
	case h.Stacks >= h.End || h.StackSize*uint64(h.CPUs) > h.End-h.Stacks:
		return damaged("the stacks at %#x reach past %#x", h.Stacks, h.End)
	}
	end := h.Stacks + h.StackSize*uint64(h.CPUs)
	for i := range h.Parts {
		if p := &h.Parts[i]; p.Addr < end && h.Stacks < p.End() {
			return damaged("the stacks at %#x overlap part %d", h.Stacks, i)
		}
	}
	return nil
}
