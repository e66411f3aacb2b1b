package main

import (
	"context"
	_ "embed"
	"os"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/greet/generated/demo/greet/v0.1/greeting"
	"github.com/witan-os/witan/examples/internal/tool"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/runtime/vm"
)

//go:embed greet.wasm
var guest []byte

// TestGreet runs the guest in C, and the one in Go that is for the same world, against the house without a kernel:
// components in a Go program like any other.
func TestGreet(t *testing.T) {
	t.Run("C", func(t *testing.T) { testGreet(t, guest) })
	t.Run("Go", func(t *testing.T) {
		wasm, err := os.ReadFile(tool.Build(t, "./goguest"))
		if err != nil {
			t.Fatal(err)
		}
		testGreet(t, wasm)
	})
}

func testGreet(t *testing.T, guest []byte) {
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{CacheDir: kernel.HostCache()})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "greet", guest)
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse()
	imports, err := greeting.World{Visitors: h}.Provide(nil)
	if err != nil {
		t.Fatal(err)
	}
	// The Go runtime in a guest needs WASI; the guest in C is not given any more than it asks for.
	inst, err := c.Instantiate(ctx, vm.Options{Imports: imports, Host: wasi.Default()})
	if err != nil {
		t.Fatal(err)
	}
	defer inst.Close(ctx)
	client, err := greeting.Bind(inst.Instance)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, want, fail string }{
		{"Ada", "you are the first", ""},
		{"Grace", "below that of Ada", ""},
		{"Ada", "2 times", ""},
		{"Zoë 🌍", "Zoë 🌍", ""},
		{"", "", "empty name"},
		{strings.Repeat("x", columnWidth), "Hello x", ""},
		{strings.Repeat("x", columnWidth+1), "", "40"},
	} {
		got, err := client.Greeter.Greet(ctx, c.name)
		switch {
		case c.fail != "":
			if err == nil || !strings.Contains(err.Error(), c.fail) {
				t.Errorf("Greet(%q) = %q, %v, want the error …%s…", c.name, got, err, c.fail)
			}
		case err != nil || !strings.Contains(got, c.want):
			t.Errorf("Greet(%q) = %q, %v, want …%s…", c.name, got, err, c.want)
		}
	}
	if len(h.books) != 1 {
		t.Errorf("the house has %d books, want the one that the guest keeps", len(h.books))
	}
}
