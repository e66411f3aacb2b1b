package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/examples/internal/tool"
	"github.com/witan-os/witan/generated/wasi/http/v0.2/incominghandler"
	"github.com/witan-os/witan/generated/wasi/http/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi"
	"github.com/witan-os/witan/kernel"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// TestComponent has the component answer the same requests as the application did natively, from a host that has just
// what these need.
func TestComponent(t *testing.T) {
	ctx := context.Background()
	wasm, err := os.ReadFile(tool.Build(t, "."))
	if err != nil {
		t.Fatal(err)
	}
	v, err := vm.New(ctx, vm.Config{CacheDir: kernel.HostCache()})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, "http-handler", wasm)
	if err != nil {
		t.Fatal(err)
	}
	var imports, exports []string
	for _, i := range c.Decoded().Type.Imports {
		imports = append(imports, i.Name)
	}
	for _, e := range c.Decoded().Type.Exports {
		exports = append(exports, e.Name)
	}
	if !slices.Equal(exports, []string{"wasi:http/incoming-handler@0.2.12"}) {
		t.Errorf("it exports %q", exports)
	}
	if !slices.Contains(imports, "wasi:http/types@0.2.12") || slices.Contains(imports, "wasi:http/outgoing-handler@0.2.12") {
		t.Errorf("it imports %q: want what it uses of the world, and no more", imports)
	}
	if i := slices.IndexFunc(imports, func(name string) bool { return !strings.HasPrefix(name, "wasi:") }); i >= 0 {
		t.Errorf("it imports %s, which a host of HTTP does not have", imports[i])
	}

	i, err := c.Instantiate(ctx, vm.Options{
		Imports: types.Provide(host{}), Host: wasi.Default(), Process: &vm.Process{Stderr: os.Stderr},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close(ctx)
	client, err := incominghandler.Bind(i.Instance)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // one instance answers many requests
		for _, e := range exchanges {
			var a answer
			err := client.Handle(ctx, glue.Give[types.IncomingRequest](receivedRequest{exchange: e}), glue.Give[types.ResponseOutparam](&a))
			if err != nil {
				t.Fatalf("%s %s: %v", e.method, e.target, err)
			}
			if !a.finished {
				t.Errorf("%s %s: the body has no end", e.method, e.target)
			}
			e.check(t, int(a.status), a.header.values, a.body.String())
		}
	}
}
