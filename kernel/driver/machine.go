package driver

import "github.com/witan-os/witan/kernel/metal"

// Devices returns the machine's devices. Hosted there are none.
func Devices() []Device {
	var all []Device
	for _, d := range metal.Devices() {
		all = append(all, machineDevice{d})
	}
	return all
}

// machineDevice and openDevice give metal's types the signatures of the interfaces.
type machineDevice struct{ *metal.Device }

func (d machineDevice) Open() (Opened, error) {
	o, err := d.Device.Open()
	if err != nil {
		return nil, err
	}
	return openDevice{o}, nil
}

type openDevice struct{ *metal.OpenDevice }

func (o openDevice) Window(n int) (Window, error) {
	w, err := o.OpenDevice.Window(n)
	if err != nil {
		return nil, err
	}
	return w, nil
}

func (o openDevice) Interrupt(n int) (Interrupt, error) {
	i, err := o.OpenDevice.Interrupt(n)
	if err != nil {
		return nil, err
	}
	return i, nil
}

func (o openDevice) Memory(size int) (Memory, error) {
	m, err := o.OpenDevice.Memory(size)
	if err != nil {
		return nil, err
	}
	return m, nil
}
