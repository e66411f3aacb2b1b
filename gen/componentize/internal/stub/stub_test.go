package stub

import (
	"fmt"
	"slices"
	"testing"

	"github.com/witan-os/witan/runtime/component"
)

// What the modules do when they run is tested with the components that they are made for. These tests are about what
// they show.

var types = []*component.CoreFuncType{
	{},
	{Params: []component.CoreValType{component.CoreI32, component.CoreF64}, Results: []component.CoreValType{component.CoreI64}},
	{},
}

func TestShim(t *testing.T) {
	checkShape(t, Shim(types),
		`export "0" core func () -> ()`,
		`export "1" core func (i32 f64) -> (i64)`,
		`export "2" core func () -> ()`,
		`export "$imports" core table`,
	)
}

func TestFixup(t *testing.T) {
	table := []string{
		`import "" "0" core func () -> ()`,
		`import "" "1" core func (i32 f64) -> (i64)`,
		`import "" "2" core func () -> ()`,
		`import "" "$imports" core table`,
	}
	realloc := `core func (i32 i32 i32 i32) -> (i32)`
	for _, c := range []struct {
		name   string
		module []byte
		want   []string
	}{
		{"a table", Fixup(types, nil, 0), table},
		{"functions to start", Fixup(nil, nil, 2), []string{
			`import "start" "0" core func () -> ()`, `import "start" "1" core func () -> ()`,
		}},
		{"stacks", Fixup(nil, []Stack{{}, {HasState: true}}, 0), []string{
			`import "stack0" "realloc" ` + realloc, `import "stack0" "pointer" core global`,
			`import "stack1" "realloc" ` + realloc, `import "stack1" "pointer" core global`, `import "stack1" "state" core global`,
		}},
		{"everything", Fixup(types, []Stack{{}}, 1), append(slices.Clone(table),
			`import "stack0" "realloc" `+realloc, `import "stack0" "pointer" core global`, `import "start" "0" core func () -> ()`)},
	} {
		t.Run(c.name, func(t *testing.T) { checkShape(t, c.module, c.want...) })
	}
}

func TestGrow(t *testing.T) {
	checkShape(t, Grow("more"), `import "env" "memory" core memory`, `export "more" core func (i32 i32 i32 i32) -> (i32)`)
}

// checkShape compares what a module imports and exports.
func checkShape(t *testing.T, module []byte, want ...string) {
	t.Helper()
	shape, err := component.DecodeModule(module, component.Released)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range shape.Imports {
		got = append(got, fmt.Sprintf("import %q %s", i.Module, show(i.CoreExtern)))
	}
	for _, x := range shape.Exports {
		got = append(got, "export "+show(x))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:  %q\nwant: %q", got, want)
	}
}

func show(x component.CoreExtern) string {
	if x.Func != nil {
		return fmt.Sprintf("%q %s %s", x.Name, x.Sort, x.Func)
	}
	return fmt.Sprintf("%q %s", x.Name, x.Sort)
}
