package component_test

// What is refused, where, and in which words.

import (
	"errors"
	"strings"
	"testing"

	. "github.com/witan-os/witan/runtime/component"
)

// oneType is a component with one type, which begins at byte 11.
func oneType(parts ...any) []byte { return comp(types(bin(parts...))) }

// oneImport is a component with an import of a function of type () -> (), which begins at byte 18.
func oneImport(name ...any) []byte {
	return comp(types(fn(nil)), imports(bin(bin(name...), 1, 0)))
}

var malformed = []struct {
	name     string
	features Features // besides the released ones
	wasm     []byte
	want     string // the whole error
}{
	{name: "empty", wasm: nil, want: "offset 0x0: the file is empty"},
	{name: "text", wasm: []byte("(component)"), want: "offset 0x0: this is not WebAssembly: it does not begin with the bytes 00 61 73 6d"},
	{name: "half a header", wasm: comp()[:6], want: "offset 0x6: the file ends inside its header"},
	{name: "module", wasm: module(), want: "offset 0x4: this is a core module, where a component is expected"},
	{name: "older component", wasm: []byte("\x00asm\x0c\x00\x01\x00"), want: "offset 0x4: components of version 0xc are unknown, only version 0xd"},
	{name: "layer", wasm: []byte("\x00asm\x0d\x00\x02\x00"), want: "offset 0x6: layer 2 is unknown: core modules have layer 0, components layer 1"},

	{name: "section id", wasm: comp(frame(13, nil)), want: "offset 0x8: section id 13 is unknown"},
	{name: "section size", wasm: comp(bin(7, 5, 0)), want: "offset 0x9 (type section): the section has 5 bytes, but 1 byte is left"},
	{name: "section too long", wasm: comp(frame(7, bin(0, 9, 9))), want: "offset 0xb (type section): the section has 2 bytes left over"},
	{name: "section too short", wasm: comp(frame(7, bin(1))), want: "offset 0xa (type section): 1 entry cannot fit in what is left: no bytes"},
	{name: "overlong integer", wasm: comp(frame(7, bin(0x80, 0x80, 0x80, 0x80, 0x80, 0))), want: "offset 0xa (type section): the number of entries cannot be read: the integer has too many bytes"},
	{name: "value section", features: FeatureValues, wasm: comp(frame(12, vec())), want: "offset 0x8 (value section): value definitions are not part of what has been released"},
	{name: "module in a component section", wasm: comp(nested(module())), want: "offset 0xa (component section): the section holds a core module instead of a component"},
	{name: "component in a module section", wasm: comp(coreModule(comp())), want: "offset 0xa (core module section): the section holds a component instead of a core module"},
	{name: "broken nested header", wasm: comp(nested([]byte("\x00asn"))), want: "offset 0xd (component section): in the nested component: this is not WebAssembly: it does not begin with the bytes 00 61 73 6d"},
	{name: "nested component", wasm: comp(custom("x"), nested(comp(types(bin(0x62))))), want: "offset 0x19 (type section, entry 0): type opcode 0x62 is unknown"},

	{name: "name cut off", wasm: comp(frame(0, bin(9, 0x68, 0x69))), want: "offset 0xa (custom section): the name of the custom section has 9 bytes, but 2 bytes are left"},
	{name: "name not UTF-8", wasm: comp(frame(0, bin(2, 0xc0, 0x80))), want: "offset 0xb (custom section): the name of the custom section is not valid UTF-8"},
	{name: "empty record", wasm: oneType(0x72, vec()), want: "offset 0xb (type section, entry 0): a record needs at least one field"},
	{name: "empty variant", wasm: oneType(0x71, vec()), want: "offset 0xb (type section, entry 0): a variant needs at least one case"},
	{name: "empty tuple", wasm: oneType(0x6f, vec()), want: "offset 0xb (type section, entry 0): a tuple needs at least one part"},
	{name: "empty flags", wasm: oneType(0x6e, vec()), want: "offset 0xb (type section, entry 0): flags types need at least one label"},
	{name: "refining case", wasm: oneType(0x71, vec(bin("a", 0, 1, 0))), want: "offset 0x10 (type section, entry 0): the end of the case is 0x01, which must be 0x00"},
	{name: "labels alike", wasm: oneType(0x6d, names("a-b", "A-b")), want: "offset 0x11 (type section, entry 0): the enum labels \"a-b\" and \"A-b\" are the same when case is ignored"},
	{name: "not a label", wasm: oneType(0x6d, names("a_b")), want: "offset 0xd (type section, entry 0): \"a_b\" is not a label: the words of a label are letters and digits, of one case each, between dashes"},
	{name: "type index", wasm: oneType(0x70, 0), want: "offset 0xc (type section, entry 0): type index 0 is out of range: no types are defined here"},
	{name: "function as a value", wasm: comp(types(fn(nil), bin(0x70, 0))), want: "offset 0x10 (type section, entry 1): type index 0 is a function type, where a value type is needed"},
	{name: "float keys", wasm: oneType(0x63, f32Type, u8Type), want: "offset 0xc (type section, entry 0): f32 cannot be the key of a map: keys are bool, integers, char and string"},
	{name: "stream of char", wasm: oneType(0x66, 1, charType), want: "offset 0xc (type section, entry 0): a stream of char is not allowed yet: use u8 and an encoding"},
	{name: "borrow in a result", wasm: comp(types(bin(0x3f, i32, 0), bin(0x68, 0), fn(bin(1)))), want: "offset 0x12 (type section, entry 2): the result contains a borrow, which cannot outlive its call"},
	{name: "gated type", wasm: oneType(0x67, u8Type, 1), want: "offset 0xb (type section, entry 0): this needs a feature that is not enabled: fixed-length lists"},
	{name: "fixed list of nothing", features: FeatureFixedLists, wasm: oneType(0x67, u8Type, 0), want: "offset 0xd (type section, entry 0): a fixed-length list needs at least one element"},
	{name: "resource in a type", wasm: oneType(0x42, vec(bin(1, 0x3f, i32, 0))), want: "offset 0xe (type section, entry 0): resource types are defined in components, not in types: a type imports or exports them"},
	{name: "representation", wasm: oneType(0x3f, f32, 0), want: "offset 0xc (type section, entry 0): 0x7d cannot represent a resource: the representation is i32 or i64"},
	{name: "destructor", wasm: comp(libc(), types(bin(0x3f, i32, 1, coreGive))), want: "offset 0xa6 (type section, entry 0): the destructor needs a core function of type (i32) -> (), but core func 2 has the type () -> (i32)"},
	{name: "import in an instance type", wasm: oneType(0x42, vec(bin(3, named("a"), 3, 1))), want: "offset 0xd (type section, entry 0): declarator 0x03 is unknown here"},

	{name: "core import twice", wasm: comp(coreModule(module(moduleTypes(coreFunc(nil, nil)), moduleImports(bin("a", "b", 0, 0), bin("a", "b", 0, 0))))), want: "offset 0x21 (core module, import section): two core imports have the names \"a\" \"b\""},
	{name: "core export twice", wasm: comp(coreModule(module(moduleMemories(bin(0, 1)), moduleExports(bin("m", 2, 0), bin("m", 2, 0))))), want: "offset 0x1e (core module, export section): two core exports have the name \"m\""},
	{name: "core export of nothing", wasm: comp(coreModule(module(moduleExports(bin("m", 2, 0))))), want: "offset 0x18 (core module, export section): core memory index 0 is out of range: no core memories are defined here"},
	{name: "core instruction", wasm: comp(coreModule(module(moduleGlobals(bin(i32, 0, 0x45, 0x0b))))), want: "offset 0x17 (core module, global section): the instruction 0x45 cannot stand in a constant expression"},
	{name: "core section cut off", wasm: comp(coreModule(module(bin(9, 4, 0)))), want: "offset 0x13 (core module section): section 9 of the core module has 4 bytes, but 1 byte is left"},
	{name: "core limits", wasm: comp(coreModule(module(moduleMemories(bin(1, 5, 4))))), want: "offset 0x15 (core module, memory section): the maximum 4 is below the minimum 5"},
	{name: "core export unknown", wasm: comp(libc(), aliases(bin(0, 0, 1, 0, "free"))), want: "offset 0xa7 (alias section, entry 0): core instance 0 has no export \"free\""},
	{name: "core export of another sort", wasm: comp(libc(), aliases(bin(0, 0, 1, 0, "memory"))), want: "offset 0xa7 (alias section, entry 0): export \"memory\" of core instance 0 is a core memory, not a core func"},
	{name: "core argument missing", wasm: comp(coreModule(module(moduleImports(bin("env", "m", 2, 0, 1)))), coreInstances(bin(0, 0, vec()))), want: "offset 0x21 (core instance section, entry 0): the core module imports from \"env\", but the instantiation does not give it"},
	{name: "core argument too small", wasm: comp(libc(), coreModule(module(moduleImports(bin("env", "memory", 2, 0, 2)))), coreInstances(bin(0, 1, vec(bin("env", 0x12, 0))))), want: "offset 0xbe (core instance section, entry 0): argument \"env\", export \"memory\": at least 2 pages wanted, 1 promised"},

	{name: "option twice", wasm: comp(libc(), types(fn(nil)), canons(bin(0, 0, coreNothing, vec(bin(0), bin(1)), 0))), want: "offset 0xaf (canon section, entry 0): the option string-encoding stands twice"},
	{name: "post-return of lower", wasm: comp(libc(), types(fn(nil)), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(5, 0))))), want: "offset 0xb5 (canon section, entry 0): the option post-return is for lifted functions only"},
	{name: "memory missing", wasm: comp(types(fn(nil, bin("s", stringType))), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec()))), want: "offset 0x20 (canon section, entry 0): the option memory is missing: a parameter contains a list or string"},
	{name: "lifted function", wasm: comp(libc(), types(fn(bin(u8Type))), canons(bin(0, 0, coreTake, vec(), 0))), want: "offset 0xaa (canon section, entry 0): the lifted function needs a core function of type () -> (i32), but core func 1 has the type (i32) -> ()"},
	{name: "realloc", wasm: comp(libc(), types(fn(nil)), canons(bin(0, 0, coreNothing, vec(bin(3, 0), bin(4, coreTake)), 0))), want: "offset 0xad (canon section, entry 0): the option realloc needs a core function of type (i32 i32 i32 i32) -> (i32), but core func 1 has the type (i32) -> ()"},
	{name: "async option", wasm: comp(libc(), types(fn(nil)), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(6))))), want: "offset 0xb5 (canon section, entry 0): the option async needs an async function type"},
	{name: "resource of another", wasm: comp(imports(bin(named("r"), 3, 1)), canons(bin(2, 0))), want: "offset 0x14 (canon section, entry 0): type index 0 is not a resource type that this component defines"},
	{name: "canon opcode", wasm: comp(canons(bin(7))), want: "offset 0xb (canon section, entry 0): canonical definition 0x07 is unknown"},

	{name: "empty import name", wasm: oneImport(0, ""), want: "offset 0x12 (import section, entry 0): the import name is not valid: the name is empty"},
	{name: "import annotation", wasm: oneImport(0, "[new]a"), want: "offset 0x12 (import section, entry 0): the import name is not valid: the annotation of \"[new]a\" is unknown: there are [constructor], [method] and [static]"},
	{name: "import version", wasm: oneImport(0, "a:b/c@01.0.0"), want: "offset 0x12 (import section, entry 0): the import name is not valid: \"01.0.0\" is not a semantic version"},
	{name: "name form", wasm: oneImport(3, "a"), want: "offset 0x12 (import section, entry 0): form 0x03 of a name is unknown"},
	{name: "attribute twice", wasm: oneImport(2, "a", vec(bin(2, "x"), bin(2, "y"))), want: "offset 0x19 (import section, entry 0): attribute 0x02 stands twice"},
	{name: "function implements", wasm: oneImport(2, "a", vec(bin(0, "a:b/c"))), want: "offset 0x12 (import section, entry 0): \"a\" implements an interface, which only an instance under a plain name can"},
	{name: "method without resource", wasm: oneImport(0, "[method]r.m"), want: "offset 0x12 (import section, entry 0): the resource type \"r\", to which the function belongs, is not known here"},
	{name: "imports alike", wasm: comp(types(fn(nil)), imports(bin(named("a"), 1, 0), bin(named("A"), 1, 0))), want: "offset 0x17 (import section, entry 1): the import names \"a\" and \"A\" are too alike"},
	{name: "constructor", wasm: comp(imports(bin(named("r"), 3, 1)), types(fn(nil)), imports(bin(named("[constructor]r"), 1, 1))), want: "offset 0x1a (import section, entry 0): the constructor of \"r\" must return own<r> or a result with that"},
	{name: "method", wasm: comp(imports(bin(named("r"), 3, 1)), types(fn(nil)), imports(bin(named("[method]r.m"), 1, 1))), want: "offset 0x1a (import section, entry 0): the first parameter of a method of \"r\" must be self: borrow<r>"},
	{name: "nameless record", wasm: comp(types(bin(0x72, vec(bin("a", u8Type))), fn(nil, bin("r", 0))), imports(bin(named("f"), 1, 1))), want: "offset 0x1a (import section, entry 0): \"f\" uses a record type that has no name outside: import or export it first"},

	{name: "resource without its name", wasm: comp(libc(), types(bin(0x3f, i32, 0), bin(0x69, 0), fn(bin(1))), canons(bin(0, 0, coreGive, vec(), 2)), exports(bin(named("r"), 3, 0, 0), bin(named("f"), 1, 0, 0))), want: "offset 0xbd (export section, entry 1): \"f\" uses the resource type \"r\" as it was before it got its name: use the type that the import or export adds"},
	{name: "constructor in an inline instance", wasm: comp(libc(), types(bin(0x3f, i32, 0), bin(0x69, 0), fn(bin(1))), canons(bin(0, 0, coreGive, vec(), 2)), instances(bin(1, vec(bin(named("r"), 3, 0), bin(named("[constructor]r"), 1, 0))))), want: "offset 0xbe (instance section, entry 0): the resource type \"r\", to which the function belongs, is not known here"},
	{name: "slot of other threads", wasm: comp(canons(bin(0x0a, i32, 1))), want: "offset 0xd (canon section, entry 0): this needs a feature that is not enabled: threads"},

	{name: "outer alias beyond the root", wasm: comp(aliases(bin(3, 2, 1, 0))), want: "offset 0xd (alias section, entry 0): 1 scopes outwards is beyond the root: 0 enclose this one"},
	{name: "outer alias of a function", wasm: comp(types(fn(nil)), imports(bin(named("f"), 1, 0)), nested(comp(aliases(bin(1, 2, 1, 0))))), want: "offset 0x24 (alias section, entry 0): an outer alias reaches types, components, core types and core modules, not a func"},
	{name: "outer resource", wasm: comp(types(bin(0x3f, i32, 0)), nested(comp(aliases(bin(3, 2, 1, 0))))), want: "offset 0x1d (alias section, entry 0): the type refers to a resource type, which belongs to one instance of the outer component"},
	{name: "alias of no export", wasm: comp(instances(bin(1, vec())), aliases(bin(1, 0, 0, "x"))), want: "offset 0x13 (alias section, entry 0): instance 0 has no export \"x\""},
	{name: "argument missing", wasm: comp(nested(comp(imports(bin(named("r"), 3, 1)))), instances(bin(0, 0, vec()))), want: "offset 0x1d (instance section, entry 0): the component imports \"r\", but the instantiation does not give it"},
	{name: "argument of another sort", wasm: comp(nested(comp(imports(bin(named("r"), 3, 1)))), instances(bin(0, 0, vec(bin("r", 4, 0))))), want: "offset 0x1d (instance section, entry 0): argument \"r\": a type is wanted, but a component is given"},
	{name: "argument of another type", wasm: comp(types(fn(nil), fn(nil, bin("a", u8Type))), nested(comp(types(fn(nil)), imports(bin(named("f"), 1, 0)))), imports(bin(named("g"), 1, 1)), instances(bin(0, 0, vec(bin("f", 1, 0))))), want: "offset 0x3a (instance section, entry 0): argument \"f\": no parameters wanted, 1 given"},
	{name: "export with another type", wasm: comp(types(fn(nil), fn(bin(u8Type))), imports(bin(named("f"), 1, 0)), exports(bin(named("g"), 1, 0, 1, 1, 1))), want: "offset 0x23 (export section, entry 0): the type of the export, result: a type is wanted, but none is given"},
	{name: "value unused", features: FeatureValues, wasm: comp(imports(bin(named("v"), 2, 1, u8Type))), want: "offset 0xb: this value is used neither by an instantiation, a start function nor an export"},
	{name: "value twice", features: FeatureValues, wasm: comp(imports(bin(named("v"), 2, 1, u8Type)), exports(bin(named("a"), 2, 0, 0), bin(named("b"), 2, 0, 0))), want: "offset 0x1d (export section, entry 1): value 0 is used a second time"},

	{name: "record field cut off", wasm: oneType(0x72, 2, bin("a", u8Type)), want: "offset 0x10 (type section, entry 0): the length of the label of the field cannot be read: the integer is cut off"},
	{name: "core sub of a module type", features: FeatureGarbageCollected, wasm: comp(coreTypes(bin(0x50, vec()), bin(0x00, 0x50, vec(bin(0)), 0x60, 0, 0))), want: "offset 0x10 (core type section, entry 1): core type index 0 is a module type, which has no references"},
	{name: "module type in a module type", wasm: comp(coreTypes(bin(0x50, vec(bin(1, 0x50, vec()))))), want: "offset 0xe (core type section, entry 0): a module type cannot define module types"},
	{name: "core value type", wasm: comp(coreTypes(bin(0x60, vec(bin(0x10)), 0))), want: "offset 0xd (core type section, entry 0): 0x10 is not a core value type"},
	{name: "heap type", wasm: comp(coreTypes(bin(0x60, vec(bin(0x64, 0x40)), 0))), want: "offset 0xe (core type section, entry 0): 0x40 is not a heap type"},
	{name: "core tag that is no function", features: FeatureGarbageCollected, wasm: comp(coreTypes(bin(0x50, vec(bin(1, 0x5f, vec()), bin(0, "m", "f", 0, 0))))), want: "offset 0x16 (core type section, entry 0): core type index 0 is not a function type"},
	{name: "kind of core entity", wasm: comp(coreTypes(bin(0x50, vec(bin(0, "m", "f", 5, 0))))), want: "offset 0x12 (core type section, entry 0): kind 0x05 of a core entity is unknown"},
	{name: "module declarator", wasm: comp(coreTypes(bin(0x50, vec(bin(4))))), want: "offset 0xd (core type section, entry 0): module declarator 0x04 is unknown"},
	{name: "core alias of a function", wasm: comp(coreTypes(bin(0x50, vec(bin(2, 0, 1, 1, 0))))), want: "offset 0xe (core type section, entry 0): a module type can alias core types only"},
	{name: "core alias of a module type", wasm: comp(coreTypes(bin(0x50, vec()), bin(0x50, vec(bin(2, 0x10, 1, 1, 0))))), want: "offset 0x10 (core type section, entry 1): a module type cannot contain module types"},
	{name: "bits of limits", wasm: comp(coreModule(module(moduleMemories(bin(0x10, 1))))), want: "offset 0x15 (core module, memory section): the bits 0x10 of the limits are unknown"},
	{name: "shared without maximum", wasm: comp(coreModule(module(moduleMemories(bin(2, 1))))), want: "offset 0x15 (core module, memory section): a shared memory needs a maximum"},
	{name: "page size", wasm: comp(coreModule(module(moduleMemories(bin(8, 1, 3))))), want: "offset 0x17 (core module, memory section): pages of 2^3 bytes are not possible: they have 1 or 65536 bytes"},
	{name: "memory too large", wasm: comp(coreModule(module(moduleMemories(bin(0, 0x81, 0x80, 0x04))))), want: "offset 0x15 (core module, memory section): the memory is larger than 65536 pages"},
	{name: "core vector instruction", wasm: comp(coreModule(module(moduleGlobals(bin(0x7b, 0, 0xfd, 13, 0x0b))))), want: "offset 0x17 (core module, global section): the vector instruction 13 cannot stand in a constant expression"},
	{name: "core heap instruction", wasm: comp(coreModule(module(moduleGlobals(bin(0x6e, 0, 0xfb, 2, 0x0b))))), want: "offset 0x17 (core module, global section): the instruction 0xfb 2 cannot stand in a constant expression"},
	{name: "core constant cut off", wasm: comp(coreModule(module(moduleGlobals(bin(0x7c, 0, 0x44, 1))))), want: "offset 0x18 (core module, global section): the constant is cut off"},
	{name: "kind of core export", wasm: comp(coreModule(module(moduleExports(bin("m", 0x11, 0))))), want: "offset 0x17 (core module, export section): kind 0x11 of a core entity is unknown"},
	{name: "core function type", wasm: comp(coreModule(module(moduleTypes(bin(0x5e, i32, 0)), moduleFunctions(bin(0))))), want: "offset 0x1b (core module, function section): core type index 0 is not a function type"},
	{name: "form of a core instance", wasm: comp(coreInstances(bin(2))), want: "offset 0xb (core instance section, entry 0): form 0x02 of a core instance is unknown"},
	{name: "core argument twice", wasm: comp(coreInstances(bin(1, vec())), coreModule(module()), coreInstances(bin(0, 0, vec(bin("a", 0x12, 0), bin("a", 0x12, 0))))), want: "offset 0x21 (core instance section, entry 0): two arguments have the name \"a\""},
	{name: "core instance of a module", wasm: comp(coreModule(module()), coreInstances(bin(1, vec(bin("a", 0x11, 0))))), want: "offset 0x19 (core instance section, entry 0): a core instance cannot export a core module"},
	{name: "form of an instance", wasm: comp(instances(bin(2))), want: "offset 0xb (instance section, entry 0): form 0x02 of an instance is unknown"},
	{name: "core function as an argument", wasm: comp(libc(), nested(comp()), instances(bin(0, 0, vec(bin("a", 0, 0, 0))))), want: "offset 0xb2 (instance section, entry 0): a component does not import core funcs"},
	{name: "core function in an instance", wasm: comp(libc(), instances(bin(1, vec(bin(named("a"), 0, 0, 0))))), want: "offset 0xa8 (instance section, entry 0): an instance cannot export a core func"},
	{name: "core function as an export", wasm: comp(libc(), exports(bin(named("a"), 0, 0, 0, 0))), want: "offset 0xa6 (export section, entry 0): a component cannot export a core func"},
	{name: "core function as an import", wasm: comp(imports(bin(named("a"), 0, 0, 0))), want: "offset 0xe (import section, entry 0): a core func cannot be imported or exported"},
	{name: "module of no module type", wasm: comp(coreTypes(coreFunc(nil, nil)), imports(bin(named("a"), 0, 0x11, 0))), want: "offset 0x14 (import section, entry 0): core type index 0 is not a module type"},
	{name: "sort", wasm: comp(aliases(bin(6, 0, 0, "a"))), want: "offset 0xb (alias section, entry 0): sort 0x06 is unknown"},
	{name: "core sort", wasm: comp(aliases(bin(0, 5, 1, 0, "a"))), want: "offset 0xc (alias section, entry 0): core sort 0x05 is unknown"},
	{name: "kind of alias", wasm: comp(aliases(bin(1, 3, 0, "a"))), want: "offset 0xc (alias section, entry 0): kind 0x03 of an alias is unknown"},
	{name: "core instance exports types", wasm: comp(libc(), aliases(bin(0, 0x10, 1, 0, "a"))), want: "offset 0xa3 (alias section, entry 0): a core instance exports no core types"},
	{name: "alias of another sort", wasm: comp(types(bin(u8Type)), instances(bin(1, vec(bin(named("t"), 3, 0)))), aliases(bin(1, 0, 0, "t"))), want: "offset 0x1c (alias section, entry 0): export \"t\" of instance 0 is a type, not a func"},
	{name: "alias of a component in a type", wasm: comp(nested(comp()), types(bin(0x42, vec(bin(2, 4, 2, 1, 0))))), want: "offset 0x18 (type section, entry 0): a type can alias types from further out, not a component"},
	{name: "alias of a core export in a type", wasm: oneType(0x42, vec(bin(2, 0, 0, 1, 0, "a"))), want: "offset 0xe (type section, entry 0): a type cannot alias exports of core instances"},
	{name: "alias of a function in a type", wasm: comp(types(bin(0x42, vec(bin(1, 0x42, vec(bin(1, fn(nil)), bin(4, named("f"), 1, 0))), bin(4, named("i"), 5, 0), bin(2, 1, 0, 0, "f"))))), want: "offset 0x22 (type section, entry 0): a type can alias the types and instances of an instance, not a func"},
	{name: "option", wasm: comp(libc(), canons(bin(0, 0, 0, vec(bin(9))))), want: "offset 0xa7 (canon section, entry 0): option 0x09 is unknown"},
	{name: "realloc without memory", wasm: comp(libc(), types(fn(nil)), canons(bin(0, 0, 0, vec(bin(4, 3)), 0))), want: "offset 0xad (canon section, entry 0): the option realloc needs the option memory"},
	{name: "callback of lower", wasm: comp(libc(), coreModule(module(moduleTypes(coreFunc(bin(i32, i32, i32), bin(i32))), moduleFunctions(bin(0)), moduleExports(bin("cb", 0, 0)))), coreInstances(bin(0, 1, vec())), aliases(bin(0, 0, 1, 1, "cb")), types(bin(0x43, vec(), 1, 0)), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(6), bin(7, 4))))), want: "offset 0xe5 (canon section, entry 0): the option callback is for lifted functions only"},
	{name: "callback", wasm: comp(libc(), types(bin(0x43, vec(), 1, 0)), canons(bin(0, 0, 0, vec(bin(6), bin(7, 0)), 0))), want: "offset 0xad (canon section, entry 0): the option callback needs a core function of type (i32 i32 i32) -> (i32), but core func 0 has the type () -> ()"},
	{name: "callback without async", wasm: comp(libc(), coreModule(module(moduleTypes(coreFunc(bin(i32, i32, i32), bin(i32))), moduleFunctions(bin(0)), moduleExports(bin("cb", 0, 0)))), coreInstances(bin(0, 1, vec())), aliases(bin(0, 0, 1, 1, "cb")), types(fn(nil)), canons(bin(0, 0, 0, vec(bin(7, 4)), 0))), want: "offset 0xdd (canon section, entry 0): the option callback needs the option async"},
	{name: "post-return and async", wasm: comp(libc(), types(bin(0x43, vec(), 1, 0)), canons(bin(0, 0, 0, vec(bin(6), bin(5, 0)), 0))), want: "offset 0xad (canon section, entry 0): the options post-return and async exclude each other"},
	{name: "shared memory", wasm: comp(coreModule(module(moduleMemories(bin(3, 1, 1)), moduleExports(bin("m", 2, 0)))), coreInstances(bin(0, 0, vec())), aliases(bin(0, 2, 1, 0, "m")), types(fn(nil)), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(3, 0))))), want: "offset 0x43 (canon section, entry 0): the option memory refers to core memory 0, which is shared"},
	{name: "realloc missing", wasm: comp(libc(), types(fn(bin(stringType))), imports(bin(named("f"), 1, 0)), canons(bin(1, 0, 0, vec(bin(3, 0))))), want: "offset 0xb5 (canon section, entry 0): the option realloc is missing: the result contains a list or string"},
	{name: "lift of no function", wasm: comp(libc(), types(bin(u8Type)), canons(bin(0, 0, 0, vec(), 0))), want: "offset 0xab (canon section, entry 0): type index 0 is u8, where a function type is needed"},
	{name: "task.return with async", wasm: comp(canons(bin(9, 1, 0, vec(bin(6))))), want: "offset 0xe (canon section, entry 0): task.return takes only the options memory and string-encoding"},
	{name: "task.return of a string", wasm: comp(canons(bin(9, 0, stringType, vec()))), want: "offset 0xe (canon section, entry 0): the option memory is missing: the result contains a list or string"},
	{name: "slot", wasm: comp(canons(bin(0x0a, i32, 2))), want: "offset 0xd (canon section, entry 0): slot 2 does not exist: a thread has 2"},
	{name: "type of a slot", wasm: comp(canons(bin(0x0a, f32, 0))), want: "offset 0xc (canon section, entry 0): 0x7d is not the type of a slot: slots hold i32 or i64"},
	{name: "slots of two types", features: FeatureMemory64, wasm: comp(canons(bin(0x0a, i32, 0), bin(0x0b, i64, 0))), want: "offset 0xf (canon section, entry 1): the slots of a component have one type, which is i32 already"},
	{name: "stream.new of a future", wasm: comp(types(bin(0x65, 0)), canons(bin(0x0e, 0))), want: "offset 0x11 (canon section, entry 0): stream.new needs a stream type, but type index 0 is a future type"},
	{name: "future.new of a stream", wasm: comp(types(bin(0x66, 0)), canons(bin(0x15, 0))), want: "offset 0x11 (canon section, entry 0): future.new needs a future type, but type index 0 is a stream type"},
	{name: "stream.read with callback", wasm: comp(libc(), types(bin(0x66, 0)), canons(bin(0x0f, 0, vec(bin(6), bin(5, 0))))), want: "offset 0xaa (canon section, entry 0): stream.read takes neither the option post-return nor callback"},
	{name: "start of no function", features: FeatureValues, wasm: comp(start(0, 0, 0)), want: "offset 0xa (start section): func index 0 is out of range: no funcs are defined here"},
	{name: "start arguments", features: FeatureValues, wasm: comp(types(fn(nil)), imports(bin(named("f"), 1, 0), bin(named("v"), 2, 1, u8Type)), start(0, 1, 0, 0)), want: "offset 0x20 (start section): the start function takes no arguments, but gets 1"},
	{name: "start results", features: FeatureValues, wasm: comp(types(fn(nil)), imports(bin(named("f"), 1, 0)), start(0, 0, 1)), want: "offset 0x1b (start section): the start function has no results, not 1"},
	{name: "attribute", wasm: oneImport(2, "a", vec(bin(3, "x"))), want: "offset 0x16 (import section, entry 0): attribute 0x03 is unknown"},
	{name: "implements a label", wasm: oneImport(2, "a", vec(bin(0, "x"))), want: "offset 0x17 (import section, entry 0): \"x\" is not the name of an interface, so nothing can implement it"},
	{name: "suffix without track", features: FeatureCanonNames, wasm: comp(types(bin(0x42, vec())), imports(bin(2, "a:b/c@1.0.0", vec(bin(1, ".7")), 5, 0))), want: "offset 0x1f (import section, entry 0): \"a:b/c@1.0.0\" has a version suffix, but no canonical version before it"},
	{name: "suffix that is no version", features: FeatureCanonNames, wasm: comp(types(bin(0x42, vec())), imports(bin(2, "a:b/c@0.2", vec(bin(1, "x")), 5, 0))), want: "offset 0x1d (import section, entry 0): \"0.2x\" is not a semantic version"},
	{name: "method that is no function", wasm: comp(types(bin(0x42, vec())), imports(bin(named("[static]r.s"), 5, 0))), want: "offset 0x10 (import section, entry 0): a constructor, method or static function of \"r\" must be a function, not an instance"},
	{name: "resource of a handle", wasm: comp(types(bin(u8Type), bin(0x69, 0))), want: "offset 0xd (type section, entry 1): type index 0 is u8, where a resource type is needed"},
	{name: "function for an instance", wasm: comp(types(fn(nil)), imports(bin(named("a"), 5, 0))), want: "offset 0x16 (import section, entry 0): type index 0 is a function type, where an instance type is needed"},
	{name: "borrow in a stream", wasm: comp(types(bin(0x3f, i32, 0), bin(0x68, 0), bin(0x66, 1, 1))), want: "offset 0x11 (type section, entry 2): the elements of a stream contain a borrow, which cannot outlive its call"},
}

func TestMalformed(t *testing.T) {
	for _, tt := range malformed {
		t.Run(tt.name, func(t *testing.T) {
			c, err := DecodeWith(tt.wasm, Released|tt.features)
			if err == nil {
				t.Fatalf("decoded as\n%s", show(c))
			}
			if err.Error() != tt.want {
				t.Errorf("got  %q\nwant %q", err, tt.want)
			}
		})
	}
}

// TestErrorFields checks that the parts of an error can be taken apart.
func TestErrorFields(t *testing.T) {
	_, err := Decode(oneType(0x72, vec()))
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is a %T", err)
	}
	if e.Offset != 11 || e.Section != "type" || e.Entry != 0 || e.Rule != "a record needs at least one field" {
		t.Errorf("got %+v", *e)
	}
}

// sectionEnds are the offsets at which a component can end.
func sectionEnds(wasm []byte) map[int]bool {
	ends := map[int]bool{8: true}
	for at := 8; at < len(wasm); {
		size, shift := 0, 0
		for at++; ; at++ {
			size |= int(wasm[at]&0x7f) << shift
			if shift += 7; wasm[at] < 0x80 {
				break
			}
		}
		at += 1 + size
		ends[at] = true
	}
	return ends
}

// TestTruncated cuts components short everywhere: only after a section can what is left be a component.
func TestTruncated(t *testing.T) {
	for _, c := range constructs {
		name, wasm := c.name, c.wasm
		ends := sectionEnds(wasm)
		for n := range len(wasm) {
			_, err := DecodeWith(wasm[:n:n], AllFeatures)
			var e *Error
			switch {
			case err == nil && !ends[n]:
				t.Errorf("%s: the first %d bytes of %d decode", name, n, len(wasm))
			case err != nil && !errors.As(err, &e):
				t.Errorf("%s: the first %d bytes give a %T", name, n, err)
			case err != nil && (e.Offset < 0 || e.Offset > int64(n)):
				t.Errorf("%s: the first %d bytes break a rule at %d: %v", name, n, e.Offset, err)
			case err != nil && strings.Contains(err.Error(), "%!"):
				t.Errorf("%s: the first %d bytes give a malformed message: %v", name, n, err)
			}
		}
	}
}
