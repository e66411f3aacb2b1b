package value_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/witan-os/witan/runtime/abi"
	"github.com/witan-os/witan/runtime/value"
)

// The vectors in testdata come from the specification's executable definitions; testdata/README.md
// describes them.

type vectors struct {
	Values []valueVector
	Lifts  []liftVector
	Calls  []callVector
}

type valueVector struct {
	Encoding    encodingJSON
	Type        typeJSON
	Value       json.RawMessage
	Size, Align uint32
	Flat        []string
	At          uint32
	Memory      hexBytes
	Stack       hexSlots
	StackMemory hexBytes
}

type liftVector struct {
	Encoding encodingJSON
	Type     typeJSON
	At       *uint32
	Stack    hexSlots
	Memory   hexBytes
	Value    json.RawMessage
	Trap     bool
}

type callVector struct {
	Encoding        encodingJSON
	Params          []typeJSON
	Result          *typeJSON
	Args            []json.RawMessage
	Answer          json.RawMessage
	Lifted, Lowered [2][]string
	ParamStack      hexSlots
	ParamMemory     hexBytes
	ResultAt        *uint32
	ResultStack     hexSlots
	ResultMemory    hexBytes
}

type hexBytes []byte

func (b *hexBytes) UnmarshalJSON(text []byte) (err error) {
	*b, err = hex.DecodeString(string(bytes.Trim(text, `"`)))
	return err
}

type hexSlots []uint64

func (s *hexSlots) UnmarshalJSON(text []byte) error {
	var words []string
	if err := json.Unmarshal(text, &words); err != nil {
		return err
	}
	for _, w := range words {
		n, err := strconv.ParseUint(w, 16, 64)
		if err != nil {
			return err
		}
		*s = append(*s, n)
	}
	return nil
}

// encodingJSON reads the name of an encoding.
type encodingJSON struct{ abi.Encoding }

func (e *encodingJSON) UnmarshalText(text []byte) error {
	for e.Encoding = abi.UTF8; e.Encoding <= abi.Latin1OrUTF16; e.Encoding++ {
		if e.String() == string(text) {
			return nil
		}
	}
	return fmt.Errorf("no encoding %q", text)
}

// vectorResource is the one resource type of the vectors.
var vectorResource = &abi.Resource{Name: "thing"}

// typeJSON reads a type.
type typeJSON struct{ *abi.Type }

func (t *typeJSON) UnmarshalJSON(text []byte) error {
	var name string
	if json.Unmarshal(text, &name) == nil {
		if name == "own" {
			t.Type = abi.NewOwn(vectorResource)
			return nil
		}
		for k := abi.Bool; k <= abi.String; k++ {
			if k.String() == name {
				t.Type = abi.Primitive(k)
				return nil
			}
		}
		return fmt.Errorf("no type %q", name)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	for kind, part := range parts {
		var err error
		t.Type, err = compound(kind, part)
		return err
	}
	return fmt.Errorf("no type in %s", text)
}

func compound(kind string, text json.RawMessage) (*abi.Type, error) {
	switch kind {
	case "list":
		return abi.NewList(decode[typeJSON](text).Type), nil
	case "fixed-list":
		parts := decode[[2]json.RawMessage](text)
		return abi.NewFixedList(decode[typeJSON](parts[0]).Type, decode[uint32](parts[1]))
	case "map":
		parts := decode[[2]typeJSON](text)
		return abi.NewMap(parts[0].Type, parts[1].Type)
	case "option":
		return abi.NewOption(decode[typeJSON](text).Type)
	case "result":
		sides := decode[[2]*typeJSON](text)
		return abi.NewResult(typeOrNil(sides[0]), typeOrNil(sides[1]))
	case "flags":
		return abi.NewFlags(decode[[]string](text)...)
	case "enum":
		return abi.NewEnum(decode[[]string](text)...)
	case "tuple":
		var types []*abi.Type
		for _, t := range decode[[]typeJSON](text) {
			types = append(types, t.Type)
		}
		return abi.NewTuple(types...)
	case "record":
		var fields []abi.Field
		for _, f := range decode[[][2]json.RawMessage](text) {
			fields = append(fields, abi.Field{Name: decode[string](f[0]), Type: decode[typeJSON](f[1]).Type})
		}
		return abi.NewRecord(fields...)
	case "variant":
		var cases []abi.Case
		for _, c := range decode[[][2]json.RawMessage](text) {
			cases = append(cases, abi.Case{Name: decode[string](c[0]), Type: typeOrNil(decode[*typeJSON](c[1]))})
		}
		return abi.NewVariant(cases...)
	}
	return nil, fmt.Errorf("no type %q", kind)
}

func typeOrNil(t *typeJSON) *abi.Type {
	if t == nil {
		return nil
	}
	return t.Type
}

func decode[T any](text []byte) (v T) {
	if err := json.Unmarshal(text, &v); err != nil {
		panic(fmt.Sprintf("%s: %v", text, err))
	}
	return v
}

// valueJSON reads a value of a type.
func valueJSON(t *abi.Type, text []byte) value.Value {
	switch t.Kind {
	case abi.Bool:
		return decode[bool](text)
	case abi.S8:
		return decode[int8](text)
	case abi.U8:
		return decode[uint8](text)
	case abi.S16:
		return decode[int16](text)
	case abi.U16:
		return decode[uint16](text)
	case abi.S32:
		return decode[int32](text)
	case abi.U32:
		return decode[uint32](text)
	case abi.S64:
		return decode[int64](text)
	case abi.U64:
		return decode[uint64](text)
	case abi.F32:
		return math.Float32frombits(uint32(must(strconv.ParseUint(decode[string](text), 16, 32))))
	case abi.F64:
		return math.Float64frombits(must(strconv.ParseUint(decode[string](text), 16, 64)))
	case abi.Char:
		return value.Char(decode[int32](text))
	case abi.String:
		return decode[string](text)
	case abi.Own:
		return value.Own{Rep: decode[int](text)}
	case abi.Flags:
		return value.Flags(decode[[]string](text))
	default:
		return compoundJSON(t, text)
	}
}

func compoundJSON(t *abi.Type, text []byte) value.Value {
	parts := decode[[]json.RawMessage](text)
	switch t.Kind {
	case abi.List, abi.FixedList:
		if t.Elem.Kind == abi.U8 {
			b := []byte{}
			for _, p := range parts {
				b = append(b, decode[uint8](p))
			}
			return b
		}
		list := value.List{}
		for _, p := range parts {
			list = append(list, valueJSON(t.Elem, p))
		}
		return list
	case abi.Map:
		m := value.Map{}
		for _, p := range parts {
			pair := decode[[2]json.RawMessage](p)
			m = append(m, value.Entry{Key: valueJSON(t.Elem.Fields[0].Type, pair[0]), Value: valueJSON(t.Elem.Fields[1].Type, pair[1])})
		}
		return m
	case abi.Tuple:
		var tuple value.Tuple
		for i, p := range parts {
			tuple = append(tuple, valueJSON(t.Fields[i].Type, p))
		}
		return tuple
	case abi.Record:
		var record value.Record
		for i, p := range parts {
			f := t.Fields[i]
			record = append(record, value.Field{Name: f.Name, Value: valueJSON(f.Type, p)})
		}
		return record
	}
	name := decode[string](parts[0])
	i := slices.IndexFunc(t.Cases, func(c abi.Case) bool { return c.Name == name })
	var payload value.Value
	if t.Cases[i].Type != nil {
		payload = valueJSON(t.Cases[i].Type, parts[1])
	}
	switch t.Kind {
	case abi.Enum:
		return value.Enum(name)
	case abi.Option:
		return value.Option{Some: i == 1, Value: payload}
	case abi.Result:
		return value.Result{Failed: i == 1, Payload: payload}
	}
	return value.Variant{Case: name, Payload: payload}
}

func readVectors(t *testing.T) (v vectors) {
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// vectorBase is where the vectors' allocator starts.
const vectorBase = 16

func vectorGuest(e encodingJSON) *guest {
	return imageGuest(bytes.Repeat([]byte{fillByte}, vectorBase), e)
}

func imageGuest(memory []byte, e encodingJSON) *guest {
	g := newGuest(memory)
	g.encoding = e.Encoding
	return g
}

func coreNames(types []abi.CoreType) []string {
	names := []string{}
	for _, c := range types {
		names = append(names, c.String())
	}
	return names
}

func TestVectorValues(t *testing.T) {
	all := readVectors(t).Values
	if len(all) < 300 {
		t.Fatalf("only %d vectors", len(all))
	}
	for i, c := range all {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			v := valueJSON(c.Type.Type, c.Value)
			if err := value.Check(c.Type.Type, v); err != nil {
				t.Fatalf("%s: %v", c.Type, err)
			}
			testLayout(t, c)
			testMemory(t, c, v)
			testFlat(t, c, v)
		})
	}
}

func testLayout(t *testing.T, c valueVector) {
	if c.Type.Size != c.Size || c.Type.Align != c.Align {
		t.Errorf("%s: size %d, align %d; want %d, %d", c.Type, c.Type.Size, c.Type.Align, c.Size, c.Align)
	}
	if len(c.Flat) > abi.MaxFlatParams {
		if c.Type.Flat != nil {
			t.Errorf("%s: has %d flat values, but Flat is set", c.Type, len(c.Flat))
		}
	} else if !slices.Equal(coreNames(c.Type.Flat), c.Flat) {
		t.Errorf("%s: flat %v, want %v", c.Type, c.Type.Flat, c.Flat)
	}
}

func testMemory(t *testing.T, c valueVector, v value.Value) {
	g := vectorGuest(c.Encoding)
	at := g.Alloc(c.Size, c.Align)
	if at != c.At {
		t.Fatalf("%s: the vector is at %d, not at %d", c.Type, c.At, at)
	}
	value.Store(g, c.Type.Type, at, v)
	if !bytes.Equal(g.memory, c.Memory) {
		t.Errorf("%s: store %s\n got %x\nwant %x", c.Type, value.Format(c.Type.Type, v), g.memory, []byte(c.Memory))
	}
	image := imageGuest(c.Memory, c.Encoding)
	image.handles = g.handles
	expectEqual(t, c.Type.Type, value.Load(image, c.Type.Type, c.At), v)
}

func testFlat(t *testing.T, c valueVector, v value.Value) {
	flat := flatOf(t, c.Type.Type)
	if flat == nil {
		return
	}
	g := vectorGuest(c.Encoding)
	stack := slices.Repeat([]uint64{0xdeadbeefdeadbeef}, len(c.Stack))
	value.LowerFlat(g, flat, stack, v)
	if !slices.Equal(stack, c.Stack) {
		t.Errorf("%s: lower %s\n got %x\nwant %x", c.Type, value.Format(c.Type.Type, v), stack, []uint64(c.Stack))
	}
	if !bytes.Equal(g.memory, c.StackMemory) {
		t.Errorf("%s: lower %s: memory\n got %x\nwant %x", c.Type, value.Format(c.Type.Type, v), g.memory, []byte(c.StackMemory))
	}
	image := imageGuest(c.StackMemory, c.Encoding)
	image.handles = g.handles
	expectEqual(t, c.Type.Type, value.LiftFlat(image, flat, c.Stack), v)
}

func TestVectorLifts(t *testing.T) {
	all := readVectors(t).Lifts
	if len(all) < 300 {
		t.Fatalf("only %d vectors", len(all))
	}
	for i, c := range all {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			g := imageGuest(c.Memory, c.Encoding)
			for rep := 100; rep < 104; rep++ {
				g.GiveOwn(vectorResource, rep)
			}
			var got value.Value
			reason := trapped(func() {
				if c.At != nil {
					got = value.Load(g, c.Type.Type, *c.At)
				} else {
					got = value.LiftFlat(g, flatOf(t, c.Type.Type), c.Stack)
				}
			})
			switch {
			case c.Trap && reason == "":
				t.Errorf("%s: got %s, want a trap", c.Type, value.Format(c.Type.Type, got))
			case !c.Trap && reason != "":
				t.Errorf("%s: trap (%s), want %s", c.Type, reason, c.Value)
			case !c.Trap:
				expectEqual(t, c.Type.Type, got, valueJSON(c.Type.Type, c.Value))
			}
		})
	}
}

func TestVectorCalls(t *testing.T) {
	all := readVectors(t).Calls
	if len(all) < 50 {
		t.Fatalf("only %d vectors", len(all))
	}
	for i, c := range all {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			f := &abi.Func{Result: typeOrNil(c.Result)}
			var args []value.Value
			for i, p := range c.Params {
				f.Params = append(f.Params, abi.Param{Name: "p" + strconv.Itoa(i), Type: p.Type})
				args = append(args, valueJSON(p.Type, c.Args[i]))
			}
			p := plan(t, f)
			testSignature(t, "lifted", p.Lifted, c.Lifted)
			testSignature(t, "lowered", p.Lowered, c.Lowered)
			testParams(t, p, c, args)
			if f.Result != nil {
				testResult(t, p, c, valueJSON(f.Result, c.Answer))
			}
		})
	}
}

func testSignature(t *testing.T, side string, got abi.Signature, want [2][]string) {
	if !slices.Equal(coreNames(got.Params), want[0]) || !slices.Equal(coreNames(got.Results), want[1]) {
		t.Errorf("%s: %s, want %v", side, got, want)
	}
}

func testParams(t *testing.T, p *abi.Plan, c callVector, args []value.Value) {
	g := vectorGuest(c.Encoding)
	stack := make([]uint64, p.Slots())
	value.LowerParams(g, p, stack, args)
	if got := stack[:len(p.Lifted.Params)]; !slices.Equal(got, c.ParamStack) {
		t.Errorf("params %x, want %x", got, []uint64(c.ParamStack))
	}
	if !bytes.Equal(g.memory, c.ParamMemory) {
		t.Errorf("params: memory\n got %x\nwant %x", g.memory, []byte(c.ParamMemory))
	}
	image := imageGuest(c.ParamMemory, c.Encoding)
	image.handles = g.handles
	copy(stack, c.ParamStack)
	if got := value.LiftParams(image, p, stack); !slices.EqualFunc(got, args, value.Equal) {
		t.Errorf("lifted params %v, want %v", got, args)
	}
}

func testResult(t *testing.T, p *abi.Plan, c callVector, want value.Value) {
	g := vectorGuest(c.Encoding)
	stack := make([]uint64, p.Slots())
	if c.ResultAt != nil {
		stack[p.ResultSlot()] = uint64(g.Alloc(p.ResultBlock.Size, p.ResultBlock.Align))
	}
	value.LowerResult(g, p, stack, want)
	if c.ResultAt == nil && !slices.Equal(stack[:len(p.Lowered.Results)], c.ResultStack) {
		t.Errorf("result %x, want %x", stack, []uint64(c.ResultStack))
	}
	if !bytes.Equal(g.memory, c.ResultMemory) {
		t.Errorf("result: memory\n got %x\nwant %x", g.memory, []byte(c.ResultMemory))
	}
	image := imageGuest(c.ResultMemory, c.Encoding)
	image.handles = g.handles
	stack = make([]uint64, p.Slots())
	if c.ResultAt != nil {
		stack[0] = uint64(*c.ResultAt)
	} else {
		copy(stack, c.ResultStack)
	}
	expectEqual(t, p.Func.Result, value.LiftResult(image, p, stack), want)
}
