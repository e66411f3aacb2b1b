module github.com/witan-os/witan/bench

go 1.26.0

toolchain go1.26.8

require (
	github.com/bytecodealliance/wasmtime-go/v44 v44.0.0
	github.com/tetratelabs/wazero v1.12.0
	github.com/witan-os/witan v0.0.0
)

require golang.org/x/sys v0.49.0 // indirect

replace github.com/witan-os/witan => ../
