package cli

import (
	"fmt"
	"os"

	"github.com/witan-os/witan/cmd/witgen/internal/hardware"
	"github.com/witan-os/witan/cmd/witgen/internal/image"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/loader/qemu"
)

// machineFlags add hardware to a virtual machine.
type machineFlags struct {
	UEFI       bool     `name:"uefi" help:"Boot from UEFI firmware, for an image that was built with --format disk."`
	Firmware   string   `name:"firmware" placeholder:"FILE" help:"Boot from the UEFI firmware in this file (default with --uefi: /usr/share/ovmf/OVMF.fd, of Debian's package ovmf)."`
	Disk       []string `name:"disk" sep:"none" placeholder:"FILE[:SIZE]" help:"Give the machine a disk (virtio-blk) with the contents of FILE, which with a SIZE such as 64MiB is made if it is not there; may be repeated."`
	RNG        bool     `name:"rng" help:"Give the machine a source of randomness (virtio-rng)."`
	Display    bool     `name:"display" help:"Give the machine a screen. No window opens; see --screenshot."`
	Device     []string `name:"device" sep:"none" placeholder:"ARGS" help:"Give the machine another device, in the words of QEMU's -device; may be repeated."`
	Screenshot string   `name:"screenshot" placeholder:"FILE" help:"Write a picture of the screen to FILE when the machine ends: a PNG if the name ends so, or else a PPM."`
	GDB        int      `name:"gdb" placeholder:"PORT" help:"Have the machine wait for a debugger at this port of localhost before it starts."`
}

// firmware is the file that the machine boots from; "" if QEMU loads the image.
func (f *machineFlags) firmware() string {
	switch {
	case f.Firmware != "":
		return f.Firmware
	case f.UEFI:
		return qemu.DefaultFirmware
	}
	return ""
}

// machine is a virtual machine to be run, with what has to go away after the run.
type machine struct {
	config qemu.Config
	dry    bool   // it is only talked about
	remove string // a directory; "" for nothing
}

func (m *machine) close() {
	if m.remove != "" {
		os.RemoveAll(m.remove)
	}
}

// apply gives a machine its hardware: what the flags say, and what the image needs besides. Whoever calls it closes the
// machine, also after an error.
func (f *machineFlags) apply(e *env, m *machine) error {
	needs := image.Needs(m.config.Image)
	h := hardware.Machine{
		RNGs: needs.Count(manifest.VirtioRNG), Networks: needs.Count(manifest.VirtioNet), Consoles: needs.Count(manifest.VirtioConsole),
		Display: needs.Display || f.Display || f.Screenshot != "", Others: f.Device,
	}
	if f.RNG {
		h.RNGs = max(h.RNGs, 1)
	}
	var err error
	if h.Disks, err = f.disks(e, m, needs.Count(manifest.VirtioBlock)); err != nil {
		return err
	}
	if unknown := needs.Unknown(); len(unknown) > 0 && len(f.Device) == 0 {
		fmt.Fprintf(e.stderr, "witgen: the image is for a machine with %s: give it one with --device\n", unknown[0])
	}
	m.config.Args = append(m.config.Args, h.Args()...)
	m.config.Screenshot = f.Screenshot
	return f.debug(e, m)
}

// disks are the files of the machine's disks, which are count at least: those that nobody has given are empty, and last
// as long as the machine.
func (f *machineFlags) disks(e *env, m *machine, count int) (files []string, err error) {
	for _, text := range f.Disk {
		d, err := hardware.ParseDisk(text)
		if err == nil && !m.dry {
			err = d.Make()
		}
		if err != nil {
			return nil, fmt.Errorf("--disk %s: %w", text, err)
		}
		files = append(files, d.File)
	}
	dir := "."
	if count > len(files) && !m.dry {
		if dir, err = os.MkdirTemp("", "witan-disks-"); err != nil {
			return nil, err
		}
		m.remove = dir
	}
	for n := len(files); n < count; n++ {
		d := hardware.Empty(dir, n)
		if m.dry {
			fmt.Fprintf(e.stderr, "witgen: the disk %s has to be made first, of %v\n", d.File, d.Size)
		} else if err := d.Make(); err != nil {
			return nil, err
		}
		files = append(files, d.File)
	}
	return files, nil
}

// debug has the machine wait for a debugger.
func (f *machineFlags) debug(e *env, m *machine) error {
	switch {
	case f.GDB == 0:
		return nil
	case f.GDB < 1 || f.GDB > 65535:
		return fmt.Errorf("--gdb %d: want a port from 1 to 65535", f.GDB)
	}
	m.config.Args = append(m.config.Args, "-gdb", fmt.Sprintf("tcp:127.0.0.1:%d", f.GDB), "-S")
	fmt.Fprintf(e.stderr, "witgen: the machine waits for a debugger: gdb -ex 'target remote localhost:%d' -ex 'hbreak main.main' SYMBOLS,\n", f.GDB)
	fmt.Fprintln(e.stderr, "witgen: where SYMBOLS is the file that image build --symbols has written")
	return nil
}
