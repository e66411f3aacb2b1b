package qemu

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// DefaultFirmware is where Debian's package ovmf puts UEFI firmware for Config.Firmware.
const DefaultFirmware = "/usr/share/ovmf/OVMF.fd"

// errCommandLine says that nothing passes a command line through UEFI.
var errCommandLine = errors.New("a machine with UEFI firmware takes no command line")

// checkFirmware is what check does when UEFI boots the image.
func (c Config) checkFirmware() error {
	if c.Append != "" {
		return errCommandLine
	}
	for _, name := range []string{c.Firmware, c.Image} {
		stat, err := os.Stat(name)
		if err != nil {
			return err
		}
		if !stat.Mode().IsRegular() {
			return fmt.Errorf("%s: not a regular file", name)
		}
	}
	return nil
}

// bootArgs are QEMU's arguments that say what to boot. The disk is never written to: what is, is gone when the machine
// ends.
func (c Config) bootArgs() []string {
	if c.Firmware != "" {
		// Commas part QEMU's options; two stand for one.
		return []string{"-bios", c.Firmware, "-drive", "format=raw,snapshot=on,file=" + strings.ReplaceAll(c.Image, ",", ",,")}
	}
	args := []string{"-kernel", c.Image}
	if c.Append != "" {
		args = append(args, "-append", c.Append)
	}
	return args
}
