package component_test

import (
	"strings"
	"testing"

	"github.com/witan-os/witan/runtime/component"
)

func TestDecodeModule(t *testing.T) {
	data := "\x00asm\x01\x00\x00\x00" +
		"\x01\x05\x01\x60\x01\x7f\x00" + // (i32) -> ()
		"\x02\x07\x01\x01a\x01b\x00\x00" + // imported as a.b
		"\x07\x05\x01\x01f\x00\x00" // and exported again
	m, err := component.DecodeModule([]byte(data), component.Released)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Imports) != 1 || m.Imports[0].Module != "a" || m.Imports[0].Name != "b" {
		t.Errorf("imports %v", m.Imports)
	}
	if x, ok := m.Export("f"); !ok || x.Sort != component.SortCoreFunc || x.Func.String() != "(i32) -> ()" {
		t.Errorf("export f is %v, %v", x, ok)
	}
	for _, c := range []struct{ data, want string }{
		{"", "offset 0x0: the file is empty"},
		{"\x00asm\x0d\x00\x01\x00", "offset 0x4: this is a component, where a core module is expected"},
		{"\x00asm\x01\x00\x00\x00\x01\x02\x01\x61", "offset 0xb (core module, type section): "},
		{data[:len(data)-1], "offset 0x19 (core module section): section 7 of the core module has 5 bytes"},
	} {
		m, err := component.DecodeModule([]byte(c.data), component.Released)
		if err == nil || m != nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q gives %v, %v; want an error that begins with %q", c.data, m, err, c.want)
		}
	}
}
