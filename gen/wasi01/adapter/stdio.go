//go:build wasip1

package adapter

// This file is about the standard streams. Each is asked for when it is first used, so that a program which only
// writes imports nothing to read from.

//go:wasmimport wasi:cli/stdin@0.2.12 get-stdin
func getStdin() uint32

//go:wasmimport wasi:cli/stdout@0.2.12 get-stdout
func getStdout() uint32

//go:wasmimport wasi:cli/stderr@0.2.12 get-stderr
func getStderr() uint32

//go:wasmimport wasi:cli/terminal-stdin@0.2.12 get-terminal-stdin
func getTerminalStdin(result address)

//go:wasmimport wasi:cli/terminal-stdout@0.2.12 get-terminal-stdout
func getTerminalStdout(result address)

//go:wasmimport wasi:cli/terminal-stderr@0.2.12 get-terminal-stderr
func getTerminalStderr(result address)

//go:wasmimport wasi:cli/terminal-input@0.2.12 [resource-drop]terminal-input
func dropTerminalInput(terminal uint32)

//go:wasmimport wasi:cli/terminal-output@0.2.12 [resource-drop]terminal-output
func dropTerminalOutput(terminal uint32)

// inputStream is the stream of standard input.
func (d descriptor) inputStream() uint32 {
	if !d.has(hasStream) {
		d.setHandle(getStdin())
		d.setState(hasStream)
	}
	return d.handle()
}

// outputStream is the stream of standard output or standard error.
func (d descriptor) outputStream() uint32 {
	if !d.has(hasStream) {
		if d.kind() == kindStdout {
			d.setHandle(getStdout())
		} else {
			d.setHandle(getStderr())
		}
		d.setState(hasStream)
	}
	return d.handle()
}

// standardType is the type of a standard stream. All that WASI 0.2 tells is whether it is a terminal.
func (d descriptor) standardType() filetype {
	switch d.kind() {
	case kindStdin:
		getTerminalStdin(resultAt)
	case kindStdout:
		getTerminalStdout(resultAt)
	default:
		getTerminalStderr(resultAt)
	}
	if load8(resultAt) == 0 {
		return filetypeUnknown
	}
	terminal := load32(resultAt + terminalSome)
	if d.kind() == kindStdin {
		dropTerminalInput(terminal)
	} else {
		dropTerminalOutput(terminal)
	}
	return filetypeCharacterDevice
}
