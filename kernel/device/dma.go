package device

import "github.com/witan-os/witan/kernel/capability"

// Buffer is memory that a device can reach, as the machine has it. Offsets and sizes are in bytes. An access is checked
// before it gets here; it may still fail, when the device is gone. What a program writes is seen by the device in the
// program's order.
type Buffer interface {
	// Address is what the device is told.
	Address() uint64
	Size() int
	// Read and Write copy.
	Read(offset uint64, p []byte) error
	Write(offset uint64, p []byte) error
	// Load and Store access 1, 2, 4 or 8 bytes, little endian, in one piece.
	Load(offset uint64, width int) (uint64, error)
	Store(offset uint64, width int, value uint64) error
}

// DMA is the object behind capabilities of the kind DMA.
type DMA struct {
	object
	buffer Buffer
	size   uint64
}

// NewDMA makes an object of memory for transfers. When nobody has it any more, closed is called, unless nil; the device
// has to be stopped before the memory can be used for something else.
func NewDMA(b Buffer, closed func()) *DMA {
	return &DMA{object{kind: capability.DMA, close: closed}, b, uint64(max(b.Size(), 0))}
}

// Place is where memory for transfers lies, for the device, and how many bytes it has. It needs no right.
func Place(via *capability.Ref) (address, size uint64, err error) {
	d, err := dma(via, 0)
	if err != nil {
		return 0, 0, err
	}
	return d.buffer.Address(), d.size, nil
}

// CopyOut copies bytes at an offset to p. Needs the right to read. What is not within the memory fails with
// [*RangeError].
func CopyOut(via *capability.Ref, offset uint64, p []byte) error {
	d, err := dma(via, capability.Read)
	if err != nil {
		return err
	}
	if err := inRange(offset, uint64(len(p)), d.size); err != nil {
		return err
	}
	if err := d.begin(via); err != nil {
		return err
	}
	defer d.accesses.RUnlock()
	return d.buffer.Read(offset, p)
}

// CopyIn copies p to an offset. Needs the right to write. It fails like [CopyOut].
func CopyIn(via *capability.Ref, offset uint64, p []byte) error {
	d, err := dma(via, capability.Write)
	if err != nil {
		return err
	}
	if err := inRange(offset, uint64(len(p)), d.size); err != nil {
		return err
	}
	if err := d.begin(via); err != nil {
		return err
	}
	defer d.accesses.RUnlock()
	return d.buffer.Write(offset, p)
}

// Load reads 1, 2, 4 or 8 bytes, little endian, in one piece. Needs the right to read. What is not within the memory or
// not aligned fails with [*RangeError].
func Load(via *capability.Ref, offset uint64, width int) (uint64, error) {
	d, err := dma(via, capability.Read)
	if err != nil {
		return 0, err
	}
	if err := single(offset, width, d.size); err != nil {
		return 0, err
	}
	if err := d.begin(via); err != nil {
		return 0, err
	}
	defer d.accesses.RUnlock()
	return d.buffer.Load(offset, width)
}

// Store writes 1, 2, 4 or 8 bytes in one piece. Needs the right to write. It fails like [Load], and for a value that does
// not fit.
func Store(via *capability.Ref, offset uint64, width int, value uint64) error {
	d, err := dma(via, capability.Write)
	if err != nil {
		return err
	}
	if err := single(offset, width, d.size); err != nil {
		return err
	}
	if err := fits(value, width); err != nil {
		return err
	}
	if err := d.begin(via); err != nil {
		return err
	}
	defer d.accesses.RUnlock()
	return d.buffer.Store(offset, width, value)
}

func dma(via *capability.Ref, need capability.Rights) (*DMA, error) {
	return capability.As[*DMA](via, capability.DMA, need)
}
