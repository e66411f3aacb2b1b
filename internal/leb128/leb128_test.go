package leb128

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"
)

func TestUint32(t *testing.T) {
	for _, c := range []struct {
		in   []byte
		want uint32
		n    int
		err  error
	}{
		{[]byte{0}, 0, 1, nil},
		{[]byte{0x7f, 0xff}, 127, 1, nil},
		{[]byte{0x80, 0x01}, 128, 2, nil},
		{[]byte{0x83, 0x80, 0x80, 0x80, 0x00}, 3, 5, nil},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, math.MaxUint32, 5, nil},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x1f}, 0, 0, ErrTooLarge},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 0, 0, ErrTooLong},
		{[]byte{0x80, 0x80}, 0, 0, ErrTruncated},
		{nil, 0, 0, ErrTruncated},
	} {
		v, n, err := Uint32(c.in)
		if !errors.Is(err, c.err) || err == nil && (v != c.want || n != c.n) {
			t.Errorf("Uint32(%x) = %d, %d, %v; want %d, %d, %v", c.in, v, n, err, c.want, c.n, c.err)
		}
	}
}

func TestUint64(t *testing.T) {
	for _, want := range []uint64{0, 1, 127, 128, 1 << 32, math.MaxUint64} {
		b := AppendUint(nil, want)
		if std := binary.AppendUvarint(nil, want); string(b) != string(std) {
			t.Errorf("AppendUint(%d) = %x, want %x", want, b, std)
		}
		v, n, err := Uint64(append(b, 0xaa))
		if err != nil || v != want || n != len(b) {
			t.Errorf("Uint64(%x) = %d, %d, %v", b, v, n, err)
		}
	}
	if _, _, err := Uint64([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a 65-bit integer gives %v", err)
	}
}

func TestInt33(t *testing.T) {
	for _, c := range []struct {
		in   []byte
		want int64
		err  error
	}{
		{[]byte{0x7f}, -1, nil},
		{[]byte{0x40}, -64, nil},
		{[]byte{0x3f}, 63, nil},
		{[]byte{0xc0, 0x00}, 64, nil},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, math.MaxUint32, nil},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x70}, -1 << 32, nil},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x1f}, 0, ErrTooLarge},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x60}, 0, ErrTooLarge},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 0, ErrTooLong},
		{[]byte{0xff}, 0, ErrTruncated},
	} {
		v, _, err := Int33(c.in)
		if !errors.Is(err, c.err) || v != c.want {
			t.Errorf("Int33(%x) = %d, %v; want %d, %v", c.in, v, err, c.want, c.err)
		}
	}
}

func TestAppendInt(t *testing.T) {
	for _, c := range []struct {
		v    int64
		want string
	}{
		{0, "\x00"},
		{63, "\x3f"},
		{64, "\xc0\x00"},
		{-1, "\x7f"},
		{-64, "\x40"},
		{-65, "\xbf\x7f"},
		{math.MinInt32, "\x80\x80\x80\x80\x78"},
		{math.MaxInt64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00"},
		{math.MinInt64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f"},
	} {
		b := AppendInt([]byte{0xaa}, c.v)
		if string(b) != "\xaa"+c.want {
			t.Errorf("AppendInt(%d) = %x, want aa%x", c.v, b, c.want)
		}
		v, n, err := signed(b[1:], 64)
		if err != nil || v != c.v || n != len(c.want) {
			t.Errorf("%d is read as %d, %d, %v", c.v, v, n, err)
		}
	}
}
