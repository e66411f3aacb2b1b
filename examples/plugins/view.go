package main

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/witan-os/witan/examples/plugins/generated/demo/pictures/v0.1/codec"
)

// This file turns pictures into text. Whatever a plugin says is checked before anything is done with it.

const (
	columns = 32
	// A character is about twice as high as wide.
	aspect = 2
	// shades are characters from dark to bright.
	shades = " .:-=+*#%@"
	// headSize is how much of a file a plugin gets to see to recognize it.
	headSize = 64
	// How many bytes are shown of a format's name, and of what went wrong in a plugin.
	maxName    = 32
	maxApology = 1000
)

// view has a plugin decode a file and returns a line about the picture, and the picture.
func view(ctx context.Context, c *codec.Client, file []byte) (string, error) {
	found, err := c.Recognize(ctx, file[:min(len(file), headSize)])
	if err != nil {
		return "", err
	}
	format, ok := found.Get()
	if !ok {
		return "", errForeign
	}
	format = printable(format, maxName)
	decoded, err := c.PictureDecode(ctx, file)
	if err != nil {
		return "", err
	}
	defer decoded.Drop(ctx)
	p := decoded.Value()
	size, err := p.Size(ctx)
	if err != nil {
		return "", err
	}
	if size.Width == 0 || size.Height == 0 || uint64(size.Width)*uint64(size.Height) > maxPixels {
		return "", fmt.Errorf("it says that the picture has %d × %d pixels", size.Width, size.Height)
	}
	text := fmt.Sprintf("%s, %d × %d\n", format, size.Width, size.Height)
	return draw(ctx, text, p, size)
}

// draw appends the picture to a text: of each field that becomes a character, one pixel.
func draw(ctx context.Context, text string, p codec.Picture, size codec.Size) (string, error) {
	step := max(1, size.Width/columns)
	var b strings.Builder
	b.WriteString(text)
	var row []byte
	for y := step / 2; y < size.Height; y += step * aspect {
		var err error
		if row, err = p.Row(ctx, y, row[:0]); err != nil {
			return "", err
		}
		if uint64(len(row)) != 4*uint64(size.Width) {
			return "", fmt.Errorf("row %d has %d bytes, want %d", y, len(row), 4*uint64(size.Width))
		}
		for x := step / 2; x < size.Width; x += step {
			b.WriteByte(shade(row[4*x:][:4]))
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// shade is the character for a pixel on a black ground.
func shade(rgba []byte) byte {
	r, g, b, a := int(rgba[0]), int(rgba[1]), int(rgba[2]), int(rgba[3])
	luma := (299*r + 587*g + 114*b) / 1000 * a / 255
	return shades[luma*(len(shades)-1)/255]
}

// printable is what a plugin says as one line, without what a terminal would take for orders, and cut to a number of
// bytes.
func printable(text string, limit int) string {
	text = text[:min(len(text), limit)]
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return ' '
		case unicode.IsPrint(r) && r != unicode.ReplacementChar:
			return r
		}
		return '?'
	}, text)
}
