package testwasm

import (
	"slices"
	"strconv"
	"strings"
)

// Types is a type index space that is being written: that of a component, or of an instance type. Types are
// written as in WIT: u8, string, list<u8>, list<u8, 4>, map<string, u8>, tuple<u8, char>, option<u8>, result,
// result<u8, string>, result<_, string>, own<r>, borrow<r>; a function type as "func(a: u8, b: string) -> bool"
// or "async func()". Types that have names in WIT are written without them: record{a: u8, b: string}, variant{a, b(u8)},
// enum{a, b}, flags{a, b}. Where they are used, they go by the names under which the index space got to know
// them.
type Types struct {
	next  int
	named map[string]int
	write func(entry []byte) // writes a definition
}

func newTypes(write func([]byte)) Types { return Types{named: map[string]int{}, write: write} }

// Define adds a type that is written in binary, or by its words: numbers, bytes and names.
func (t *Types) Define(parts ...any) int {
	t.write(join(parts...))
	return t.added("")
}

// FuncType adds a function type.
func (t *Types) FuncType(text string) int {
	r := &typeReader{Types: t, words: typeWords(text)}
	form := byte(0x40)
	if r.accept("async") {
		form = 0x43
	}
	r.expect("func")
	params := r.params()
	result := join(byte(1), byte(0))
	if r.accept("->") {
		result = join(byte(0), r.value())
	}
	if len(r.words) != 0 {
		panic("testwasm: too much in function type " + text)
	}
	return t.Define(form, vector(params), result)
}

// ValueType adds a type of values that is no primitive.
func (t *Types) ValueType(text string) int {
	r := &typeReader{Types: t, words: typeWords(text)}
	r.value()
	if len(r.words) != 0 {
		panic("testwasm: too much in type " + text)
	}
	return t.next - 1
}

// added gives the type that was written last its index, and its name unless that is "".
func (t *Types) added(name string) int {
	if name != "" {
		t.named[name] = t.next
	}
	t.next++
	return t.next - 1
}

// typeReader reads a type; those inside it become definitions of their own.
type typeReader struct {
	*Types
	words []string
}

func typeWords(text string) []string {
	for _, mark := range []string{"(", ")", "{", "}", "<", ",", ":"} {
		text = strings.ReplaceAll(text, mark, " "+mark+" ")
	}
	text = strings.ReplaceAll(text, "->", " result-is ")
	text = strings.ReplaceAll(text, ">", " > ")
	return strings.Fields(strings.ReplaceAll(text, "result-is", "->"))
}

func (r *typeReader) accept(word string) bool {
	if len(r.words) == 0 || r.words[0] != word {
		return false
	}
	r.words = r.words[1:]
	return true
}

func (r *typeReader) expect(word string) {
	if !r.accept(word) {
		panic("testwasm: no " + word + " before " + strings.Join(r.words, " "))
	}
}

func (r *typeReader) word() string {
	w := r.words[0]
	r.words = r.words[1:]
	return w
}

func (r *typeReader) params() [][]byte { return r.sequence("(", ")", r.field) }

func (r *typeReader) label() []byte { return join(r.word()) }

// field reads a parameter, or a field of a record.
func (r *typeReader) field() []byte {
	label := r.label()
	r.expect(":")
	return join(label, r.value())
}

func (r *typeReader) variantCase() []byte {
	label, payload := r.label(), join(byte(0))
	if r.accept("(") {
		payload = join(byte(1), r.value())
		r.expect(")")
	}
	return join(label, payload, byte(0))
}

// sequence reads entries between open and end, with commas between them.
func (r *typeReader) sequence(open, end string, entry func() []byte) (list [][]byte) {
	r.expect(open)
	for !r.accept(end) {
		list = append(list, entry())
		r.accept(",")
	}
	return list
}

var primitives = map[string]byte{
	"bool": 0x7f, "s8": 0x7e, "u8": 0x7d, "s16": 0x7c, "u16": 0x7b, "s32": 0x7a, "u32": 0x79, "s64": 0x78,
	"u64": 0x77, "f32": 0x76, "f64": 0x75, "char": 0x74, "string": 0x73,
}

// value reads a value type and returns how it is referred to.
func (r *typeReader) value() []byte {
	word := r.word()
	if code, ok := primitives[word]; ok {
		return join(code)
	}
	switch word {
	case "list":
		return r.list()
	case "map":
		return r.compound(0x63, slices.Concat(r.arguments(2)...))
	case "option":
		return r.compound(0x6b, r.arguments(1)[0])
	case "tuple":
		return r.compound(0x6f, vector(r.arguments(0)))
	case "own":
		return r.compound(0x69, r.arguments(1)[0])
	case "borrow":
		return r.compound(0x68, r.arguments(1)[0])
	case "result":
		return r.result()
	case "record":
		return r.compound(0x72, vector(r.sequence("{", "}", r.field)))
	case "variant":
		return r.compound(0x71, vector(r.sequence("{", "}", r.variantCase)))
	case "enum":
		return r.compound(0x6d, vector(r.sequence("{", "}", r.label)))
	case "flags":
		return r.compound(0x6e, vector(r.sequence("{", "}", r.label)))
	}
	i, ok := r.named[word]
	if !ok {
		panic("testwasm: no type is called " + word)
	}
	return signed(int64(i)) // it stands where a type's code can stand, and these are negative
}

func (r *typeReader) compound(code byte, inside []byte) []byte {
	return signed(int64(r.Define(code, inside)))
}

// arguments reads types between < and >; n is how many there must be, or 0 for any number.
func (r *typeReader) arguments(n int) [][]byte {
	list := r.sequence("<", ">", r.value)
	if n != 0 && len(list) != n {
		panic("testwasm: the wrong number of type arguments")
	}
	return list
}

// list reads a list, whose length may be part of the type.
func (r *typeReader) list() []byte {
	r.expect("<")
	elem := r.value()
	if !r.accept(",") {
		r.expect(">")
		return r.compound(0x70, elem)
	}
	n, err := strconv.Atoi(r.word())
	if err != nil {
		panic("testwasm: length of a list: " + err.Error())
	}
	r.expect(">")
	return r.compound(0x67, join(elem, n))
}

func (r *typeReader) result() []byte {
	sides := [2][]byte{join(byte(0)), join(byte(0))}
	if r.accept("<") {
		for i := 0; !r.accept(">"); i++ {
			if !r.accept("_") {
				sides[i] = join(byte(1), r.value())
			}
			r.accept(",")
		}
	}
	return r.compound(0x6a, join(sides[0], sides[1]))
}

// InstanceType is the type of an instance in the making.
type InstanceType struct {
	Types
	decls     [][]byte
	coreTypes int
}

// NewInstanceType returns the type of an instance without exports.
func NewInstanceType() *InstanceType {
	t := &InstanceType{}
	t.Types = newTypes(func(def []byte) { t.decls = append(t.decls, join(byte(1), def)) })
	return t
}

// Func says that instances export a function.
func (t *InstanceType) Func(name, typ string) *InstanceType {
	t.export(name, join(byte(1), t.FuncType(typ)))
	return t
}

// Resource says that instances export a resource type.
func (t *InstanceType) Resource(name string) *InstanceType {
	t.export(name, join(byte(3), byte(1)))
	t.added(name)
	return t
}

// Type says that instances export a type under a name, by which it goes from then on. i is its definition.
func (t *InstanceType) Type(name string, i int) *InstanceType {
	t.export(name, join(byte(3), byte(0), i))
	t.added(name)
	return t
}

// Instance says that instances export an instance.
func (t *InstanceType) Instance(name string, inner *InstanceType) *InstanceType {
	t.export(name, join(byte(5), t.Define(byte(0x42), vector(inner.decls))))
	return t
}

// Module says that instances export a core module, and that it exports a function.
func (t *InstanceType) Module(name, function, typ string) *InstanceType {
	module := [][]byte{join(byte(1), coreFuncType(typ)), join(byte(3), function, Func, 0)}
	t.decls = append(t.decls, join(byte(0), byte(0x50), vector(module)))
	t.export(name, join([]byte(SortCoreModule), take(&t.coreTypes)))
	return t
}

// Outer makes a type of the component around the instance type known in it by a name.
func (t *InstanceType) Outer(name string, i int) *InstanceType {
	t.decls = append(t.decls, join(byte(2), byte(3), byte(2), 1, i))
	t.added(name)
	return t
}

func (t *InstanceType) export(name string, desc []byte) {
	t.decls = append(t.decls, join(byte(4), byte(0), name, desc))
}
