package device

import "github.com/witan-os/witan/kernel/capability"

// Window is a range of registers, or of ports, as the machine has it. Offsets and sizes are in bytes. An access is
// checked before it gets here; it may still fail, when the device is gone.
type Window interface {
	Size() uint64
	// Read reads 1, 2, 4 or 8 bytes, little endian, in one access.
	Read(offset uint64, width int) (uint64, error)
	// Write writes them in one access.
	Write(offset uint64, width int, value uint64) error
}

// Registers is the object behind capabilities of the kinds MMIO and Port.
type Registers struct {
	object
	window Window
}

// NewRegisters makes an object of registers in memory. When nobody has it any more, closed is called, unless nil.
func NewRegisters(w Window, closed func()) *Registers {
	return &Registers{object{kind: capability.MMIO, close: closed}, w}
}

// NewPorts is [NewRegisters] for ports.
func NewPorts(w Window, closed func()) *Registers {
	return &Registers{object{kind: capability.Port, close: closed}, w}
}

// Size is how many bytes of registers a reference is to. It needs no right.
func Size(via *capability.Ref) (uint64, error) {
	r, err := registers(via, 0)
	if err != nil {
		return 0, err
	}
	return r.window.Size(), nil
}

// Read reads 1, 2, 4 or 8 bytes of registers, little endian, in one access. Needs the right to read. An access that is not
// within them or not aligned fails with [*RangeError].
func Read(via *capability.Ref, offset uint64, width int) (uint64, error) {
	r, err := registers(via, capability.Read)
	if err != nil {
		return 0, err
	}
	if err := single(offset, width, r.window.Size()); err != nil {
		return 0, err
	}
	if err := r.begin(via); err != nil {
		return 0, err
	}
	defer r.accesses.RUnlock()
	return r.window.Read(offset, width)
}

// Write writes 1, 2, 4 or 8 bytes of registers in one access. Needs the right to write. It fails like [Read], and for a
// value that does not fit.
func Write(via *capability.Ref, offset uint64, width int, value uint64) error {
	r, err := registers(via, capability.Write)
	if err != nil {
		return err
	}
	if err := single(offset, width, r.window.Size()); err != nil {
		return err
	}
	if err := fits(value, width); err != nil {
		return err
	}
	if err := r.begin(via); err != nil {
		return err
	}
	defer r.accesses.RUnlock()
	return r.window.Write(offset, width, value)
}

func registers(via *capability.Ref, need capability.Rights) (*Registers, error) {
	if via.Kind() == capability.Port {
		return capability.As[*Registers](via, capability.Port, need)
	}
	return capability.As[*Registers](via, capability.MMIO, need)
}
