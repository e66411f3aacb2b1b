package simulated

import "github.com/witan-os/witan/kernel/metal"

// The common configuration (virtio 1.2, section 4.1.4.3): offsets and widths.
const (
	deviceFeatureSelect = 0
	deviceFeature       = 4
	driverFeatureSelect = 8
	driverFeature       = 12
	configVector        = 16
	queueCount          = 18
	deviceStatus        = 20
	queueSelect         = 22
	queueSize           = 24
	queueVector         = 26
	queueEnable         = 28
	queueNotify         = 30
	queueDescriptors    = 32
	queueAvailable      = 40
	queueUsed           = 48
)

// Bits of the device status (section 2.1).
const (
	statusAcknowledge = 1
	statusDriver      = 2
	statusDriverOK    = 4
	statusFeaturesOK  = 8
	statusNeedsReset  = 64
	statusFailed      = 128
)

const (
	version1 = 1 << 32 // the feature of all devices since virtio 1.0
	noVector = 0xffff

	// maxQueue is how many descriptors the queue can have.
	maxQueue = 128
)

// registers are the values of the common configuration, and what the device remembers of its queue.
type registers struct {
	deviceSelect, driverSelect uint32
	accepted                   uint64 // features
	configVector               uint16
	status                     uint8
	selected                   uint16
	isr                        uint8
	queue                      queue
}

// queue is the one queue that there is (section 2.7).
type queue struct {
	size, vector                 uint16
	enabled                      bool
	descriptors, available, used uint64
	taken                        uint16 // of the requests that the driver has made available
}

func (r *registers) reset() {
	*r = registers{configVector: noVector, queue: queue{size: maxQueue, vector: noVector}}
}

// window is the device's registers as its driver sees them.
type window struct{ *opened }

// Size returns the number of bytes.
func (w window) Size() uint64 { return registerSize }

// Read reads a register. Between the structures, and beyond the fields of one, there are zeros.
func (w window) Read(offset uint64, width int) (uint64, error) {
	if err := checkAccess(offset, width); err != nil {
		return 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return 0, metal.ErrDeviceClosed
	case offset < commonOffset+commonLength:
		return w.registers.read(offset-commonOffset, width, &w.device.model), nil
	case offset == isrOffset:
		v := w.registers.isr
		w.registers.isr = 0
		return uint64(v), nil
	case offset >= specificOffset && offset < specificOffset+specificLength:
		at := offset - specificOffset
		if config := w.device.model.config; at+uint64(width) <= uint64(len(config)) {
			return load(config[at : at+uint64(width)]), nil
		}
	}
	return 0, nil
}

// Write writes a register. What cannot be written stays as it is.
func (w window) Write(offset uint64, width int, v uint64) error {
	if err := checkAccess(offset, width); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return metal.ErrDeviceClosed
	case offset < commonOffset+commonLength:
		w.registers.write(offset-commonOffset, width, v, &w.device.model)
	case offset == notifyOffset:
		select {
		case w.kick <- struct{}{}:
		default: // there is a notification that was not looked at
		}
	}
	return nil
}

func checkAccess(offset uint64, width int) error {
	if !aligned(offset, width) || offset >= registerSize || uint64(width) > registerSize-offset {
		return metal.ErrOutOfRange
	}
	return nil
}

// read returns a field, or half of one of 64 bits.
func (r *registers) read(offset uint64, width int, m *model) uint64 {
	chosen := r.selected == 0
	switch field := offset; {
	case field == deviceFeatureSelect && width == 4:
		return uint64(r.deviceSelect)
	case field == deviceFeature && width == 4 && r.deviceSelect < 2:
		return (m.features | version1) >> (32 * r.deviceSelect) & 0xffff_ffff
	case field == driverFeatureSelect && width == 4:
		return uint64(r.driverSelect)
	case field == driverFeature && width == 4 && r.driverSelect < 2:
		return r.accepted >> (32 * r.driverSelect) & 0xffff_ffff
	case field == configVector && width == 2:
		return uint64(r.configVector)
	case field == queueCount && width == 2:
		return 1
	case field == deviceStatus && width == 1:
		return uint64(r.status)
	case field == queueSelect && width == 2:
		return uint64(r.selected)
	case field == queueSize && width == 2 && chosen:
		return uint64(r.queue.size)
	case field == queueVector && width == 2:
		if chosen {
			return uint64(r.queue.vector)
		}
		return noVector
	case field == queueEnable && width == 2 && chosen && r.queue.enabled:
		return 1
	case field >= queueDescriptors && width >= 4 && chosen:
		return *r.queue.address(field) >> (8 * (field % 8)) & (1<<(8*width-1)<<1 - 1)
	}
	return 0
}

// address returns one of the three addresses, by the offset of its register.
func (q *queue) address(field uint64) *uint64 {
	switch field &^ 7 {
	case queueDescriptors:
		return &q.descriptors
	case queueAvailable:
		return &q.available
	}
	return &q.used
}

func (r *registers) write(offset uint64, width int, v uint64, m *model) {
	settled := r.status&statusFeaturesOK != 0
	open := r.selected == 0 && !r.queue.enabled
	switch field := offset; {
	case field == deviceFeatureSelect && width == 4:
		r.deviceSelect = uint32(v)
	case field == driverFeatureSelect && width == 4:
		r.driverSelect = uint32(v)
	case field == driverFeature && width == 4 && r.driverSelect < 2 && !settled:
		shift := 32 * r.driverSelect
		r.accepted = r.accepted&^(0xffff_ffff<<shift) | v&0xffff_ffff<<shift
	case field == configVector && width == 2:
		r.configVector = vectorOrNone(v)
	case field == deviceStatus && width == 1:
		r.setStatus(uint8(v), m)
	case field == queueSelect && width == 2:
		r.selected = uint16(v)
	case field == queueSize && width == 2 && open:
		if size := uint16(v); size > 0 && size <= maxQueue && size&(size-1) == 0 {
			r.queue.size = size
		}
	case field == queueVector && width == 2 && r.selected == 0:
		r.queue.vector = vectorOrNone(v)
	case field == queueEnable && width == 2 && open && uint16(v) == 1:
		r.queue.enabled = true
	case field >= queueDescriptors && width >= 4 && open:
		at, shift := r.queue.address(field), 8*(field%8)
		mask := uint64(1<<(8*width-1)<<1-1) << shift
		*at = *at&^mask | v<<shift&mask
	}
}

// vectorOrNone is what the device remembers of a vector that it is given (section 4.1.5.1.2).
func vectorOrNone(v uint64) uint16 {
	if uint16(v) < vectors {
		return uint16(v)
	}
	return noVector
}

// setStatus takes a new device status. Zero resets the device; other bits can only be added. FEATURES_OK stays away when
// the driver has chosen what was not on offer.
func (r *registers) setStatus(v uint8, m *model) {
	if v == 0 {
		r.reset()
		return
	}
	v &^= statusNeedsReset
	offered := m.features | version1
	if v&statusFeaturesOK != 0 && (r.accepted&^offered != 0 || r.accepted&version1 == 0) {
		v &^= statusFeaturesOK
	}
	r.status |= v
}
