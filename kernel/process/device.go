package process

import (
	"errors"
	"fmt"

	"github.com/witan-os/witan/kernel/capability"
	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/runtime/vm"
)

// This file gives devices to the processes that are granted them.

// grantedDevice is a grant of a device.
type grantedDevice struct{ process, grant string }

// assign tells which of the machine's devices each grant is for: of those of its kind the first one that no grant
// before is for. So it is the same ones on every boot.
func assign(specs []*Spec, bus device.Bus) map[grantedDevice]device.Device {
	assigned := map[grantedDevice]device.Device{}
	if bus == nil {
		return assigned
	}
	taken := map[manifest.Device]int{}
	for _, s := range specs {
		for _, g := range s.Grants {
			if g.Device == "" {
				continue
			}
			if of := bus.Devices(string(g.Device)); taken[g.Device] < len(of) {
				assigned[grantedDevice{s.Name, g.Name}] = of[taken[g.Device]]
				taken[g.Device]++
			}
		}
	}
	return assigned
}

// claim is a device that a life has opened. It implements [host.Device].
type claim struct {
	device.Opened
	name string
	dma  vm.Quota // bytes of memory for transfers
}

// DMA implements [host.Device].
func (c *claim) DMA(size uint64) (capability.Object, error) {
	if !c.dma.Take(size) {
		return nil, host.ErrOverBudget
	}
	o, err := c.Opened.DMA(size)
	if err != nil {
		c.dma.Give(size)
	}
	return o, err
}

// Device implements [host.Objects].
func (v *view) Device(name string) (host.Device, error) {
	v.claiming.Lock()
	defer v.claiming.Unlock()
	for _, c := range v.claims {
		if c.name == name {
			return c, nil
		}
	}
	p := v.process
	g := p.spec.device(name)
	if g == nil {
		return nil, fmt.Errorf("device %s: %w", name, host.ErrNotFound)
	}
	d := p.table.devices[grantedDevice{p.spec.Name, name}]
	if d == nil {
		return nil, fmt.Errorf("device %s, %s: %w", name, g.Device, host.ErrUnsupported)
	}
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	opened, err := d.Open()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("device %s: %w", name, host.ErrDenied), err)
	}
	c := &claim{Opened: opened, name: name}
	c.dma.Total = uint64(g.DMA)
	v.claims = append(v.claims, c)
	return c, nil
}

// device finds a grant of a device.
func (s *Spec) device(name string) *manifest.Grant {
	for i := range s.Grants {
		if g := &s.Grants[i]; g.Name == name && g.Device != "" {
			return g
		}
	}
	return nil
}

// closeDevices stops the devices that the life has opened, whose memory is nobody's afterwards.
func (l *life) closeDevices() error {
	l.claiming.Lock()
	defer l.claiming.Unlock()
	var errs []error
	for _, c := range l.claims {
		errs = append(errs, c.Close())
	}
	l.claims = nil
	return errors.Join(errs...)
}
