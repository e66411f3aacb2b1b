// A plugin for QOI, a format that Go's standard library does not have.
package main

import (
	"bytes"
	"image"

	"github.com/witan-os/witan/examples/plugins/qoi/generated/demo/pictures/v0.1/viewer"
	"github.com/witan-os/witan/examples/plugins/qoi/generated/exports/demo/pictures/v0.1/codec"
	"github.com/witan-os/witan/guest"
)

//go:generate go tool witgen generate

// A plugin has nothing to run. It says what implements its exports, and is called.
func main() {}

func init() { codec.Export(plugin{}) }

// plugin implements codec.Guest.
type plugin struct{}

// Recognize tells whether a file begins as those of QOI do.
func (plugin) Recognize(beginning []byte) guest.Option[string] {
	if !bytes.HasPrefix(beginning, []byte(qoiMagic)) {
		return guest.None[string]()
	}
	return guest.Some("QOI")
}

// PictureDecode decodes a file.
func (plugin) PictureDecode(file []byte) (guest.Own[codec.Picture], error) {
	width, height, err := qoiSize(file)
	if err != nil {
		return guest.Own[codec.Picture]{}, codec.FlawBroken(err.Error())
	}
	if uint64(width)*uint64(height) > uint64(viewer.MaxPixels()) {
		return guest.Own[codec.Picture]{}, codec.FlawTooLarge()
	}
	m, err := decodeQOI(file, int(width), int(height))
	if err != nil {
		return guest.Own[codec.Picture]{}, codec.FlawBroken(err.Error())
	}
	return guest.Give[codec.Picture](picture{m}), nil
}

// picture implements the resource.
type picture struct{ pixels *image.NRGBA }

// Size is in pixels.
func (p picture) Size() codec.Size {
	b := p.pixels.Bounds()
	return codec.Size{Width: uint32(b.Dx()), Height: uint32(b.Dy())}
}

// Row returns the pixels of a row, which are not copied on their way to the viewer.
func (p picture) Row(y uint32) []byte {
	return p.pixels.Pix[int(y)*p.pixels.Stride:][:4*p.pixels.Bounds().Dx()]
}
