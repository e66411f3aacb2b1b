package binary_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/witan-os/witan/gen/binary"
	"github.com/witan-os/witan/gen/print"
	"github.com/witan-os/witan/gen/resolve"
	"github.com/witan-os/witan/internal/diag"
	"github.com/witan-os/witan/internal/testwasm"
	"github.com/witan-os/witan/runtime/component"
)

const secImport byte = 10

// types, imports and exports write sections with entries.
func types(entries ...[]byte) []byte   { return section(secType, vec(entries...)) }
func imports(entries ...[]byte) []byte { return section(secImport, vec(entries...)) }
func exports(entries ...[]byte) []byte { return section(secExport, vec(entries...)) }

// plain is a name without attributes.
func plain(name string) []byte { return bin(byte(0), name) }

// instanceType and componentType write types with declarators.
func instanceType(decls ...[]byte) []byte  { return bin(byte(0x42), vec(decls...)) }
func componentType(decls ...[]byte) []byte { return bin(byte(0x41), vec(decls...)) }

// defines and exported are declarators: of a type, and of an export with the given rest.
func defines(parts ...any) []byte              { return bin(byte(1), bin(parts...)) }
func exported(name string, rest ...any) []byte { return bin(declExport, plain(name), bin(rest...)) }

// equal is the bound of a type that is another one.
func equal(i int) []byte { return bin(sortType, byte(0), i) }

// resource is the bound of a resource type.
var resource = bin(sortType, byte(1))

func function(params ...[]byte) []byte { return bin(byte(0x40), vec(params...), byte(1), byte(0)) }

const u32Code, stringCode, recordCode byte = 0x79, 0x73, 0x72

// colors is an interface of another component, with an enum.
func colors(c *testwasm.Component, name string) (color int) {
	t := testwasm.NewInstanceType()
	t.Type("color", t.ValueType("enum{red, green}"))
	t.Func("get", "func() -> color")
	return c.Alias(c.ImportInstance(name, t), testwasm.SortType, "color")
}

// TestComponents decodes components in which types go other ways than those that WIT is usually turned into.
func TestComponents(t *testing.T) {
	tests := []struct {
		name  string
		write func(c *testwasm.Component)
		more  [][]byte
		want  string
	}{
		{
			name: "empty",
			want: "package root:component;\n\nworld root {}\n",
		},
		{
			name: "a type that is used without a name",
			write: func(c *testwasm.Component) {
				i := testwasm.NewInstanceType()
				i.Outer("color", colors(c, "a:b/colors@1.0.0"))
				i.Func("paint", "func(c: color) -> list<color>")
				c.ImportInstance("a:b/paint@1.0.0", i)
			},
			want: `interface paint {
        use colors.{color};

        paint: func(c: color) -> list<color>;
    }`,
		},
		{
			name: "and whose name is taken",
			write: func(c *testwasm.Component) {
				i := testwasm.NewInstanceType()
				i.Outer("shade", colors(c, "a:b/colors"))
				i.Func("color", "func(c: shade)")
				i.Func("colors-color", "func(c: shade)")
				c.ImportInstance("c:d/paint", i)
			},
			want: `interface paint {
        use a:b/colors.{color as colors-color-2};

        color: func(c: colors-color-2);
        colors-color: func(c: colors-color-2);
    }`,
		},
		{
			name: "an instance that is put together from the types of another",
			write: func(c *testwasm.Component) {
				color := colors(c, "a:b/colors")
				c.Export("a:b/again", testwasm.SortInstance, c.Inline(testwasm.Arg{Name: "shade", Sort: testwasm.SortType, Index: color}))
			},
			want: "interface again {\n        use colors.{color as shade};\n    }",
		},
		{
			name: "an interface that is imported in part, and exported",
			write: func(c *testwasm.Component) {
				first := testwasm.NewInstanceType()
				first.Type("size", first.Define(u32Code))
				first.Func("f", "func(s: size)")
				size := c.Alias(c.ImportInstance("a:b/c", first), testwasm.SortType, "size")
				second := testwasm.NewInstanceType()
				second.Outer("size", size)
				second.Type("sizes", second.ValueType("list<size>"))
				f := c.ImportFunc("g", "func(a: size)")
				c.Export("a:b/c", testwasm.SortInstance, c.Inline(
					testwasm.Arg{Name: "size", Sort: testwasm.SortType, Index: size}, testwasm.Arg{Name: "h", Sort: testwasm.SortFunc, Index: f},
				))
			},
			want: `interface c {
        type size = u32;

        f: func(s: size);
        h: func(a: size);
    }`,
		},
		{
			name: "versions that are cut down to their track",
			more: [][]byte{
				types(instanceType()),
				imports(
					bin(byte(2), "a:b/c@0.2", vec(bin(byte(1), ".7")), sortInstance, 0),
					bin(plain("a:b/d@1"), sortInstance, 0), bin(plain("a:b/e@0.0.3"), sortInstance, 0),
				),
			},
			want: "    import a:b/c@0.2.7;\n    import a:b/d@1.0.0;\n    import a:b/e@0.0.3;\n",
		},
		{
			name: "attributes",
			more: [][]byte{
				types(instanceType(), function()),
				imports(
					bin(byte(2), "one", vec(bin(byte(0), "a:b/c"), bin(byte(2), "first")), sortInstance, 0),
					bin(byte(2), "two", vec(bin(byte(0), "a:b/c")), sortInstance, 0),
					bin(byte(2), "f", vec(bin(byte(2), "a \"name\"\n")), sortFunc, 1),
				),
			},
			want: `    @external-id("first")
    import one: a:b/c;

    import two: a:b/c;

    @external-id("a \"name\"\u{a}")
    import f: func();
`,
		},
		{
			name: "a type of the world, and one in place that nobody else can name",
			write: func(c *testwasm.Component) {
				i := testwasm.NewInstanceType()
				i.Type("list", i.ValueType("list<u8>"))
				list := c.Alias(c.ImportInstance("here", i), testwasm.SortType, "list")
				j := testwasm.NewInstanceType()
				j.Outer("bytes", list)
				j.Func("f", "func(l: bytes)")
				c.ImportInstance("a:b/c", j)
			},
			want: "interface c {\n        f: func(l: list<u8>);\n    }",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := testwasm.NewComponent()
			if tt.write != nil {
				tt.write(c)
			}
			text := print.Tree(decode(t, slices.Concat(append([][]byte{c.Bytes()}, tt.more...)...)))
			if !strings.Contains(text, tt.want) {
				t.Errorf("the component is\n%s\nand should have\n%s", text, tt.want)
			}
		})
	}
}

// TestRefused decodes files that are valid, but that text could not say, or that contradict themselves.
func TestRefused(t *testing.T) {
	empty := exportTypes([]string{"x"}, [][]byte{componentType()})
	withU32 := instanceType(defines(u32Code), exported("t", equal(0)))
	withString := instanceType(defines(stringCode), exported("t", equal(0)))
	chain := [][]byte{defines(u32Code), exported("t0", equal(0))}
	for i := range 101 {
		chain = append(chain, exported(fmt.Sprintf("t%d", i+1), equal(i+1)))
	}
	// Each of these tuples has two of the one before it.
	var doubling [][]byte
	doubling = append(doubling, defines(byte(0x6f), vec(bin(u32Code))))
	for i := range 17 {
		doubling = append(doubling, defines(byte(0x6f), vec(index(i), index(i))))
	}
	doubling = append(doubling, exported("big", equal(17)))
	uses := func(of int) []byte {
		return instanceType(bin(byte(2), sortType, byte(2), 1, of), exported("u", equal(0)))
	}
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":                {nil, "offset 0x0: the file is empty"},
		"broken component":       {componentOf([]byte{1}), "offset 0x9"},
		"module without WIT":     {moduleOf(), "has no custom section \"component-type\""},
		"module that is cut off": {moduleOf([]byte{0, 5, 1, 'a'}), "offset 0x8: the section has 5 bytes, but only 2 are left"},
		"module with no size":    {moduleOf([]byte{0}), "offset 0x8: the size of the section cannot be read"},
		"module with a bad name": {moduleOf(section(0, byte(9))), "(custom section): the name of the section has 9 bytes"},
		"module with other things in the section": {
			moduleOf(custom("component-type:a", "no component")), "offset 0x1b: this is not WebAssembly",
		},
		"module with a component in the section": {moduleOf(custom("component-type", componentOf())), "does not hold a world"},
		"module with an interface in the section": {
			moduleOf(custom("component-type", exportTypes([]string{"i"}, [][]byte{
				componentType(defines(instanceType()), exported("a:b/i", sortInstance, 0)),
			}))), "it is not an encoded world",
		},
		"module with too many sections": {moduleOf(slices.Repeat(custom("component-type"), 101)), "more than 100 custom sections"},
		"core module":                   {componentOf(section(3, 1, byte(0x50), 0), imports(bin(plain("m"), byte(0), byte(0x11), 0))), `import "m": WIT has no words for a core module`},
		"component":                     {componentOf(types(componentType()), imports(bin(plain("c"), sortComponent, 0))), `import "c": WIT has no words for a component`},
		"value":                         {componentOf(imports(bin(plain("v"), byte(2), byte(1), u32Code)), exports(bin(plain("v"), byte(2), 0, byte(0)))), `import "v": WIT has no words for a value`},
		"exported type":                 {componentOf(types(bin(u32Code)), exports(bin(plain("t"), sortType, 0, byte(0)))), `export "t": it is a type`},
		"function type":                 {componentOf(types(function()), imports(bin(plain("t"), equal(0)))), `import "t": it is the type of a function`},
		"address":                       {componentOf(types(instanceType()), imports(bin(plain("url=<https://a/b>"), sortInstance, 0))), "is not the name of an interface"},
		"nested names":                  {componentOf(types(instanceType()), imports(bin(plain("a:b:c/d"), sortInstance, 0))), "more than one namespace"},
		"function under an address":     {componentOf(types(function()), imports(bin(plain("url=<https://a/b>"), sortFunc, 0))), "the name of a function is a plain one"},
		"instance in an interface": {
			componentOf(types(instanceType(defines(instanceType()), exported("i", sortInstance, 0))), imports(bin(plain("a:b/c"), sortInstance, 0))),
			`import "a:b/c", "i": an interface has types and functions, and nothing of the sort instance`,
		},
		"two kinds of a type": {
			componentOf(types(withU32, withString), imports(bin(plain("a:b/c@0.2.0"), sortInstance, 0), bin(plain("a:b/c@0.2"), sortInstance, 1))),
			`import "a:b/c@0.2", "t": it is another type`,
		},
		"two kinds of a function": {
			componentOf(types(instanceType(defines(function()), exported("f", sortFunc, 0)),
				instanceType(defines(function(bin("a", u32Code))), exported("f", sortFunc, 0))),
				imports(bin(plain("a:b/c@0.2.0"), sortInstance, 0), bin(plain("a:b/c@0.2"), sortInstance, 1))),
			`"f": it has another type`,
		},
		"method of an alias": {
			componentOf(types(instanceType(exported("r", resource), exported("s", equal(0)), defines(byte(0x68), 1),
				defines(function(bin("self", index(2)))), exported("[method]s.m", sortFunc, 3))), imports(bin(plain("a:b/c"), sortInstance, 0))),
			`the resource type "s" is not defined here`,
		},
		"resource in place used elsewhere": {
			componentOf(types(instanceType(exported("r", resource))), imports(bin(plain("here"), sortInstance, 0)),
				section(6, 1, sortType, byte(0), 0, "r"), types(uses(1)), imports(bin(plain("a:b/c"), sortInstance, 2))),
			`it uses the type "r" of "here"`,
		},
		"record in place used elsewhere": {
			componentOf(types(instanceType(defines(recordCode, vec(bin("a", u32Code))), exported("r", equal(0)))), imports(bin(plain("here"), sortInstance, 0)),
				section(6, 1, sortType, byte(0), 0, "r"), types(instanceType(bin(byte(2), sortType, byte(2), 1, 1), defines(function(bin("a", index(0)))), exported("f", sortFunc, 1))),
				imports(bin(plain("a:b/c"), sortInstance, 2))),
			`it uses the type "r" of "here"`,
		},
		"interfaces in a circle": {
			componentOf(types(withU32), imports(bin(plain("a:b/x@1.0.0"), sortInstance, 0)), section(6, 1, sortType, byte(0), 0, "t"),
				types(uses(1)), imports(bin(plain("a:b/y@1.0.0"), sortInstance, 2)), section(6, 1, sortType, byte(0), 1, "u"),
				types(instanceType(bin(byte(2), sortType, byte(2), 1, 3), exported("v", equal(0)))), imports(bin(plain("a:b/x@1"), sortInstance, 4))),
			"a:b/x@1.0.0 uses itself in a circle",
		},
		"packages in a circle": {
			componentOf(types(withU32), imports(bin(plain("a:b/x"), sortInstance, 0)), section(6, 1, sortType, byte(0), 0, "t"),
				types(uses(1)), imports(bin(plain("c:d/y"), sortInstance, 2)), section(6, 1, sortType, byte(0), 1, "u"),
				types(instanceType(bin(byte(2), sortType, byte(2), 1, 3), exported("v", equal(0)))), imports(bin(plain("a:b/z"), sortInstance, 4))),
			"package a:b uses itself in a circle",
		},
		"interface named like the world": {
			componentOf(types(instanceType()), imports(bin(plain("root:component/root"), sortInstance, 0))), "two interfaces or worlds of the name \"root\"",
		},
		"long chain of aliases": {componentOf(types(instanceType(chain...)), imports(bin(plain("a:b/c"), sortInstance, 0))), "for more than 100 names"},
		"exponential type":      {componentOf(types(instanceType(doubling...)), imports(bin(plain("a:b/c"), sortInstance, 0))), "more than 250000 names and types"},

		"package of mixed names":       {exportTypes([]string{"a:b/c"}, [][]byte{componentType()}), "the names of these types are none that these have"},
		"interface without an export":  {empty, "the only export of its type, which has 0"},
		"function in a package":        {exportTypes([]string{"f"}, [][]byte{componentType(defines(function()), exported("a:b/f", sortFunc, 0))}), "a package has interfaces and worlds"},
		"use of a function":            {exportTypes([]string{"f"}, [][]byte{componentType(defines(function()), defines(instanceType()), bin(declImport, plain("f"), sortFunc, 0), exported("a:b/i", sortInstance, 1))}), "an interface can use interfaces, and nothing of the sort func"},
		"items of two packages":        {exportTypes([]string{"i", "j"}, [][]byte{componentType(defines(instanceType()), exported("a:b/i", sortInstance, 0)), componentType(defines(instanceType()), exported("a:c/j", sortInstance, 0))}), "it belongs to the package a:c, and others in the file to a:b"},
		"whole package with a foreign": {exportTypes([]string{"a:b/wit"}, [][]byte{componentType(defines(instanceType()), exported("a:c/i", sortInstance, 0))}), `"a:c/i" is in another package than a:b`},

		"docs without a version":    {componentOf(custom("package-docs")), `"package-docs": it does not begin with a version`},
		"docs of the future":        {componentOf(custom("package-docs", byte(2), []byte("{}"))), "a version that is known"},
		"docs that are not JSON":    {componentOf(custom("package-docs", byte(1), []byte("{"))), "it is not JSON of the form"},
		"docs with a wrong version": {docsOf(`{"worlds": {"root": {"stability": {"stable": {"since": "soon"}}}}}`), `the version "soon", which is none`},
		"docs with a wrong feature": {docsOf(`{"worlds": {"root": {"stability": {"unstable": {"feature": "a b"}}}}}`), `the feature "a b", which is no identifier`},
		"docs with both gates":      {docsOf(`{"worlds": {"root": {"stability": {"unstable": {"feature": "a"}, "stable": {"since": "1.0.0"}}}}}`), "gates exclude each other"},
	} {
		t.Run(name, func(t *testing.T) {
			tree, err := binary.Decode(tt.data)
			var failure *component.Error
			if !errors.As(err, &failure) || tree != nil {
				t.Fatalf("decoded to %v, %v", tree, err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("the error is\n%v\nand should contain\n%s", err, tt.want)
			}
			if failure.Offset < 0 || failure.Offset > int64(len(tt.data)) {
				t.Errorf("the offset %d is not in the file of %d bytes", failure.Offset, len(tt.data))
			}
		})
	}
}

func docsOf(text string) []byte { return componentOf(custom("package-docs", byte(1), []byte(text))) }

// TestDocs reads what tools keep beside the types, in its first form and with text that could do harm.
func TestDocs(t *testing.T) {
	tree := decode(t, componentOf(
		types(instanceType(defines(function()), exported("f", sortFunc, 0)), function()),
		imports(bin(plain("here"), sortInstance, 0), bin(plain("a:b/c@1.0.0"), sortInstance, 0)),
		custom("package-docs", byte(0), []byte(`{"docs": " About. ", "unknown": 1, "worlds": {"gone": {}, "root": {"docs": "Root.",
			"interfaces": {"here": {"docs": "Here.\r\n\u001b[31m \u202e  ", "funcs": {"f": "Does.", "gone": "?"}}}}}}`)),
		custom("package-docs", byte(1), []byte(`{"package": "a:b@1.0.0", "interfaces": {"c": {"docs": "C.", "funcs": {"f": {"docs": "F."}}}}}`)),
		custom("package-docs", byte(1), []byte(`{"package": "not:here", "docs": "Nothing."}`)),
	))
	want := `/// About.
package root:component;

/// Root.
world root {
    /// Here.
    /// ` + "\uFFFD[31m \uFFFD" + `
    import here: interface {
        /// Does.
        f: func();
    }

    import a:b/c@1.0.0;
}

package a:b@1.0.0 {
    /// C.
    interface c {
        /// F.
        f: func();
    }
}
`
	if got := print.Tree(tree); got != want {
		t.Errorf("the component is\n%s\nand should be\n%s", got, want)
	}
}

// beyondBinary are the rules that text has over and above what a decoded tree keeps: a gate cannot be newer than its
// package, and a world cannot leave open whether something is needed as an import or an export.
var beyondBinary = map[diag.Rule]bool{resolve.RuleSince: true, resolve.RuleWorld: true}

// FuzzDecode decodes anything. What is decoded must be something that text can say.
func FuzzDecode(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, err := binary.Decode(data)
		if err != nil {
			return
		}
		_, err = resolve.Sources([]*diag.Source{diag.NewSource("decoded.wit", print.Tree(tree))}, nil, everything)
		var broken diag.List
		if errors.As(err, &broken) && beyondBinary[broken.Items[0].Rule] {
			return
		}
		checkText(t, tree)
	})
}

// seed gives a fuzz target a file of each form.
func seed(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.wasm"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(files, examples[2:]...) {
		f.Add(readFile(f, path))
	}
	tree := load(f, filepath.Join("testdata", "features.wit"))
	f.Add(encode(f, tree))
	f.Add(encodeWhole(f, tree))
	f.Add(embed(f, tree, tree.Root.Worlds...))
	f.Add(docsOf(`{"worlds": {"root": {"docs": "a", "stability": {"stable": {"since": "1.0.0"}}}}}`))
}
