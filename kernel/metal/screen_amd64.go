//go:build linux

package metal

// The screen on this machine.

// Bochs' display: pixels behind window 0, and behind window 2 VGA's registers and, 16 bits
// wide each, those that set the mode (QEMU, docs/specs/standard-vga).
const (
	bochsVendor  = 0x1234
	bochsProduct = 0x1111

	bochsPixels       = 0
	bochsRegisters    = 2
	bochsVGA          = 0x400 // port 0x3c0 and up
	bochsMode         = 0x500
	bochsModeIdentity = 0
	bochsModeWidth    = 1
	bochsModeHeight   = 2
	bochsModeDepth    = 3
	bochsModeEnable   = 4
	bochsModeVirtual  = 6 // width of a line in memory
	bochsModeLeft     = 8 // first column that shows
	bochsModeTop      = 9

	bochsIdentity     = 0xb0c0
	bochsIdentityMask = 0xfff0
	bochsEnable       = 0x01
	bochsLinear       = 0x40
	vgaUnblank        = 0x20

	bytesPerPixel = 4
)

func machineScreen(width, height int) (*Screen, error) {
	if !active {
		return nil, ErrNoScreen
	}
	if f := &bootInfo.Framebuffer; f.Addr != 0 {
		return firmwareScreen(f)
	}
	if width < 1 || width > maxScreenWidth || height < 1 || height > maxScreenHeight {
		return nil, ErrScreenMode
	}
	for _, d := range Devices() {
		if d.function.vendor == bochsVendor && d.function.product == bochsProduct {
			return d.bochsScreen(width, height)
		}
	}
	return nil, ErrNoScreen
}

// firmwareScreen is what the loader found.
func firmwareScreen(f *Framebuffer) (*Screen, error) {
	size := uint64(f.Stride) * uint64(f.Height)
	if f.Width > maxScreenWidth || f.Height > maxScreenHeight || size > f.Size || size > maxDeviceMapping {
		return nil, ErrScreenMode
	}
	base, err := mapDevice(f.Addr, size, writeCombining)
	if err != nil {
		return nil, err
	}
	return &Screen{
		Width: int(f.Width), Height: int(f.Height), Stride: int(f.Stride), Format: f.Format,
		Pixels: bytesAt(base, uintptr(size)),
	}, nil
}

// bochsScreen sets d's mode.
func (d *Device) bochsScreen(width, height int) (*Screen, error) {
	o, err := d.Open()
	if err != nil {
		return nil, err
	}
	s, err := o.bochsScreen(width, height)
	if err != nil {
		o.Close()
	}
	return s, err
}

func (o *OpenDevice) bochsScreen(width, height int) (*Screen, error) {
	registers, err := o.Window(bochsRegisters)
	if err != nil {
		return nil, err
	}
	pixels, err := o.device.window(bochsPixels, writeCombining)
	if err != nil {
		return nil, err
	}
	size := uint64(width) * uint64(height) * bytesPerPixel
	if size > pixels.size {
		return nil, ErrScreenMode
	}
	identity, err := registers.Read(bochsMode+2*bochsModeIdentity, 2)
	if err != nil || identity&bochsIdentityMask != bochsIdentity {
		return nil, ErrNoScreen
	}
	for _, set := range [...]struct{ register, value uint64 }{
		{bochsModeEnable, 0},
		{bochsModeWidth, uint64(width)},
		{bochsModeHeight, uint64(height)},
		{bochsModeDepth, 8 * bytesPerPixel},
		{bochsModeVirtual, uint64(width)},
		{bochsModeLeft, 0},
		{bochsModeTop, 0},
		{bochsModeEnable, bochsEnable | bochsLinear},
	} {
		if err := registers.Write(bochsMode+2*set.register, 2, set.value); err != nil {
			return nil, err
		}
	}
	if err := registers.Write(bochsVGA, 1, vgaUnblank); err != nil {
		return nil, err
	}
	if got, err := registers.Read(bochsMode+2*bochsModeWidth, 2); err != nil || got != uint64(width) {
		return nil, ErrScreenMode
	}
	return &Screen{
		Width: width, Height: height, Stride: width * bytesPerPixel, Format: BGRX,
		Pixels: bytesAt(uintptr(pixels.base), uintptr(size)),
	}, nil
}
