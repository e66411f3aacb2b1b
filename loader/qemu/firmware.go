package qemu

import (
	"fmt"
	"os"
	"strings"
)

// DefaultFirmware is where Debian's package ovmf puts UEFI firmware for Config.Firmware.
const DefaultFirmware = "/usr/share/ovmf/OVMF.fd"

// commandLineFile is what a machine finds its command line under if its firmware passes none. The kernel looks for it; see
// package metal.
const commandLineFile = "opt/org.witan/cmdline"

// checkFirmware is what check does when UEFI boots the image.
func (c Config) checkFirmware() error {
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
	if c.Firmware == "" {
		args := []string{"-kernel", c.Image}
		if c.Append != "" {
			args = append(args, "-append", c.Append)
		}
		return args
	}
	args := []string{"-bios", c.Firmware, "-drive", "format=raw,snapshot=on,file=" + escapeCommas(c.Image)}
	if c.Append != "" {
		args = append(args, "-fw_cfg", "name="+commandLineFile+",string="+escapeCommas(c.Append))
	}
	return args
}

// escapeCommas is text within an option of QEMU's, where commas part what there is.
func escapeCommas(text string) string { return strings.ReplaceAll(text, ",", ",,") }
