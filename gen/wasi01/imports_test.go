package wasi01

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
)

// TestImports makes components of programs that import some functions, and compares what the component imports then.
func TestImports(t *testing.T) {
	output := []string{"wasi:cli/stderr", "wasi:cli/stdout", "wasi:io/error", "wasi:io/streams"}
	terminals := []string{
		"wasi:cli/terminal-input", "wasi:cli/terminal-output",
		"wasi:cli/terminal-stderr", "wasi:cli/terminal-stdin", "wasi:cli/terminal-stdout",
	}
	tests := []struct {
		name      string
		functions string
		want      []string
	}{
		{"nothing", "", nil},
		{"that needs nothing", "sched_yield sock_send proc_raise", nil},
		{"monotonic and wall clock", "clock_time_get", []string{"wasi:clocks/monotonic-clock", "wasi:clocks/wall-clock"}},
		{"random", "random_get", []string{"wasi:random/random"}},
		{"arguments", "args_get args_sizes_get environ_get environ_sizes_get", []string{"wasi:cli/environment"}},
		{"exit", "proc_exit", []string{"wasi:cli/exit"}},
		{"output", "fd_write", output},
		{
			"what printf needs of a C library", "fd_write fd_close fd_seek fd_fdstat_get proc_exit",
			slices.Concat(output, terminals, []string{"wasi:cli/exit"}),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := testwasm.NewModule()
			for f := range strings.FieldsSeq(tt.functions) {
				m.ImportFunc(Name, f, signatures[f])
			}
			m.Memory("memory", 1)
			m.Func("_start", "->", "")
			c, err := component.Decode(adapted(t, m.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range c.Type.Imports {
				name, _, _ := strings.Cut(i.Name, "@")
				got = append(got, name)
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("imports (-want +got):\n%s", diff)
			}
		})
	}
}
