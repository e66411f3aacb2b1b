package corename

import (
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/component"
)

func TestParseImport(t *testing.T) {
	const iface = "wasi:io/streams@0.2.0"
	builtin := func(op component.BuiltinOp, i Import) Import {
		i.Op, i.Builtin = op, true
		return i
	}
	for _, c := range []struct {
		module, name string
		want         Import
	}{
		{iface, "[method]input-stream.read", Import{Interface: iface, Name: "[method]input-stream.read"}},
		{iface, "[async-lower]f", Import{Interface: iface, Name: "f", Async: true}},
		{iface, "[resource-drop]r", builtin(component.ResourceDrop, Import{Interface: iface, Name: "r"})},
		{"plain-name", "f", Import{Interface: "plain-name", Name: "f"}},
		{"$root", "f", Import{Name: "f"}},
		{"$root", "[backpressure-inc]", builtin(component.BackpressureInc, Import{})},
		{"$root", "[cancellable][waitable-set-wait]", builtin(component.WaitableSetWait, Import{Cancellable: true})},
		{"$root", "[async-lower][subtask-cancel]", builtin(component.SubtaskCancel, Import{Async: true})},
		{"$root", "[context-get-1]", builtin(component.ContextGet, Import{Slot: 1, SlotType: component.CoreI32})},
		{"$root", "[context-set-i64-0]", builtin(component.ContextSet, Import{SlotType: component.CoreI64})},
		{"$root", "[error-context-new-utf16]", builtin(component.ErrorContextNew, Import{Encoding: abi.UTF16})},
		{"$root", "[error-context-debug-message-latin1+utf16]", builtin(component.ErrorContextDebugMessage, Import{Encoding: abi.Latin1OrUTF16})},
		{"[export]$root", "[task-return]f", builtin(component.TaskReturn, Import{Exported: true, Name: "f"})},
		{"[export]$root", "[task-cancel]", builtin(component.TaskCancel, Import{Exported: true})},
		{"[export]" + iface, "[resource-new]r", builtin(component.ResourceNew, Import{Exported: true, Interface: iface, Name: "r"})},
		{iface, "[stream-new-0]f", builtin(component.StreamNew, Import{Interface: iface, Name: "f"})},
		{iface, "[async-lower][stream-cancel-read-2]f", builtin(component.StreamCancelRead, Import{Interface: iface, Name: "f", Async: true, Payload: 2})},
		{iface, "[future-drop-writable-unit]", builtin(component.FutureDropWritable, Import{Interface: iface, Payload: Unit})},
		{"cm32p2", "f", Import{Name: "f"}},
		{"cm32p2-x", "f", Import{Interface: "cm32p2-x", Name: "f"}},
		{"cm32p2|wasi:io/streams@0.2", "[method]r.f", Import{Interface: "wasi:io/streams@0.2", Name: "[method]r.f"}},
		{"cm32p2|wasi:io/streams@0.2", "r_drop", builtin(component.ResourceDrop, Import{Interface: "wasi:io/streams@0.2", Name: "r"})},
		{"cm32p2|_ex_wasi:io/streams@0.2", "r_new", builtin(component.ResourceNew, Import{Interface: "wasi:io/streams@0.2", Exported: true, Name: "r"})},
		{"cm32p2|_ex_wasi:io/streams@0.2", "r_rep", builtin(component.ResourceRep, Import{Interface: "wasi:io/streams@0.2", Exported: true, Name: "r"})},

		// What is almost the name of a built-in is that of a function which nobody has.
		{"$root", "[stream-new-]f", Import{Name: "[stream-new-]f"}},
		{"$root", "[stream-new--1]f", Import{Name: "[stream-new--1]f"}},
		{"$root", "[stream-new-99999]f", Import{Name: "[stream-new-99999]f"}},
		{"[export]$root", "[task-cancel]f", Import{Exported: true, Name: "[task-cancel]f"}},
		{"$root", "[resource-drop]", Import{Name: "[resource-drop]"}},
		{"$root", "[context-get-x]", Import{Name: "[context-get-x]"}},
		{"$root", "[context-get-0]f", Import{Name: "[context-get-0]f"}},
		{"$root", "[error-context-new-ascii]", Import{Name: "[error-context-new-ascii]"}},
		{"$root", "[", Import{Name: "["}},
		{"", "", Import{}},
	} {
		if got := ParseImport(c.module, c.name); got != c.want {
			t.Errorf("%q %q is %+v, want %+v", c.module, c.name, got, c.want)
		}
	}
}

func TestParseExport(t *testing.T) {
	const iface = "wasi:cli/run@0.2.0"
	for name, want := range map[string]Export{
		"memory":                        {Role: Memory},
		"cabi_realloc":                  {Role: Realloc},
		"canonical_abi_realloc":         {Role: Realloc},
		"cabi_import_realloc":           {Role: ImportRealloc},
		"cabi_export_realloc":           {Role: ExportRealloc},
		"cabi_realloc_adapter":          {Role: AdapterRealloc},
		"guest_realloc":                 {Role: GuestRealloc},
		"_initialize":                   {Role: Initialize},
		"f":                             {Role: Func, Name: "f"},
		iface + "#run":                  {Role: Func, Interface: iface, Name: "run"},
		iface + "#[method]r.f":          {Role: Func, Interface: iface, Name: "[method]r.f"},
		iface + "#[dtor]r":              {Role: Dtor, Interface: iface, Name: "r"},
		"cabi_post_f":                   {Role: PostReturn, Name: "f"},
		"cabi_post_" + iface + "#run":   {Role: PostReturn, Interface: iface, Name: "run"},
		"[async-lift]" + iface + "#run": {Role: AsyncFunc, Interface: iface, Name: "run"},
		"[async-lift-stackful]f":        {Role: Stackful, Name: "f"},
		"[callback][async-lift]" + iface + "#run": {Role: Callback, Interface: iface, Name: "run"},
		"cm32p2_memory":                  {Role: Memory},
		"cm32p2_realloc":                 {Role: Realloc},
		"cm32p2_initialize":              {Role: Initialize},
		"cm32p2||f":                      {Role: Func, Name: "f"},
		"cm32p2||f_post":                 {Role: PostReturn, Name: "f"},
		"cm32p2|wasi:cli/run@0.2|run":    {Role: Func, Interface: "wasi:cli/run@0.2", Name: "run"},
		"cm32p2|wasi:cli/run@0.2|r_dtor": {Role: Dtor, Interface: "wasi:cli/run@0.2", Name: "r"},
		"__heap_base":                    {Role: Func, Name: "__heap_base"},
		"":                               {},
	} {
		if got := ParseExport(name); got != want {
			t.Errorf("%q is %+v, want %+v", name, got, want)
		}
	}
}

// TestFuncName checks that names for messages are those that are parsed.
func TestFuncName(t *testing.T) {
	for _, want := range []Export{{Name: "f"}, {Interface: "a:b/c@1.0.0", Name: "[static]r.f"}} {
		if got := ParseExport(FuncName(want.Interface, want.Name)); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}
