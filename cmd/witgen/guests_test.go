package main_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/witan-os/witan/internal/testwasm"
)

const scaleType = "func(n: u32) -> u32"

// scriptScaler writes a component with a function scale, which multiplies a number. It is exported in the
// interface, or by itself when that is "-". The factor is a number, or an interface to import scale from: the
// component then gives it its own number plus 1.
func scriptScaler(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) != 3, "scaler file interface|- factor|interface")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), scaler(args[1], args[2]).Bytes(), 0o666))
}

func scaler(exports, factor string) *testwasm.Component {
	c, m := testwasm.NewComponent(), testwasm.NewModule()
	var given []testwasm.CoreArg
	if strings.Trim(factor, "0123456789") != "" {
		from := c.ImportInstance(factor, testwasm.NewInstanceType().Func("scale", scaleType))
		lowered := c.Lower(c.Alias(from, testwasm.SortFunc, "scale"))
		given = []testwasm.CoreArg{{Name: "from", Instance: c.CoreInline(testwasm.CoreExport{Name: "scale", Index: lowered})}}
		scale := m.ImportFunc("from", "scale", "i32 -> i32")
		m.Func("scale", "i32 -> i32", fmt.Sprintf("local.get 0 i32.const 1 i32.add call %d", scale))
	} else {
		m.Func("scale", "i32 -> i32", "local.get 0 i32.eqz if unreachable end local.get 0 i32.const "+factor+" i32.mul")
	}
	f := c.Lift(c.CoreFunc(c.Instantiated(m, given...), "scale"), scaleType)
	if exports == "-" {
		c.Export("scale", testwasm.SortFunc, f)
		return c
	}
	c.Export(exports, testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "scale", Sort: testwasm.SortFunc, Index: f}))
	return c
}

// actorCalls are the types of calls of actors that scripts use.
var actorCalls = map[string]string{"sys_log": "i32 i32 ->", "sys_exit": "i32 ->", "sys_fb_info": "-> i64", "sys_cap_send": "i64 i32 i32 i32 i64 -> i32"}

// scriptActor writes a core module that imports calls of actors, of which one can be given another type, and does
// nothing.
func scriptActor(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg || len(args) < 2, "actor file call[=type]...")
	m := testwasm.NewModule()
	for _, arg := range args[1:] {
		name, typ, given := strings.Cut(arg, "=")
		if !given {
			typ = actorCalls[name]
		}
		usage(ts, typ == "", "actor file call[=type]..., where the type of "+name+" is not known")
		m.ImportFunc("env", name, typ)
	}
	m.Memory("memory", 1)
	m.Func("_start", "->", "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), m.Bytes(), 0o666))
}
