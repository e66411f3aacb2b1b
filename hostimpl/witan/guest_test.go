package witan_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/witan-os/witan/hostimpl/witan"
	"github.com/witan-os/witan/hostimpl/witan/log"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

//go:generate go tool witgen generate --wit testdata/speak/wit --guest c --world speak --out testdata/speak/guest/generated
//go:generate go tool witgen build ./testdata/speak/guest -o testdata/speak/speak.wasm

// TestGuest runs a component that uses all of witan:kernel; its source is in testdata/speak.
func TestGuest(t *testing.T) {
	wasm, err := os.ReadFile("testdata/speak/speak.wasm")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "speak", wasm)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer // read once the process has ended
	p := &glue.Process{ID: 0x1_0000_002a, Name: "speak", Started: time.Now()}
	imports, err := witan.New(log.New(&got, log.Warn)).Provide(p)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{Imports: imports})
	if err != nil {
		t.Fatal(err)
	}
	var exit *vm.Exit
	if _, err := i.Call(ctx, "", "speak"); !errors.As(err, &exit) || exit.Code != 0x2a {
		t.Errorf("the program ended with %v, want code %d", err, 0x2a)
	}
	p.Close()
	want := regexp.MustCompile(`\A\S+Z warn  speak\[4294967338\] speak: two\\nlines \\x1b\[31mand a colour
\S+Z error speak\[4294967338\] speak: two\\nlines \\x1b\[31mand a colour
\z`)
	if !want.Match(got.Bytes()) {
		t.Errorf("the log has\n%s", got.Bytes())
	}
}
