package componentize_test

import (
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/abi"
)

// dummy is a core module that imports everything that a world imports, and exports everything that it exports, under
// the names of the older scheme. Its functions return zeros.
func dummy(w *model.World) []byte {
	m := testwasm.NewModule()
	for _, i := range w.Imports {
		switch {
		case i.Func != nil:
			importFunc(m, "$root", i.Func)
		case i.Type != nil:
			importDrop(m, "$root", i.Type)
		default:
			for _, fn := range i.Interface.Funcs {
				importFunc(m, i.Key(), fn)
			}
			for _, d := range i.Interface.Types {
				importDrop(m, i.Key(), d)
			}
		}
	}
	for _, i := range w.Exports {
		if i.Interface != nil {
			importHandles(m, "[export]"+i.Key(), i.Interface)
		}
	}
	m.Memory("memory", 1)
	m.Func("cabi_realloc", "i32 i32 i32 i32 -> i32", "i32.const 0")
	for _, i := range w.Exports {
		if i.Func != nil {
			exportFunc(m, "", i.Func)
			continue
		}
		for _, fn := range i.Interface.Funcs {
			exportFunc(m, i.Key()+"#", fn)
		}
		for _, d := range i.Interface.Types {
			if isResource(d) {
				m.Func(i.Key()+"#[dtor]"+d.Name, "i32 ->", "")
			}
		}
	}
	return m.Bytes()
}

func isResource(d *model.TypeDef) bool { return d.Resource != nil && d.Target() == nil }

func importDrop(m *testwasm.Module, module string, d *model.TypeDef) {
	if isResource(d) {
		m.ImportFunc(module, "[resource-drop]"+d.Name, "i32 ->")
	}
}

func importHandles(m *testwasm.Module, module string, i *model.Interface) {
	for _, d := range i.Types {
		if isResource(d) {
			m.ImportFunc(module, "[resource-new]"+d.Name, "i32 -> i32")
			m.ImportFunc(module, "[resource-rep]"+d.Name, "i32 -> i32")
			m.ImportFunc(module, "[resource-drop]"+d.Name, "i32 ->")
		}
	}
}

func importFunc(m *testwasm.Module, module string, fn *model.Func) {
	m.ImportFunc(module, fn.Name, typeText(fn.Plan.Lowered))
}

func exportFunc(m *testwasm.Module, prefix string, fn *model.Func) {
	var zeros []string
	for _, t := range fn.Plan.Lifted.Results {
		zeros = append(zeros, "i32.const 0 "+t.String()+".load 0")
	}
	m.Func(prefix+fn.Name, typeText(fn.Plan.Lifted), strings.Join(zeros, " "))
	if fn.Result != nil && fn.Result.ABI.HasPointer() {
		m.Func("cabi_post_"+prefix+fn.Name, vals(fn.Plan.Lifted.Results)+" ->", "")
	}
}

func typeText(s abi.Signature) string { return vals(s.Params) + " -> " + vals(s.Results) }

func vals(types []abi.CoreType) string {
	var names []string
	for _, t := range types {
		names = append(names, t.String())
	}
	return strings.Join(names, " ")
}
