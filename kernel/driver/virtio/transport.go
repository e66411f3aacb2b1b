// Package virtio drives virtio devices from within the kernel: a source of entropy, which the kernel needs before there is
// a program that could drive it. It uses one queue and one request at a time, which is simple and quick enough for that.
package virtio

import (
	"errors"
	"sync"
	"time"

	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/metal"
)

// The common configuration (virtio 1.2, section 4.1.4.3).
const (
	commonDeviceSelect = 0
	commonDevice       = 4
	commonDriverSelect = 8
	commonDriver       = 12
	commonConfigVector = 16
	commonStatus       = 20
	commonQueueSelect  = 22
	commonQueueSize    = 24
	commonQueueVector  = 26
	commonQueueEnable  = 28
	commonQueueNotify  = 30
	commonDescriptors  = 32
	commonAvailable    = 40
	commonUsed         = 48
	commonEnd          = 56
)

// Bits of the device status (section 2.1).
const (
	statusAcknowledge = 1
	statusDriver      = 2
	statusDriverOK    = 4
	statusFeaturesOK  = 8
	statusNeedsReset  = 64
)

// The queue in memory (section 2.7): descriptors, then the two rings, then the data of requests.
const (
	queueSize       = 8
	descriptorSize  = 16
	descriptorWrite = 2
	availableOffset = queueSize * descriptorSize
	availableRing   = availableOffset + 4
	usedOffset      = 256
	usedRing        = usedOffset + 4
	dataOffset      = 4096

	version1 = 1 << 32
	patience = 30 * time.Second // for one request
)

var (
	errKind   = errors.New("virtio: not a device of this kind")
	errBroken = errors.New("virtio: the device has stopped working")
	errSlow   = errors.New("virtio: the device does not answer")
)

// transport is a device with one queue that is ready for requests.
type transport struct {
	device driver.Opened
	layout metal.VirtioLayout
	common driver.Window
	notify driver.Window
	kickAt uint64
	memory driver.Memory
	wake   chan struct{} // an interrupt has come
	ended  chan struct{} // none will come any more

	mu       sync.Mutex // held for a request
	requests uint16
}

// open makes a device of a kind ready. Requests can have so many bytes of data.
func open(d driver.Device, kind uint16, data int) (*transport, error) {
	v := d.Info().Virtio
	if v == nil || v.Type != kind {
		return nil, errKind
	}
	o, err := d.Open()
	if err != nil {
		return nil, err
	}
	t := &transport{device: o, layout: *v, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	if err := t.start(data); err != nil {
		return nil, errors.Join(err, o.Close())
	}
	return t, nil
}

// start goes through the steps of section 3.1.
func (t *transport) start(data int) (err error) {
	if t.layout.Common.Length < commonEnd {
		return errKind
	}
	if t.common, err = t.device.Window(int(t.layout.Common.Window)); err != nil {
		return err
	}
	if t.notify, err = t.device.Window(int(t.layout.Notify.Window)); err != nil {
		return err
	}
	if t.memory, err = t.device.Memory(dataOffset + data); err != nil {
		return err
	}
	interrupt, err := t.device.Interrupt(0)
	if err != nil {
		return err
	}
	go t.listen(interrupt)

	r := registers{window: t.common, base: uint64(t.layout.Common.Offset)}
	r.write(commonStatus, 1, 0)
	r.write(commonStatus, 1, statusAcknowledge|statusDriver)
	if r.features()&version1 == 0 {
		return errors.Join(r.err, errKind)
	}
	r.accept(version1)
	r.write(commonStatus, 1, statusAcknowledge|statusDriver|statusFeaturesOK)
	if r.read(commonStatus, 1)&statusFeaturesOK == 0 {
		return errors.Join(r.err, errKind)
	}
	r.write(commonConfigVector, 2, 0)
	r.write(commonQueueSelect, 2, 0)
	if r.read(commonQueueSize, 2) < queueSize {
		return errors.Join(r.err, errKind)
	}
	r.write(commonQueueSize, 2, queueSize)
	r.write(commonQueueVector, 2, 0)
	r.writeAddress(commonDescriptors, t.memory.Address())
	r.writeAddress(commonAvailable, t.memory.Address()+availableOffset)
	r.writeAddress(commonUsed, t.memory.Address()+usedOffset)
	t.kickAt = uint64(t.layout.Notify.Offset) + r.read(commonQueueNotify, 2)*uint64(t.layout.NotifyMultiplier)
	r.write(commonQueueEnable, 2, 1)
	r.write(commonStatus, 1, statusAcknowledge|statusDriver|statusFeaturesOK|statusDriverOK)
	return r.err
}

// registers reads and writes the common configuration and remembers the first error.
type registers struct {
	window driver.Window
	base   uint64
	err    error
}

func (r *registers) read(field uint64, width int) uint64 {
	v, err := r.window.Read(r.base+field, width)
	if r.err == nil {
		r.err = err
	}
	return v
}

func (r *registers) write(field uint64, width int, v uint64) {
	if err := r.window.Write(r.base+field, width, v); r.err == nil {
		r.err = err
	}
}

// writeAddress writes a field of 64 bits, in halves as devices may want it (section 4.1.3.1).
func (r *registers) writeAddress(field, v uint64) {
	r.write(field, 4, v&0xffff_ffff)
	r.write(field+4, 4, v>>32)
}

func (r *registers) features() (all uint64) {
	for half := range uint64(2) {
		r.write(commonDeviceSelect, 4, half)
		all |= r.read(commonDevice, 4) << (32 * half)
	}
	return all
}

func (r *registers) accept(features uint64) {
	for half := range uint64(2) {
		r.write(commonDriverSelect, 4, half)
		r.write(commonDriver, 4, features>>(32*half)&0xffff_ffff)
	}
}

// listen passes interrupts on until the device is closed.
func (t *transport) listen(i driver.Interrupt) {
	defer close(t.ended)
	for {
		if _, err := i.Wait(); err != nil {
			return
		}
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
}

// request asks the device for so many bytes, in the transport's memory at dataOffset, waits, and returns how many it has
// written. t.mu is held.
func (t *transport) request(size int) (written uint32, err error) {
	err = errors.Join(
		t.memory.Store(0, 8, t.memory.Address()+dataOffset),
		t.memory.Store(8, 4, uint64(size)),
		t.memory.Store(12, 2, descriptorWrite),
	)
	slot := uint64(t.requests % queueSize)
	t.requests++
	err = errors.Join(err,
		t.memory.Store(availableRing+2*slot, 2, 0),
		t.memory.Store(availableOffset+2, 2, uint64(t.requests)),
	)
	if err != nil {
		return 0, err
	}
	if err := t.notify.Write(t.kickAt, 2, 0); err != nil {
		return 0, err
	}
	if err := t.wait(); err != nil {
		return 0, err
	}
	length, err := t.memory.Load(usedRing+8*slot+4, 4)
	return uint32(length), err
}

// wait waits until the device has used the last request.
func (t *transport) wait() error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		used, err := t.memory.Load(usedOffset+2, 2)
		if err != nil || uint16(used) == t.requests {
			return err
		}
		if status, err := t.common.Read(uint64(t.layout.Common.Offset)+commonStatus, 1); err != nil || status&statusNeedsReset != 0 {
			return errors.Join(err, errBroken)
		}
		select {
		case <-t.wake:
		case <-t.ended:
			return metal.ErrDeviceClosed
		case <-timeout.C:
			return errSlow
		}
	}
}

// Close stops the device.
func (t *transport) Close() error { return t.device.Close() }
