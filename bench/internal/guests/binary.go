package guests

import (
	"encoding/binary"
	"slices"
)

// This file puts components of given bytes together, which internal/testwasm has no words for, and takes them
// apart.

// The sections of a component that are written or looked for here.
const (
	sectionCoreModule = 1
	sectionComponent  = 4
	sectionInstance   = 5
	sectionAlias      = 6
	sectionType       = 7
	sectionImport     = 10
	sectionExport     = 11
)

// preamble is what a component begins with.
const preamble = "\x00asm\x0d\x00\x01\x00"

// section is a section with the given body.
func section(id byte, body string) string { return string([]byte{id}) + sized(body) }

// sized is a text with its length before it, such as a name.
func sized(text string) string { return string(binary.AppendUvarint(nil, uint64(len(text)))) + text }

// compose links a driver to a callee: the result imports what the callee imports, and exports the functions of the
// driver that are named.
func compose(callee, driver []byte, exports []string) []byte {
	const (
		u32           = "\x79"
		stringType    = "\x73"
		hostName      = "perf:bench/host"
		apiName       = "perf:bench/api"
		instanceSort  = "\x05"
		functionSort  = "\x01"
		ofInstance    = "\x00" // an alias of an export
		hostInstance  = "\x00"
		calleeExports = "\x01"
		api           = "\x02"
		driverExports = "\x03"
	)
	arg := func(name, instance string) string { return "\x01" + sized(name) + instanceSort + instance }
	out := preamble +
		section(sectionType, "\x01\x42\x04"+ // one type, of instances, with four declarations
			"\x01\x40\x01"+sized("x")+u32+"\x00"+u32+
			"\x04\x00"+sized("tick")+functionSort+"\x00"+
			"\x01\x40\x01"+sized("s")+stringType+"\x00"+u32+
			"\x04\x00"+sized("log")+functionSort+"\x01") +
		section(sectionImport, "\x01\x00"+sized(hostName)+instanceSort+"\x00") +
		section(sectionComponent, string(callee)) +
		section(sectionComponent, string(driver)) +
		section(sectionInstance, "\x01\x00\x00"+arg(hostName, hostInstance)) +
		section(sectionAlias, "\x01"+instanceSort+ofInstance+calleeExports+sized(apiName)) +
		section(sectionInstance, "\x01\x00\x01"+arg(apiName, api))
	for i, name := range exports {
		out += section(sectionAlias, "\x01"+functionSort+ofInstance+driverExports+sized(name)) +
			section(sectionExport, "\x01\x00"+sized(name)+functionSort+string([]byte{byte(2 * i)})+"\x00")
	}
	return []byte(out)
}

// CoreModule returns the first core module in a component, for those who run it without the component around it.
func CoreModule(component []byte) ([]byte, error) {
	for rest := component[min(len(preamble), len(component)):]; len(rest) > 0; {
		id := rest[0]
		size, n := binary.Uvarint(rest[1:]) // the binary format codes sizes alike
		if n <= 0 || size > uint64(len(rest)-1-n) {
			break
		}
		rest = rest[1+n:]
		if id == sectionCoreModule {
			return slices.Clone(rest[:size]), nil
		}
		rest = rest[size:]
	}
	return nil, errNoModule
}
