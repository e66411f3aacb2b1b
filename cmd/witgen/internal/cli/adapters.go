package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/witan-os/witan/runtime/vm"
)

// printAdapters writes how the components inside of a component call each other, with the text of each adapter.
func printAdapters(ctx context.Context, w io.Writer, name string, wasm []byte) error {
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		return err
	}
	defer v.Close(ctx)
	c, err := v.Compile(ctx, name, wasm)
	if err != nil {
		return err
	}
	edges, err := c.Rehearse(ctx)
	if err != nil {
		return fmt.Errorf("linking it without its host: %w", err)
	}
	for i, e := range edges {
		fmt.Fprintf(w, "edge %d %q: %s", i, e.Function, e.Crossing)
		switch {
		case e.Why != nil:
			fmt.Fprintf(w, ", because %v", e.Why)
		case e.Adapter != nil:
			fmt.Fprintf(w, ", %d bytes", len(e.Adapter.Wasm))
		}
		fmt.Fprintln(w)
		if e.Adapter == nil {
			continue
		}
		for line := range strings.Lines(e.Adapter.Text()) {
			fmt.Fprint(w, "  ", line)
		}
	}
	return nil
}
