package console

import "github.com/witan-os/witan/kernel/device"

// Share returns a picture for programs that is the console's surface, too: the console draws until the first program
// does, and then gives it away.
func (c *Console) Share(p device.Picture) device.Picture { return shared{p, c} }

type shared struct {
	device.Picture
	console *Console
}

// Fill takes the picture and fills a rectangle.
func (s shared) Fill(x, y, width, height, pixel uint32) {
	s.console.GiveAway()
	s.Picture.Fill(x, y, width, height, pixel)
}

// Draw takes the picture and draws a rectangle.
func (s shared) Draw(x, y, width uint32, pixels []byte) error {
	s.console.GiveAway()
	return s.Picture.Draw(x, y, width, pixels)
}
