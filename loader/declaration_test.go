package loader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// declarationBytes is a declaration as it lies in memory, with words as its last seven fields.
func declarationBytes(words ...uint64) []byte {
	p := binary.LittleEndian.AppendUint64(nil, markLow)
	p = binary.LittleEndian.AppendUint64(p, markHigh)
	for _, w := range words {
		p = binary.LittleEndian.AppendUint64(p, w)
	}
	return p
}

func TestFindDeclaration(t *testing.T) {
	whole := declarationBytes(2, 0x40_1000, 65536, 4, 1<<25, 1<<24, 1<<39)
	call := []byte("…github.com/witan-os/witan/loader.(*Declaration).Run…")
	padded := append(make([]byte, 24), whole...)
	for _, c := range []struct {
		name string
		file []byte
		data [][]byte
		want *Found
		err  error
	}{
		{"none", nil, [][]byte{make([]byte, 100), nil}, nil, nil},
		{"one", call, [][]byte{make([]byte, 100), padded}, &Found{2, Options{65536, 4, 1 << 25, 1 << 24, 1 << 39}}, nil},
		{"not where a variable can be", nil, [][]byte{append([]byte{0}, whole...)}, nil, nil},
		{"a mark at the end", nil, [][]byte{whole[:71]}, nil, nil},
		{"a mark within one that is no variable", nil, [][]byte{append([]byte{1, 2, 3}, append(whole, padded...)...)}, nil, nil},
		{"two", call, [][]byte{padded, whole}, nil, ErrSeveral},
		{"two in one segment", call, [][]byte{bytes.Repeat(whole, 2)}, nil, ErrSeveral},
		{"one that code fills in", call, [][]byte{make([]byte, 100)}, nil, ErrHidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := FindDeclaration(c.file, c.data)
			if !errors.Is(err, c.err) || (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
				t.Errorf("%+v, %v; want %+v, %v", got, err, c.want, c.err)
			}
		})
	}
}

// TestRun runs a declaration under an ordinary kernel.
func TestRun(t *testing.T) {
	var got *BootInfo
	entry := Entry(func(info *BootInfo) { got = info }, Options{})
	entry.Run()
	if got == nil || *got != (BootInfo{}) {
		t.Errorf("called with %+v", got)
	}
}
