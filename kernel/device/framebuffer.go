package device

import "github.com/witan-os/witan/kernel/capability"

// Framebuffer is the object behind capabilities of the kind Framebuffer.
type Framebuffer struct {
	object
	picture Picture
}

// NewFramebuffer makes an object of a picture.
func NewFramebuffer(p Picture) *Framebuffer {
	return &Framebuffer{object{kind: capability.Framebuffer}, p}
}

// PictureSize is how many pixels the picture that a reference is to has, across and down. It needs no right.
func PictureSize(via *capability.Ref) (width, height int, err error) {
	f, err := framebuffer(via, 0)
	if err != nil {
		return 0, 0, err
	}
	width, height = f.picture.Size()
	return width, height, nil
}

// Fill gives a rectangle of the picture one colour. Needs the right to write.
func Fill(via *capability.Ref, x, y, width, height, pixel uint32) error {
	return draw(via, func(p Picture) error {
		p.Fill(x, y, width, height, pixel)
		return nil
	})
}

// Draw copies rows of so many pixels to a place of the picture. Needs the right to write. What is not whole rows fails
// with [*RangeError].
func Draw(via *capability.Ref, x, y, width uint32, pixels []byte) error {
	return draw(via, func(p Picture) error {
		if p.Draw(x, y, width, pixels) != nil {
			return &RangeError{0, uint64(len(pixels)), 4 * uint64(width)}
		}
		return nil
	})
}

func draw(via *capability.Ref, with func(Picture) error) error {
	f, err := framebuffer(via, capability.Write)
	if err != nil {
		return err
	}
	if err := f.begin(via); err != nil {
		return err
	}
	defer f.accesses.RUnlock()
	return with(f.picture)
}

// Capture returns the pixels of a rectangle row by row. Needs the right to read. What is not inside of the picture fails
// with [*RangeError].
func Capture(via *capability.Ref, x, y, width, height uint32) ([]byte, error) {
	f, err := framebuffer(via, capability.Read)
	if err != nil {
		return nil, err
	}
	if err := f.begin(via); err != nil {
		return nil, err
	}
	defer f.accesses.RUnlock()
	across, down := f.picture.Size()
	if uint64(x)+uint64(width) > uint64(across) || uint64(y)+uint64(height) > uint64(down) {
		return nil, &RangeError{uint64(x), uint64(width), uint64(across)}
	}
	return f.picture.Capture(x, y, width, height)
}

func framebuffer(via *capability.Ref, need capability.Rights) (*Framebuffer, error) {
	return capability.As[*Framebuffer](via, capability.Framebuffer, need)
}
