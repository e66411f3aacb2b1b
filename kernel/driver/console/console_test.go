package console

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/device"
	"github.com/witan-os/witan/kernel/driver/screen"
)

func TestFont(t *testing.T) {
	if rows := strings.Count(drawing, "\n\n") + 1; rows != (len(font)+glyphsInRow-1)/glyphsInRow {
		t.Errorf("font.txt has %d rows of characters", rows)
	}
	if ink := strings.Trim(drawing, "O. \n"); ink != "" {
		t.Errorf("font.txt has %q in it", ink)
	}
	seen := map[glyph]rune{unknown: -1}
	for r := rune(firstGlyph); r <= lastGlyph; r++ {
		g := *glyphOf(r)
		if before, ok := seen[g]; ok {
			t.Errorf("%q looks like %q", r, before)
		}
		seen[g] = r
		for y, bits := range g {
			if bits&0x81 != 0 {
				t.Errorf("%q touches the next character in line %d", r, y)
			}
		}
	}
	if *glyphOf('ä') != unknown || *glyphOf(lastGlyph + 1) != unknown {
		t.Error("what the font has not does not show as unknown")
	}
}

// read returns what a screen of text says. What it does not know is a question mark.
func read(t *testing.T, s *screen.Screen, c *Console) string {
	t.Helper()
	var out strings.Builder
	columns, rows := c.Size()
	for row := range rows {
		line := make([]rune, columns)
		for column := range line {
			line[column] = readCell(t, s, uint32(column*CellWidth), uint32(row*CellHeight))
		}
		out.WriteString(strings.TrimRight(string(line), " ") + "\n")
	}
	return strings.TrimRight(out.String(), "\n")
}

func readCell(t *testing.T, s *screen.Screen, x, y uint32) rune {
	t.Helper()
	pixels, err := s.Capture(x, y, CellWidth, CellHeight)
	if err != nil {
		t.Fatal(err)
	}
	var g glyph
	for i := 0; i < len(pixels); i += 4 {
		switch colour := uint32(pixels[i]) | uint32(pixels[i+1])<<8 | uint32(pixels[i+2])<<16; colour {
		case Ink:
			g[i/4/CellWidth] |= 0x80 >> (i / 4 % CellWidth)
		case Paper:
		default:
			t.Fatalf("colour %#x at %d, %d", colour, x, y)
		}
	}
	for r := rune(firstGlyph); r <= lastGlyph; r++ {
		if g == *glyphOf(r) {
			return r
		}
	}
	return '?'
}

func TestText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"words", "Hello, Witan!", "Hello, Witan!"},
		{"lines", "one\ntwo\r\nthree\n", "one\ntwo\nthree"},
		{"overwritten", "abc\rX", "Xbc"},
		{"backspace", "abc\b\bX\b\b\b\bY", "YXc"},
		{"tabs", "\ta\tb", "        a       b"},
		{"tab at the end", strings.Repeat("x", 19) + "\ty", strings.Repeat("x", 19) + "\ny"},
		{"wrapped", strings.Repeat("x", 41) + "y", strings.Repeat("x", 20) + "\n" + strings.Repeat("x", 20) + "\nxy"},
		{"a full line and its end", strings.Repeat("x", 20) + "\ny", strings.Repeat("x", 20) + "\ny"},
		{"scrolled", "1\n2\n3\n4\n5\n6\n7", "3\n4\n5\n6\n7"},
		{"scrolled by wrapping", "1\n2\n3\n4\n" + strings.Repeat("x", 21), "2\n3\n4\n" + strings.Repeat("x", 20) + "\nx"},
		{"colours", "\x1b[1;31mred\x1b[0m \x1b[Kend", "red end"},
		{"other escapes", "\x1bcx\x1b7y", "xy"},
		{"escape without end", "a\x1b[12;", "a"},
		{"silence", "a\x07\x00\x7fb", "ab"},
		{"unknown", "gr\u00fc\u00df \xff", "gr?? ?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole, split := screen.New(20*CellWidth+3, 5*CellHeight+5), screen.New(20*CellWidth+3, 5*CellHeight+5)
			c := New(whole)
			if n, err := c.Write([]byte(test.text)); n != len(test.text) || err != nil {
				t.Fatalf("%d, %v", n, err)
			}
			c.Show()
			if got := read(t, whole, c); got != test.want {
				t.Errorf("the screen says\n%s\nwant\n%s", got, test.want)
			}
			byBytes := New(split)
			for i := range len(test.text) {
				byBytes.Write([]byte{test.text[i]})
			}
			byBytes.Show()
			if got := read(t, split, byBytes); got != test.want {
				t.Errorf("byte by byte the screen says\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestShare lets a program draw, which ends the console's drawing.
func TestShare(t *testing.T) {
	for name, take := range map[string]func(device.Picture){
		"fill": func(p device.Picture) { p.Fill(79, 31, 1, 1, Ink) },
		"draw": func(p device.Picture) {
			if err := p.Draw(79, 31, 1, make([]byte, 4)); err != nil {
				t.Error(err)
			}
		},
	} {
		s := screen.New(80, 32)
		c := New(s)
		picture := c.Share(s)
		c.Write([]byte("kept"))
		if w, h := picture.Size(); w != 80 || h != 32 || !c.Show() {
			t.Errorf("%s: %d × %d", name, w, h)
		}
		take(picture)
		c.Write([]byte("\nlost"))
		if c.Show() {
			t.Errorf("%s: the console still draws", name)
		}
		corner, err := picture.Capture(79, 31, 1, 1)
		if err != nil || bytes.Equal(corner, []byte{Paper & 0xff, Paper >> 8 & 0xff, Paper >> 16, 0}) {
			t.Errorf("%s: the corner is % x, %v", name, corner, err)
		}
		picture.Fill(64, 16, 16, 16, Paper)
		if got := read(t, s, c); got != "kept" {
			t.Errorf("%s: the screen says %q", name, got)
		}
	}
}

// TestRun writes while the console shows.
func TestRun(t *testing.T) {
	s := screen.New(20*CellWidth, 4*CellHeight)
	c := New(s)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		c.Run(ctx, time.Millisecond)
		close(ended)
	}()
	for i := range 100 {
		fmt.Fprintf(c, "line %d\n", i)
	}
	const want = "line 97\nline 98\nline 99"
	for deadline := time.Now().Add(30 * time.Second); read(t, s, c) != want; {
		if time.Now().After(deadline) {
			t.Fatalf("the screen says %q", read(t, s, c))
		}
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-ended
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("a\tb\x1b[31mc\n\xc3\xbc\b\r"), uint16(30), uint16(40))
	f.Fuzz(func(t *testing.T, text []byte, width, height uint16) {
		s := screen.New(int(width%200), int(height%200))
		c := New(s)
		if n, err := c.Write(text); n != len(text) || err != nil {
			t.Errorf("%d of %d, %v", n, len(text), err)
		}
		c.Show()
		columns, rows := c.Size()
		if c.column > columns || c.row >= rows || len(c.lines) != rows {
			t.Errorf("at %d, %d of %d, %d", c.column, c.row, columns, rows)
		}
	})
}
