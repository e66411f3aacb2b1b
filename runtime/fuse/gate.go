package fuse

import (
	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/abi"
)

// The exports of a gate: mutable globals of type i32, both 1 at first.
const (
	GateLeave = "leave" // 0 while the instance may not call out
	GateEnter = "enter" // 0 while the instance is in a call
)

// Gate returns a core module whose instance holds what adapters and the host must both know about a
// component instance.
func Gate() []byte {
	var globals, exports vector
	for i, name := range []string{GateLeave, GateEnter} {
		globals.add([]byte{byte(abi.I32), 1, byte(opI32Const), 1, byte(opEnd)})
		exports.add(leb128.AppendUint(append(appendName(nil, name), globalKind), uint64(i)))
	}
	wasm := globals.section([]byte(header), globalSection)
	return exports.section(wasm, exportSection)
}
