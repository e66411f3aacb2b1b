package wasi01

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/glue"
)

// A script is a program that makes some calls of WASI 0.1, one after the other, and writes its memory to
// standard output before it ends. What the calls did is in there.
type script struct {
	data  map[int]string // where, what
	calls []call
}

// call is a function, its arguments, which are of type i32 or i64, and the errno that it must return.
type call struct {
	function string
	args     []int
	want     int
}

func do(function string, args ...int) call { return call{function: function, args: args} }

// fails is the call if it is to fail.
func (c call) fails(want int) call {
	c.want = want
	return c
}

// The errors that scripts expect.
const (
	acces       = 2
	again       = 6
	badf        = 8
	exist       = 20
	ilseq       = 25
	inval       = 28
	eio         = 29
	isdir       = 31
	loop        = 32
	mfile       = 33
	nametoolong = 37
	noent       = 44
	nosys       = 52
	notdir      = 54
	notempty    = 55
	notsock     = 57
	notsup      = 58
	perm        = 63
	pipe        = 64
	rofs        = 69
	spipe       = 70
)

const (
	scriptErrnos = 0xd000 // where the errno of each call goes
	scriptIovec  = 0xfff0
	pageSize     = 1 << 16
	behind       = 2 * pageSize // the program's memory
)

// module is the script as a core module of two pages.
func (s script) module() []byte {
	m := testwasm.NewModule()
	imports := map[string]int{}
	imported := func(name string) int {
		i, ok := imports[name]
		if !ok {
			i = m.ImportFunc(Name, name, signatures[name])
			imports[name] = i
		}
		return i
	}
	var code strings.Builder
	for n, c := range s.calls {
		params, result, _ := strings.Cut(signatures[c.function], "->")
		if result != "" {
			fmt.Fprintf(&code, "i32.const %d ", scriptErrnos+4*n)
		}
		for i, typ := range strings.Fields(params) {
			fmt.Fprintf(&code, "%s.const %d ", typ, c.args[i])
		}
		fmt.Fprintf(&code, "call %d ", imported(c.function))
		if result != "" {
			code.WriteString("i32.store 0 ")
		}
	}
	fmt.Fprintf(&code, "i32.const 1 i32.const %d i32.const 1 i32.const 0 call %d drop", scriptIovec, imported("fd_write"))
	m.Memory("memory", 2, 2)
	m.Func("_start", "->", code.String())
	m.Data(scriptIovec, u32s(0, behind))
	for at, bytes := range s.data {
		m.Data(at, bytes)
	}
	return m.Bytes()
}

// u32s are numbers as they stand in memory.
func u32s(numbers ...uint32) string {
	var b []byte
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return string(b)
}

// scriptOutcome is that of a script that came to its end.
type scriptOutcome struct {
	outcome
	memory string
}

// errno is what a call returned.
func (o *scriptOutcome) errno(n int) int { return o.u32(scriptErrnos + 4*n) }

func (o *scriptOutcome) u16(at int) int {
	return int(binary.LittleEndian.Uint16([]byte(o.memory[at:])))
}

func (o *scriptOutcome) u32(at int) int {
	return int(binary.LittleEndian.Uint32([]byte(o.memory[at:])))
}

func (o *scriptOutcome) u64(at int) int {
	return int(binary.LittleEndian.Uint64([]byte(o.memory[at:])))
}

// run runs a script to its end, and checks what its calls return.
func (s script) run(t *testing.T, p glue.Process, more ...*glue.Interface) *scriptOutcome {
	t.Helper()
	o := s.start(t, p, more...)
	if o.trap != nil {
		t.Fatal(o.trap)
	}
	if len(o.stdout) < behind {
		t.Fatalf("the script ended early, with %d bytes of output and code %d", len(o.stdout), o.exit)
	}
	text, memory := o.stdout[:len(o.stdout)-behind], o.stdout[len(o.stdout)-behind:]
	o.stdout = text
	so := &scriptOutcome{outcome: o, memory: memory}
	for i, c := range s.calls {
		if _, result, _ := strings.Cut(signatures[c.function], "->"); result != "" && so.errno(i) != c.want {
			t.Errorf("call %d, %s%v, has errno %d, want %d", i, c.function, c.args, so.errno(i), c.want)
		}
	}
	return so
}

// start runs a script that may end in another way.
func (s script) start(t *testing.T, p glue.Process, more ...*glue.Interface) outcome {
	t.Helper()
	return compileComponent(t, adapted(t, s.module())).run(t, p, more...)
}
