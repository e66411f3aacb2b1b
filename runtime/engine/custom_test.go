package engine

import (
	"testing"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/internal/testutil"
	"github.com/witan-os/witan/internal/testwasm"
)

// TestCustomSectionsCostNothing compiles modules whose custom sections claim to be huge. wazero would believe them.
func TestCustomSectionsCostNothing(t *testing.T) {
	const huge = 3 << 30
	long := leb128.AppendUint(nil, huge)
	section := func(contents []byte) []byte {
		return append(append([]byte{0}, leb128.AppendUint(nil, uint64(len(contents)))...), contents...)
	}
	functions := append([]byte("\x04name\x01"), byte(len(long)))
	sections := map[string][]byte{
		"a long name":          section(long),
		"names of many":        section(append(functions, long...)),
		"names of many locals": section(append([]byte("\x04name\x02\x05"), long...)),
	}
	code, empty := testwasm.NewModule(), testwasm.NewModule()
	code.Func("f", "->", "nop")
	empty.Global("g", 1)
	for name, custom := range sections {
		for _, c := range []Config{{}, {Unmetered: true}} {
			e := newEngineWith(t, c)
			for _, m := range []*testwasm.Module{code, empty} {
				var err error
				took := testutil.Allocated(func() {
					var compiled *Code
					if compiled, err = e.Compile(t.Context(), append(m.Bytes(), custom...)); err == nil {
						_ = compiled.Close(t.Context())
					}
				})
				if took > 64<<20 {
					t.Errorf("%s: %d MB for a few bytes (error %v)", name, took>>20, err)
				}
			}
		}
	}
}
