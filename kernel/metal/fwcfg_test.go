package metal

import (
	"encoding/binary"
	"testing"
)

// directory is one of files with the given names, whose sizes are 100, 101 and so on, and
// whose numbers begin with 0x20.
func directory(count uint32, names ...string) []byte {
	out := binary.BigEndian.AppendUint32(nil, count)
	for i, name := range names {
		out = binary.BigEndian.AppendUint32(out, uint32(100+i))
		out = binary.BigEndian.AppendUint16(out, uint16(0x20+i))
		out = append(out, 0xff, 0xff)
		var field [configNames]byte
		copy(field[:], name)
		out = append(out, field[:]...)
	}
	return out
}

func TestFindConfigFile(t *testing.T) {
	const name = commandLineFile
	for _, c := range []struct {
		title    string
		data     []byte
		selector uint16
		size     uint32
		ok       bool
		left     int // bytes that are not read
	}{
		{"the only one", directory(1, name), 0x20, 100, true, 0},
		{"the last", directory(3, "bootorder", "etc/acpi/tables", name), 0x22, 102, true, 0},
		{"the first", directory(2, name, "etc/smi"), 0x20, 100, true, 64},
		{"none", directory(0), 0, 0, false, 0},
		{"not there", directory(2, "opt/org.witan/cmdlin", name+"s"), 0, 0, false, 0},
		{"behind the end", directory(1, "bootorder", name), 0, 0, false, 64},
		{"too many", directory(configFiles+1, name), 0, 0, false, 64},
	} {
		t.Run(c.title, func(t *testing.T) {
			data := c.data
			read := func() uint8 {
				b := data[0] // which panics past the end
				data = data[1:]
				return b
			}
			selector, size, ok := findConfigFile(read, name)
			if selector != c.selector || size != c.size || ok != c.ok || len(data) != c.left {
				t.Errorf("number %#x, %d bytes, %v, %d bytes left; want %#x, %d, %v, %d", selector, size, ok, len(data), c.selector, c.size, c.ok, c.left)
			}
		})
	}
}
