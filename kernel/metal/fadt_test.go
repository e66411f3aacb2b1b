package metal

import (
	"encoding/binary"
	"testing"
)

// fadt makes a FADT of a length, with ports as QEMU has them.
func fadt(length int, change func(b []byte)) []byte {
	le := binary.LittleEndian
	b := make([]byte, 276)
	le.PutUint32(b[fadtDSDT:], 0x7fe0040)
	le.PutUint32(b[fadtControl:], 0x604)
	le.PutUint32(b[fadtFlags:], fadtHasReset)
	copy(b[fadtReset:], []byte{genericPorts, 8, 0, 1, 0xf9, 0x0c})
	b[fadtResetValue] = 0x0f
	if change != nil {
		change(b)
	}
	return b[:length]
}

func TestFADT(t *testing.T) {
	le := binary.LittleEndian
	for _, row := range []struct {
		name string
		in   []byte
		dsdt uint64
		want powerRegisters
	}{
		{"version 1", fadt(116, nil), 0x7fe0040, powerRegisters{control: [2]uint16{0x604}}},
		{"version 3", fadt(244, nil), 0x7fe0040, powerRegisters{control: [2]uint16{0x604}, resetPort: 0xcf9, resetValue: 0x0f}},
		{
			"wide", fadt(276, func(b []byte) {
				le.PutUint64(b[fadtWideDSDT:], 0x1_0000_0000)
				le.PutUint64(b[fadtControl:], 0)
				copy(b[fadtWideControl:], []byte{genericPorts, 16, 0, 2, 4, 6})
				copy(b[fadtWideControl+genericAddressSize:], []byte{genericPorts, 16, 0, 2, 8, 6})
			}), 0x1_0000_0000, powerRegisters{control: [2]uint16{0x604, 0x608}, resetPort: 0xcf9, resetValue: 0x0f},
		},
		{"registers in memory", fadt(276, func(b []byte) {
			b[fadtReset] = 0
			le.PutUint32(b[fadtControl:], 0)
		}), 0x7fe0040, powerRegisters{}},
		{"ports beyond 16 bits", fadt(276, func(b []byte) {
			b[fadtReset+6] = 1
			b[fadtControl+2] = 1
		}), 0x7fe0040, powerRegisters{}},
		{"no reset", fadt(276, func(b []byte) { b[fadtFlags+1] = 0 }), 0x7fe0040, powerRegisters{control: [2]uint16{0x604}}},
		{"nothing", nil, 0, powerRegisters{}},
	} {
		var got powerRegisters
		if dsdt := parseFADT(row.in, &got); dsdt != row.dsdt || got != row.want {
			t.Errorf("%s: DSDT at %#x, %+v", row.name, dsdt, got)
		}
	}
}

func TestSleepTypes(t *testing.T) {
	for _, row := range []struct {
		name, aml string
		want      [2]uint8
		ok        bool
	}{
		{"zeros", "\x08_S5_\x12\x06\x04\x00\x00\x00\x00", [2]uint8{}, true},
		{"bytes", "\x08_S5_\x12\x08\x04\x0a\x05\x0a\x07\x00\x00", [2]uint8{5, 7}, true},
		{"mixed", "\x08_S5_\x12\x07\x04\x01\x0a\x07\x00\x00", [2]uint8{1, 7}, true},
		{"at the root", "\x08\\_S5_\x12\x06\x04\x00\x01\x00\x00", [2]uint8{0, 1}, true},
		{"length of two bytes", "\x08_S5_\x12\x46\x00\x04\x0a\x03\x01\x00\x00", [2]uint8{3, 1}, true},
		{"mentioned before", "x_S5_\x12\x06\x04\x01\x01\x08_S5_\x12\x06\x04\x00\x0a\x02\x00", [2]uint8{0, 2}, true},
		{"another", "\x08_S4_\x12\x06\x04\x01\x00\x00\x00", [2]uint8{}, false},
		{"no package", "\x08_S5_\x0a\x06", [2]uint8{}, false},
		{"one element", "\x08_S5_\x12\x06\x01\x01\x00\x00\x00", [2]uint8{}, false},
		{"a word", "\x08_S5_\x12\x06\x04\x0b\x05\x00\x00", [2]uint8{}, false},
		{"too large", "\x08_S5_\x12\x08\x04\x0a\x08\x0a\x07", [2]uint8{}, false},
		{"cut in the name", "\x08_S5", [2]uint8{}, false},
		{"cut behind the name", "\x08_S5_", [2]uint8{}, false},
		{"cut in the length", "\x08_S5_\x12\xc6", [2]uint8{}, false},
		{"cut in the numbers", "\x08_S5_\x12\x08\x04\x0a\x05\x0a", [2]uint8{}, false},
	} {
		got := powerRegisters{control: [2]uint16{0x604}}
		parseSleepTypes(append(make([]byte, acpiHeaderSize), row.aml...), &got)
		if got.canTurnOff != row.ok || row.ok && got.sleepType != row.want {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
	var none powerRegisters
	parseSleepTypes(append(make([]byte, acpiHeaderSize), "\x08_S5_\x12\x06\x04\x00\x00\x00\x00"...), &none)
	if none.canTurnOff {
		t.Error("without a register the machine can be turned off")
	}
	parseSleepTypes(nil, &none)
}

func FuzzPowerTables(f *testing.F) {
	f.Add(fadt(276, nil))
	f.Add(append(make([]byte, acpiHeaderSize), "\x08_S5_\x12\x46\x00\x04\x0a\x03\x01\x00\x00"...))
	f.Fuzz(func(t *testing.T, b []byte) {
		var got powerRegisters
		parseFADT(b, &got)
		parseSleepTypes(b, &got)
		if got.canTurnOff && (got.control[0] == 0 || got.sleepType[0] > 7 || got.sleepType[1] > 7) {
			t.Errorf("%+v", got)
		}
	})
}
