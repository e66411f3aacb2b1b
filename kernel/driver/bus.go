package driver

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/ipc"
	"github.com/witan-os/witan/kernel/metal"
)

// Bus offers devices, and a picture unless that is nil, to the kernel, which makes capabilities of them.
func Bus(devices []Device, picture device.Picture) device.Bus { return bus{devices, picture} }

type bus struct {
	devices []Device
	picture device.Picture
}

// Picture is the machine's screen.
func (b bus) Picture() device.Picture { return b.picture }

// Devices returns the devices that have a name, see [Names].
func (b bus) Devices(kind string) []device.Device {
	var found []device.Device
	for _, d := range b.devices {
		if slices.Contains(Names(d.Info()), kind) {
			found = append(found, offered{d})
		}
	}
	return found
}

// offered is a device whose parts become objects.
type offered struct{ device Device }

func (o offered) Open() (device.Opened, error) {
	opened, err := o.device.Open()
	if err != nil {
		return nil, err
	}
	return owned{opened}, nil
}

type owned struct{ device Opened }

// Info leaves out what only drivers of the kernel need.
func (o owned) Info() device.Info {
	i := o.device.Info()
	info := device.Info{Vendor: i.Vendor, Product: i.Product}
	if v := i.Virtio; v != nil {
		info.Virtio = &device.VirtioLayout{
			Common: device.Extent(v.Common), Notify: device.Extent(v.Notify), ISR: device.Extent(v.ISR),
			Specific: device.Extent(v.Specific), NotifyMultiplier: v.NotifyMultiplier,
		}
	}
	return info
}

func (o owned) Window(number int) (capability.Object, error) {
	w, err := o.device.Window(number)
	if err != nil {
		return nil, noPart(err)
	}
	return device.NewRegisters(w, nil), nil
}

// Interrupt makes an object that is told of the interrupts until the device is closed.
func (o owned) Interrupt(number int) (capability.Object, error) {
	i, err := o.device.Interrupt(number)
	if err != nil {
		return nil, noPart(err)
	}
	object := ipc.NewInterrupt()
	go func() {
		for {
			times, err := i.Wait()
			if err != nil {
				return
			}
			object.Raise(times)
		}
	}()
	return object, nil
}

// DMA makes an object of memory that is the device's until it is closed: only then is it certain that nothing is
// written to it any more.
func (o owned) DMA(size uint64) (capability.Object, error) {
	if size > math.MaxInt32 {
		return nil, metal.ErrOutOfRange
	}
	m, err := o.device.Memory(int(size))
	if err != nil {
		return nil, err
	}
	return device.NewDMA(m, nil), nil
}

// noPart is an error of the device as the kernel knows it: asking for what is not there is a mistake of the driver's, and
// no failure.
func noPart(err error) error {
	if errors.Is(err, metal.ErrNoWindow) || errors.Is(err, metal.ErrNoInterrupt) {
		return fmt.Errorf("%w: %w", device.ErrNoPart, err)
	}
	return err
}

// Close stops the device.
func (o owned) Close() error { return o.device.Close() }
