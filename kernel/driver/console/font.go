package console

import (
	_ "embed"
	"strings"
)

// The font was drawn for this package: font.txt shows the characters from space to tilde, sixteen in a row, five
// columns by eight lines each, with an O where there is ink. On the screen each line is drawn twice and each dot two wide,
// which makes strokes of the same weight in both directions.

// A cell is what one character takes on the screen, in pixels.
const (
	CellWidth  = 8
	CellHeight = 16
)

const (
	firstGlyph = ' '
	lastGlyph  = '~'

	drawnWidth  = 5
	drawnHeight = 8
	glyphsInRow = 16
)

//go:embed font.txt
var drawing string

// glyph is a cell, a byte per line. The highest bit is the leftmost pixel.
type glyph [CellHeight]byte

var font = readFont(drawing)

// unknown stands for what the font has not.
var unknown = glyph{2: 0x7e, 3: 0x42, 4: 0x42, 5: 0x42, 6: 0x42, 7: 0x42, 8: 0x42, 9: 0x42, 10: 0x42, 11: 0x42, 12: 0x42, 13: 0x7e}

// glyphOf returns the picture of a character.
func glyphOf(r rune) *glyph {
	if r < firstGlyph || r > lastGlyph {
		return &unknown
	}
	return &font[r-firstGlyph]
}

// readFont makes cells of the drawing.
func readFont(drawing string) (f [lastGlyph - firstGlyph + 1]glyph) {
	lines := strings.Split(drawing, "\n")
	for i := range f {
		top, left := i/glyphsInRow*(drawnHeight+1), i%glyphsInRow*(drawnWidth+1)
		for y := range drawnHeight {
			bits := byte(0)
			for x, dot := range lines[top+y][left : left+drawnWidth] {
				if dot == 'O' {
					bits |= 0x60 >> x
				}
			}
			f[i][2*y], f[i][2*y+1] = bits, bits
		}
	}
	return f
}
