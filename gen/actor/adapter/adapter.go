//go:build wasip1

// Package adapter is what an actor sees of the system: functions named env.sys_…, each of which is one of
// witan:kernel/actor as it is called from a core module. It is written in the part of Go that gen/bare compiles.
//
// Functions that an actor does not import are dropped, and their imports with them.
package adapter

//go:wasmimport witan:kernel/actor@0.1.0 sys-log
func log(text, size uint32)

//go:wasmexport sys_log
func sysLog(text, size uint32) { log(text, size) }

//go:wasmimport witan:kernel/actor@0.1.0 sys-exit
func exit(code uint32)

//go:wasmexport sys_exit
func sysExit(code uint32) { exit(code) }

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-send
func capSend(handle uint64, opcode, payload, size uint32, slot uint64) uint32

//go:wasmexport sys_cap_send
func sysCapSend(handle uint64, opcode, payload, size uint32, slot uint64) uint32 {
	return capSend(handle, opcode, payload, size, slot)
}

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-recv
func capRecv(handle uint64, buffer, size uint32) uint64

//go:wasmexport sys_cap_recv
func sysCapRecv(handle uint64, buffer, size uint32) uint64 { return capRecv(handle, buffer, size) }

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-mem-read
func capMemRead(handle uint64, offset, buffer, size uint32) uint32

//go:wasmexport sys_cap_mem_read
func sysCapMemRead(handle uint64, offset, buffer, size uint32) uint32 {
	return capMemRead(handle, offset, buffer, size)
}

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-mem-write
func capMemWrite(handle uint64, offset, bytes, size uint32) uint32

//go:wasmexport sys_cap_mem_write
func sysCapMemWrite(handle uint64, offset, bytes, size uint32) uint32 {
	return capMemWrite(handle, offset, bytes, size)
}

//go:wasmimport witan:kernel/actor@0.1.0 sys-fb-info
func fbInfo() uint64

//go:wasmexport sys_fb_info
func sysFBInfo() uint64 { return fbInfo() }

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-irq-wait
func capIRQWait(handle uint64) uint32

//go:wasmexport sys_cap_irq_wait
func sysCapIRQWait(handle uint64) uint32 { return capIRQWait(handle) }

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-io-read
func capIORead(handle uint64, offset, size uint32) uint64

//go:wasmexport sys_cap_io_read
func sysCapIORead(handle uint64, offset, size uint32) uint64 { return capIORead(handle, offset, size) }

//go:wasmimport witan:kernel/actor@0.1.0 sys-cap-io-write
func capIOWrite(handle uint64, offset, size, value uint32) uint32

//go:wasmexport sys_cap_io_write
func sysCapIOWrite(handle uint64, offset, size, value uint32) uint32 {
	return capIOWrite(handle, offset, size, value)
}

//go:wasmimport __main_module__ _start
func start()

// run is the component's only function. An actor that returns has ended well; one that does not ends in sys_exit.
//
//go:wasmexport wasi:cli/run@0.2.12#run
func run() (failed bool) {
	start()
	return false
}
