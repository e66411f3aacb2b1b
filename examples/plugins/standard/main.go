// A plugin with the decoders of Go's standard library: PNG, GIF and JPEG.
package main

import (
	"bytes"
	"image"
	"image/draw"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"strings"

	"github.com/witan-os/witan/examples/plugins/standard/generated/demo/pictures/v0.1/viewer"
	"github.com/witan-os/witan/examples/plugins/standard/generated/exports/demo/pictures/v0.1/codec"
	"github.com/witan-os/witan/guest"
)

//go:generate go tool witgen generate

// A plugin has nothing to run. It says what implements its exports, and is called.
func main() {}

func init() { codec.Export(plugin{}) }

// plugin implements codec.Guest.
type plugin struct{}

// formats are the beginnings of files.
var formats = map[string]string{
	"\x89PNG\r\n\x1a\n": "PNG",
	"GIF8":              "GIF",
	"\xff\xd8\xff":      "JPEG",
}

// Recognize tells the format of a file by its beginning.
func (plugin) Recognize(beginning []byte) guest.Option[string] {
	for magic, name := range formats {
		if strings.HasPrefix(string(beginning), magic) {
			return guest.Some(name)
		}
	}
	return guest.None[string]()
}

// PictureDecode decodes a file. Of one that is too large only the size is read.
func (plugin) PictureDecode(file []byte) (guest.Own[codec.Picture], error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return guest.Own[codec.Picture]{}, codec.FlawBroken(err.Error())
	}
	if uint64(config.Width)*uint64(config.Height) > uint64(viewer.MaxPixels()) {
		return guest.Own[codec.Picture]{}, codec.FlawTooLarge()
	}
	m, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return guest.Own[codec.Picture]{}, codec.FlawBroken(err.Error())
	}
	pixels := image.NewNRGBA(image.Rect(0, 0, m.Bounds().Dx(), m.Bounds().Dy()))
	draw.Draw(pixels, pixels.Bounds(), m, m.Bounds().Min, draw.Src)
	return guest.Give[codec.Picture](picture{pixels}), nil
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
