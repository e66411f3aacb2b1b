package wasi01

import (
	"testing"

	"github.com/witan-os/witan/gen/bare"
)

func TestCompile(t *testing.T) {
	for _, tags := range [][]string{nil, {"without_files"}, {"plain_exit"}, {"without_files", "plain_exit"}} {
		m, err := compile("adapter", bare.Own(2), tags...)
		if err != nil {
			t.Fatal(tags, err)
		}
		t.Log(tags, len(m))
	}
	w, err := compile("window", bare.Imported("env", "memory"))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(w))
}
