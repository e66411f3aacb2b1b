// Package console shows text on a screen, as a terminal does: lines that wrap, and scroll away at the top. It takes
// what programs write for a serial line, and so knows what they use there: line ends, tabs, backspace; escape
// sequences are left out.
package console

import (
	"sync"
	"unicode/utf8"
)

// Colours of the text and behind it, as 0xRRGGBB.
const (
	Ink   = 0xd8d8d8
	Paper = 0x101418
)

const tabWidth = 8

// A Surface is what a console draws on.
type Surface interface {
	// Size returns width and height in pixels.
	Size() (width, height int)
	// Fill gives a rectangle one colour.
	Fill(x, y, width, height, pixel uint32)
	// Draw copies rows of pixels, four bytes each: blue, green, red, and one that does not matter.
	Draw(x, y, width uint32, pixels []byte) error
	// Scroll moves all up by so many lines of pixels.
	Scroll(lines int)
}

// A Console is a writer of text. Any number of goroutines may write.
type Console struct {
	mu            sync.Mutex
	on            Surface
	columns, rows int
	column, row   int
	escape        escapeState
	partial       []byte // of a character that a write has ended in
	detached      bool

	pixels []byte // of one line of cells, for drawing
	dirty  bool   // the line has cells that do not show yet
}

// escapeState says which part of an escape sequence was read last.
type escapeState uint8

const (
	noEscape     escapeState = iota
	escapeBegun              // ESC
	escapeInside             // ESC [ and parameters
)

// New makes a console that fills a surface.
func New(on Surface) *Console {
	width, height := on.Size()
	c := &Console{on: on, columns: max(width/CellWidth, 1), rows: max(height/CellHeight, 1)}
	c.pixels = make([]byte, c.columns*CellWidth*CellHeight*4)
	on.Fill(0, 0, uint32(width), uint32(height), Paper)
	c.clearLine()
	return c
}

// Size returns the number of characters in a line, and of lines.
func (c *Console) Size() (columns, rows int) { return c.columns, c.rows }

// Detach ends the drawing: from here on what is written is left out. The picture stays as it is, and is somebody else's.
func (c *Console) Detach() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.detached = true
}

// Write shows text, which is UTF-8. It does not fail.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.detached {
		return len(p), nil
	}
	text := p
	if len(c.partial) > 0 {
		text = append(c.partial, p...)
		c.partial = nil
	}
	for len(text) > 0 {
		if !utf8.FullRune(text) {
			c.partial = append([]byte(nil), text...)
			break
		}
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		c.put(r)
	}
	c.showLine()
	return len(p), nil
}

// put takes one character.
func (c *Console) put(r rune) {
	switch c.escape {
	case escapeBegun:
		c.escape = noEscape
		if r == '[' {
			c.escape = escapeInside
		}
		return
	case escapeInside:
		if r >= '@' && r <= '~' {
			c.escape = noEscape
		}
		return
	}
	switch r {
	case '\n':
		c.newLine()
	case '\r':
		c.column = 0
	case '\b':
		c.column = max(c.column-1, 0)
	case '\t':
		for next := (c.column/tabWidth + 1) * tabWidth; c.column < min(next, c.columns); {
			c.cell(' ')
		}
	case 0x1b:
		c.escape = escapeBegun
	default:
		if r < firstGlyph || r == 0x7f {
			return // bell, and others that show nothing
		}
		if c.column == c.columns {
			c.newLine()
		}
		c.cell(r)
	}
}

// cell draws a character into the line and goes on to the next place.
func (c *Console) cell(r rune) {
	g := glyphOf(r)
	for y, bits := range g {
		at := (y*c.columns + c.column) * CellWidth * 4
		for x := range CellWidth {
			colour := uint32(Paper)
			if bits>>(CellWidth-1-x)&1 != 0 {
				colour = Ink
			}
			p := c.pixels[at+4*x:]
			p[0], p[1], p[2], p[3] = byte(colour), byte(colour>>8), byte(colour>>16), 0
		}
	}
	c.column++
	c.dirty = true
}

// newLine shows the line and begins another one, at the bottom by scrolling.
func (c *Console) newLine() {
	c.showLine()
	c.column = 0
	if c.row == c.rows-1 {
		c.on.Scroll(CellHeight)
		c.clearLine()
		c.dirty = true
		c.showLine()
		return
	}
	c.row++
	c.clearLine()
}

// clearLine makes the line blank. It does not show yet.
func (c *Console) clearLine() {
	for i := 0; i < len(c.pixels); i += 4 {
		c.pixels[i], c.pixels[i+1], c.pixels[i+2] = Paper&0xff, Paper>>8&0xff, Paper>>16
	}
}

// showLine draws the line if it has changed.
func (c *Console) showLine() {
	if !c.dirty {
		return
	}
	c.dirty = false
	// The rows are whole, so drawing cannot fail.
	_ = c.on.Draw(0, uint32(c.row*CellHeight), uint32(c.columns*CellWidth), c.pixels)
}
