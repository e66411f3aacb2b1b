package engine

import "github.com/tetratelabs/wazero/api"

// The engine's own types under names that the rest of the tree may use.
type (
	// Module is an instance of a core module.
	Module = api.Module
	// Memory is a linear memory.
	Memory = api.Memory
	// Function is a callable core function. It owns a call stack and serves one caller at a time.
	Function = api.Function
	// HostCode is the body of a core function written in Go. It gets the parameters in stack and leaves
	// its results there; a panic traps the caller.
	HostCode = api.GoFunction
	// GoFunc makes HostCode of a func.
	GoFunc = api.GoFunc
)
