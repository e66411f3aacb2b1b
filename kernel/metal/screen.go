package metal

// A Screen is memory that shows: Height lines, Stride bytes from one to the next, of
// Width pixels of four bytes. Writing is fast, reading is slow.
type Screen struct {
	Width, Height, Stride int
	Format                PixelFormat
	Pixels                []byte // Stride*Height bytes
}

// The bounds of what [OpenScreen] sets.
const (
	maxScreenWidth  = 4096
	maxScreenHeight = 4096
)

// What [OpenScreen] can fail with.
const (
	ErrNoScreen   = staticError("screen: the machine has no display that the kernel knows")
	ErrScreenMode = staticError("screen: the display cannot show that many pixels")
)

// OpenScreen returns the machine's screen. What the firmware handed over stays as
// it is; else it is a display of the Bochs kind, as QEMU has it (bochs-display, VGA), which is
// set to the size in pixels. The screen is the caller's for good.
func OpenScreen(width, height int) (*Screen, error) { return machineScreen(width, height) }
