// Package hardware makes up the virtual machine that an image is run on: what the image asks for in its manifest is
// there without a word, so that nobody has to know QEMU's arguments for a first boot.
package hardware

import (
	"fmt"
	"slices"
	"strings"

	"github.com/witan-os/witan/kernel/manifest"
)

// Needs are the devices that a system is granted.
type Needs struct {
	Devices []manifest.Device // one for each grant, in the order of grants
	Display bool
}

// Of finds out what a manifest needs on bare metal.
func Of(m *manifest.Manifest) Needs {
	var n Needs
	for i := range m.Processes {
		p := &m.Processes[i]
		if !p.Exists(true) {
			continue
		}
		for _, g := range p.Grants {
			if g.Device != "" {
				n.Devices = append(n.Devices, g.Device)
			}
			n.Display = n.Display || g.Framebuffer
		}
	}
	return n
}

// ids are the devices that QEMU has by their identification on the bus, which is that of virtio 1.
var ids = map[manifest.Device]manifest.Device{
	"pci:1af4:1041": manifest.VirtioNet,
	"pci:1af4:1042": manifest.VirtioBlock,
	"pci:1af4:1043": manifest.VirtioConsole,
	"pci:1af4:1044": manifest.VirtioRNG,
}

// Count is how many devices of a kind are needed.
func (n Needs) Count(kind manifest.Device) int {
	count := 0
	for _, d := range n.Devices {
		if d == kind || ids[d] == kind {
			count++
		}
	}
	return count
}

// Unknown are the devices that this package can't give to a machine.
func (n Needs) Unknown() []manifest.Device {
	var list []manifest.Device
	for _, d := range n.Devices {
		if strings.HasPrefix(string(d), "pci:") && ids[d] == "" {
			list = append(list, d)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Machine is the hardware besides processors and memory.
type Machine struct {
	Disks    []string // files with their contents
	RNGs     int      // sources of randomness
	Networks int      // with a way out through this machine
	Consoles int      // that are connected to nothing
	Display  bool
	Others   []string // in the words of QEMU's -device
}

// modern has virtio devices be as virtio 1 describes them, and nothing else.
const modern = ",disable-legacy=on"

// romless has a device be without code for the firmware to run. Nothing boots by the device, and a display's takes the
// firmware longer than all else.
const romless = ",romfile="

// Args are QEMU's arguments for the machine.
func (m *Machine) Args() []string {
	var args []string
	for i, file := range m.Disks {
		args = append(args, "-drive", fmt.Sprintf("if=none,id=disk%d,format=raw,file=%s", i, escape(file)),
			"-device", fmt.Sprintf("virtio-blk-pci%s,drive=disk%d", modern, i))
	}
	for range m.RNGs {
		args = append(args, "-device", "virtio-rng-pci"+modern)
	}
	for i := range m.Networks {
		args = append(args, "-netdev", fmt.Sprintf("user,id=net%d", i), "-device", fmt.Sprintf("virtio-net-pci%s%s,netdev=net%d", modern, romless, i))
	}
	for i := range m.Consoles {
		args = append(args, "-device", fmt.Sprintf("virtio-serial-pci%s,id=serial%d", modern, i), "-chardev", fmt.Sprintf("null,id=console%d", i),
			"-device", fmt.Sprintf("virtconsole,bus=serial%d.0,chardev=console%d", i, i))
	}
	if m.Display {
		args = append(args, "-device", "bochs-display"+romless)
	}
	for _, d := range m.Others {
		args = append(args, "-device", d)
	}
	return args
}

// escape writes a file's name as a value among QEMU's options, where a comma ends one.
func escape(name string) string { return strings.ReplaceAll(name, ",", ",,") }
