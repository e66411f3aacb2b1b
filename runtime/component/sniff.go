package component

import "fmt"

// Kind is what a WebAssembly file holds.
type Kind uint8

// The two kinds of file, told apart by the layer in the eighth byte group of the header.
const (
	KindUnknown Kind = iota
	KindModule
	KindComponent
)

func (k Kind) String() string {
	switch k {
	case KindModule:
		return "core module"
	case KindComponent:
		return "component"
	default:
		return "unknown"
	}
}

const (
	headerSize       = 8
	moduleVersion    = 1
	componentVersion = 0x0d
	moduleLayer      = 0
	componentLayer   = 1
)

var magic = [4]byte{0, 'a', 's', 'm'}

// Sniff tells what data is from its first eight bytes. The error says what is wrong with them when it
// is neither a core module nor a component of the versions that this package knows.
func Sniff(data []byte) (Kind, error) {
	header := func(at int64, format string, args ...any) (Kind, error) {
		return KindUnknown, &Error{Offset: at, Entry: noEntry, Rule: fmt.Sprintf(format, args...)}
	}
	for i, want := range magic {
		switch {
		case i == len(data) && i == 0:
			return header(0, "the file is empty")
		case i == len(data):
			return header(int64(i), "the file ends inside its header")
		case data[i] != want:
			return header(int64(i), "this is not WebAssembly: it does not begin with the bytes 00 61 73 6d")
		}
	}
	if len(data) < headerSize {
		return header(int64(len(data)), "the file ends inside its header")
	}
	version := int(data[4]) | int(data[5])<<8
	layer := int(data[6]) | int(data[7])<<8
	switch {
	case layer == moduleLayer && version == moduleVersion:
		return KindModule, nil
	case layer == componentLayer && version == componentVersion:
		return KindComponent, nil
	case layer == moduleLayer:
		return header(4, "core modules of version %d are unknown, only version %d", version, moduleVersion)
	case layer == componentLayer:
		return header(4, "components of version %#x are unknown, only version %#x", version, componentVersion)
	default:
		return header(6, "layer %d is unknown: core modules have layer %d, components layer %d",
			layer, moduleLayer, componentLayer)
	}
}

func expectComponent(data []byte) error {
	kind, err := Sniff(data)
	if err != nil {
		return err
	}
	if kind != KindComponent {
		return &Error{Offset: 4, Entry: noEntry, Rule: "this is a core module, where a component is expected"}
	}
	return nil
}
