package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"time"

	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/driver/console"
	"github.com/witan-os/witan/kernel/driver/screen"
	"github.com/witan-os/witan/kernel/driver/simulated"
	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/runtime/vm"
)

// This file finds the devices that the drivers drive: those of the machine, or, when the program runs hosted, some that
// behave the same and are made of software.

const (
	screenWidth  = 1024
	screenHeight = 768
	diskSize     = 4 << 20
)

// diskVariable names a file that the hosted system has as its disk. Without it the disk is gone when the system ends.
const diskVariable = "SYSTEM_DISK"

// showEvery is how often the text on the screen is drawn anew, at most.
const showEvery = 100 * time.Millisecond

// machine returns the parts of the kernel that are about the machine: what processes can be granted, and the screen, on
// which the console is to be seen until a program draws.
func machine() []vm.Provider {
	if metal.This().Metal() {
		return machineDevices()
	}
	disk, err := simulatedDisk()
	if err != nil {
		fmt.Fprintln(os.Stderr, "system:", err)
		os.Exit(2)
	}
	all := []driver.Device{simulated.Entropy(rand.Reader), disk, spare{simulated.Entropy(rand.Reader)}}
	return []vm.Provider{kernel.With(driver.Bus(all, screen.New(screenWidth, screenHeight)))}
}

// spare is a device that says it is a console. Nobody uses it as one: it is there for whoever tries to get from one
// device to more.
type spare struct{ driver.Device }

// Info implements [driver.Device].
func (s spare) Info() metal.DeviceInfo {
	const console = 3 // virtio 1.2, section 5.3
	i := s.Device.Info()
	i.Product += console - i.Virtio.Type
	i.Virtio.Type = console
	return i
}

// machineDevices are those of the machine. It may have no screen; then only who asks for that is told.
func machineDevices() []vm.Provider {
	picture, err := screen.Open(screenWidth, screenHeight)
	if err != nil {
		return []vm.Provider{kernel.With(driver.Bus(driver.Devices(), nil))}
	}
	text := console.New(picture)
	go text.Run(context.Background(), showEvery)
	return []vm.Provider{kernel.With(driver.Bus(driver.Devices(), text.Share(picture))), kernel.Mirror(text)}
}

// simulatedDisk is a disk in the file that the environment names, or in memory.
func simulatedDisk() (*simulated.Device, error) {
	name := os.Getenv(diskVariable)
	if name == "" {
		return simulated.Block(make(simulated.Memory, diskSize), diskSize)
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if size == 0 {
		size = diskSize
		if err := file.Truncate(size); err != nil {
			return nil, err
		}
	}
	return simulated.Block(file, size)
}
