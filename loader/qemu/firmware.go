package qemu

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/witan-os/witan/loader/image"
)

// DefaultFirmware is where Debian's package ovmf puts UEFI firmware for Config.Firmware.
const DefaultFirmware = "/usr/share/ovmf/OVMF.fd"

// commandLineFile is what a machine finds its command line under if its firmware passes none. The kernel looks for it; see
// package metal.
const commandLineFile = "opt/org.witan/cmdline"

// checkFormat finds an image that would not boot because it is for other firmware.
func (c Config) checkFormat(f io.ReaderAt) error {
	bootable := image.PVH
	if c.Firmware != "" {
		bootable = image.Disk
	}
	format, err := image.FormatOf(f)
	if err == nil && format != bootable {
		err = fmt.Errorf("an image of format %v: QEMU boots %v by itself, and %v with UEFI firmware", format, image.PVH, image.Disk)
	}
	return err
}

// checkFirmware finds firmware that is not there.
func (c Config) checkFirmware() error {
	stat, err := os.Stat(c.Firmware)
	if err != nil {
		return err
	}
	if !stat.Mode().IsRegular() {
		return fmt.Errorf("%s: not a regular file", c.Firmware)
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
