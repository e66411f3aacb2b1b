package main

import (
	"strings"
	"testing"

	"outsider.test/app/gen/test/guest/v1/files"
)

// TestMeasure runs where there is no host.
func TestMeasure(t *testing.T) {
	sizes := map[*files.File]uint32{}
	files.Fake.NewFile = func(name string) *files.File {
		f := new(files.File)
		sizes[f] = uint32(len(name))
		return f
	}
	files.Fake.FileSize = func(f *files.File) uint32 { return sizes[f] }
	if got := measure("four"); got != 4 {
		t.Errorf("the size is %d", got)
	}
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "test:guest/calls@1.2.0#of-strings can be called only inside of a component") {
			t.Errorf("it panics with %q", text)
		}
	}()
	check("without a fake")
}
