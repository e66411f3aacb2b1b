package main

import (
	"bytes"
	"errors"
	"testing"
)

// header is that of a picture of 3 × 2 pixels.
const header = "qoif\x00\x00\x00\x03\x00\x00\x00\x02\x04\x00"

func TestQOI(t *testing.T) {
	file := []byte(header +
		"\xfe\x0a\x14\x1e" + // a colour
		"\x7b" + // its red one more, its green as it is, its blue one more
		"\xa3\x79" + // green three more, red and blue by a difference to that
		"\xff\x01\x02\x03\x04" + // with transparency
		"\xc1") // twice more
	want := []byte{
		10, 20, 30, 255, 11, 20, 31, 255, 13, 23, 35, 255,
		1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4,
	}
	width, height, err := qoiSize(file)
	if err != nil || width != 3 || height != 2 {
		t.Fatalf("got %d × %d, %v", width, height, err)
	}
	m, err := decodeQOI(file, 3, 2)
	if err != nil || !bytes.Equal(m.Pix, want) {
		t.Errorf("got %v, %v, want %v", m, err, want)
	}
	// A pixel of the palette: the colour of the first piece has the place (10*3 + 20*5 + 30*7 + 255*11) % 64 = 9.
	again, err := decodeQOI([]byte(header+"\xfe\x0a\x14\x1e\x7b\x09\xc2"), 3, 2)
	if err != nil || !bytes.Equal(again.Pix[8:12], want[:4]) {
		t.Errorf("got %v, %v, want %v at 8", again, err, want[:4])
	}
	for n := range len(file) {
		if n < qoiHeader {
			if _, _, err := qoiSize(file[:n]); !errors.Is(err, errShort) {
				t.Errorf("the first %d bytes have a size: %v", n, err)
			}
			continue
		}
		if _, err := decodeQOI(file[:n], 3, 2); !errors.Is(err, errShort) {
			t.Errorf("the first %d bytes are a picture: %v", n, err)
		}
	}
}
