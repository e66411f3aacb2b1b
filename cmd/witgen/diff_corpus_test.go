package main_test

import (
	"bytes"
	"testing"

	"github.com/witan-os/witan/cmd/witgen/internal/cli"
	"github.com/witan-os/witan/internal/corpus"
)

// TestCorpusFits holds the real programs, all of which run here, against the WIT that they run on.
func TestCorpusFits(t *testing.T) {
	for _, p := range corpus.Programs(t) {
		var stdout, stderr bytes.Buffer
		code := cli.Main([]string{"diff", "--against", p.Path(), "--wit", "../../wit", "--world", "wasi:cli/imports@0.2"}, nil, &stdout, &stderr)
		if code != cli.OK {
			t.Errorf("%s: exit code %d\n%s%s", p.Name, code, &stdout, &stderr)
		}
	}
}
