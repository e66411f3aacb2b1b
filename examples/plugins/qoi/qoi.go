package main

import (
	"encoding/binary"
	"errors"
	"image"
)

// This file decodes QOI, the "quite OK image format" (https://qoiformat.org): a header and then pieces, each of which
// says by its first byte how the next pixels follow from those before.

const (
	qoiMagic  = "qoif"
	qoiHeader = 14 // bytes: the magic, width, height, and two about colours that change nothing here

	// The first bytes of pieces. Those of which just two bits count are told apart by these.
	qoiRGB   = 0xfe
	qoiRGBA  = 0xff
	qoiIndex = 0 // a pixel of the palette
	qoiDiff  = 1 // a small difference to the last pixel
	qoiLuma  = 2 // a larger one, in two bytes
	// what is left repeats the last pixel
)

var errShort = errors.New("the file ends too early")

// qoiSize reads the size from a file that begins like one of QOI.
func qoiSize(file []byte) (width, height uint32, err error) {
	if len(file) < qoiHeader {
		return 0, 0, errShort
	}
	return binary.BigEndian.Uint32(file[4:]), binary.BigEndian.Uint32(file[8:]), nil
}

type pixel struct{ r, g, b, a uint8 }

// slot is where a pixel is in the palette.
func (p pixel) slot() int {
	return (int(p.r)*3 + int(p.g)*5 + int(p.b)*7 + int(p.a)*11) % 64
}

// decodeQOI decodes a file whose size is known to be one that there is memory for.
func decodeQOI(file []byte, width, height int) (*image.NRGBA, error) {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	rest := file[qoiHeader:]
	var palette [64]pixel
	p := pixel{a: 255}
	run := 0 // how often the pixel is still to be repeated
	for at := 0; at < len(m.Pix); at += 4 {
		if run > 0 {
			run--
		} else {
			var n int
			if p, run, n = next(rest, p, &palette); n == 0 {
				return nil, errShort
			}
			rest = rest[n:]
			palette[p.slot()] = p
		}
		m.Pix[at], m.Pix[at+1], m.Pix[at+2], m.Pix[at+3] = p.r, p.g, p.b, p.a
	}
	return m, nil
}

// next reads a piece of n bytes, 0 if it is cut off: the next pixel after p, and how often it comes again.
func next(piece []byte, p pixel, palette *[64]pixel) (_ pixel, run, n int) {
	if len(piece) == 0 {
		return p, 0, 0
	}
	tag, low := piece[0], piece[0]&63
	switch {
	case tag == qoiRGB && len(piece) >= 4:
		return pixel{piece[1], piece[2], piece[3], p.a}, 0, 4
	case tag == qoiRGBA && len(piece) >= 5:
		return pixel{piece[1], piece[2], piece[3], piece[4]}, 0, 5
	case tag == qoiRGB, tag == qoiRGBA:
		return p, 0, 0
	}
	switch tag >> 6 {
	case qoiIndex:
		return palette[low], 0, 1
	case qoiDiff:
		return pixel{p.r + low>>4 - 2, p.g + low>>2&3 - 2, p.b + low&3 - 2, p.a}, 0, 1
	case qoiLuma:
		if len(piece) < 2 {
			return p, 0, 0
		}
		green := low - 32
		return pixel{p.r + green + piece[1]>>4 - 8, p.g + green, p.b + green + piece[1]&15 - 8, p.a}, 0, 2
	}
	return p, int(low), 1
}
