// Package console shows text on a screen, as a terminal does: lines that wrap, and scroll away at the top. It takes
// what programs write for a serial line, and so knows what they use there: line ends, tabs, backspace; escape
// sequences are left out.
//
// Writing changes the text only. Drawing takes thousands of times as long, and who writes must not wait for it; so the
// text is shown when somebody says so, or by [Console.Run] every now and then.
package console

import (
	"context"
	"slices"
	"sync"
	"time"
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
}

// A Console is a writer of text. Any number of goroutines may use it.
type Console struct {
	changed chan struct{} // has a token when there is text that does not show

	mu            sync.Mutex
	columns, rows int
	lines         [][]rune // of columns characters each
	column, row   int
	escape        escapeState
	partial       []byte // of a character that a write has ended in

	drawing sync.Mutex // is taken before mu
	on      Surface    // nil once it is somebody else's
	shown   [][]rune   // the lines as they were drawn
	pixels  []byte     // of one line
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
	c := &Console{
		changed: make(chan struct{}, 1), on: on,
		columns: max(width/CellWidth, 1), rows: max(height/CellHeight, 1),
	}
	c.pixels = make([]byte, c.columns*CellWidth*CellHeight*4)
	for range c.rows {
		c.lines, c.shown = append(c.lines, c.blank()), append(c.shown, c.blank())
	}
	on.Fill(0, 0, uint32(width), uint32(height), Paper)
	return c
}

// Size returns the number of characters in a line, and of lines.
func (c *Console) Size() (columns, rows int) { return c.columns, c.rows }

// Write adds text, which is UTF-8. It does not fail.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := p
	if len(c.partial) > 0 {
		text = append(c.partial, p...)
		c.partial = nil
	}
	for len(text) > 0 {
		if !utf8.FullRune(text) {
			c.partial = slices.Clone(text)
			break
		}
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		c.put(r)
	}
	select {
	case c.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Run shows what is written, every so often at most, until the context ends or the surface is given away.
func (c *Console) Run(ctx context.Context, every time.Duration) {
	for c.Show() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		select {
		case <-ctx.Done():
			return
		case <-c.changed:
		}
	}
}

// Show draws the lines that have changed. It reports false when the surface has been given away.
func (c *Console) Show() bool {
	c.drawing.Lock()
	defer c.drawing.Unlock()
	if c.on == nil {
		return false
	}
	for row := range c.rows {
		if c.takeLine(row) {
			c.draw(row)
		}
	}
	return true
}

// GiveAway ends the drawing. The picture stays as it is, and is somebody else's.
func (c *Console) GiveAway() {
	c.drawing.Lock()
	defer c.drawing.Unlock()
	c.on = nil
}

// takeLine copies a line if it does not show as it is.
func (c *Console) takeLine(row int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Equal(c.lines[row], c.shown[row]) {
		return false
	}
	copy(c.shown[row], c.lines[row])
	return true
}

// draw draws a line.
func (c *Console) draw(row int) {
	for column, r := range c.shown[row] {
		for y, bits := range glyphOf(r) {
			at := (y*c.columns + column) * CellWidth * 4
			for x := range CellWidth {
				colour := uint32(Paper)
				if bits>>(CellWidth-1-x)&1 != 0 {
					colour = Ink
				}
				p := c.pixels[at+4*x : at+4*x+3]
				p[0], p[1], p[2] = byte(colour), byte(colour>>8), byte(colour>>16)
			}
		}
	}
	// The rows are whole, so drawing cannot fail.
	_ = c.on.Draw(0, uint32(row*CellHeight), uint32(c.columns*CellWidth), c.pixels)
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

// cell puts a character into the line and goes on to the next place.
func (c *Console) cell(r rune) {
	c.lines[c.row][c.column] = r
	c.column++
}

// newLine begins another line, at the bottom by scrolling.
func (c *Console) newLine() {
	c.column = 0
	if c.row < c.rows-1 {
		c.row++
		return
	}
	first := c.lines[0]
	copy(c.lines, c.lines[1:])
	c.lines[c.rows-1] = first
	for i := range first {
		first[i] = ' '
	}
}

func (c *Console) blank() []rune {
	line := make([]rune, c.columns)
	for i := range line {
		line[i] = ' '
	}
	return line
}
