//go:build linux

package metal

import (
	"runtime"
	"unsafe"
)

// loader is how the loader left the machine. To launch another program is to go
// back there.
var loader struct {
	tables uintptr  // CR3
	gdt    [16]byte // operand of LGDT, from byte 6 on
	info   uintptr  // where BootInfo lies
}

// rememberLoader is for boot, before it changes anything.
func rememberLoader(info uintptr) {
	loader.tables, loader.info = readCR3(), info
	storeGDT(unsafe.Pointer(&loader.gdt[6]))
}

// storeGDT is SGDT.
func storeGDT(descriptor unsafe.Pointer)

// mapBootStacks keeps the loader's stacks mapped, but for the lowest page of each, as
// what overflows one must not go unnoticed. Boot runs on the first; then they are what
// handlers run on.
func mapBootStacks() {
	for i := range uintptr(bootInfo.CPUs) {
		low := uintptr(bootInfo.Stacks) + i*uintptr(bootInfo.StackSize)
		mapPages(low+pageSize, low+pageSize, uintptr(bootInfo.StackSize)-pageSize, pagePresent|pageWritable|pageNoExecute)
	}
}

// bootStackTop returns the end of a CPU's stack of those that the loader gave, or 0 when
// it gave fewer.
func bootStackTop(cpu int) uintptr {
	if cpu >= int(bootInfo.CPUs) {
		return 0
	}
	return uintptr(bootInfo.Stacks) + uintptr(cpu+1)*uintptr(bootInfo.StackSize)
}

func machineInfo() BootInfo {
	info := bootInfo
	if active {
		info.TSCRate, info.TimerRate = clock.rates.perSecond()
		info.Started = clock.boot
	}
	return info
}

func machineLoadArea() (start uint64, memory []byte) {
	if !active {
		return 0, nil
	}
	low, high := loader.info+pageSize, linkedText()&^pageMask-pageSize
	if m := uintptr(bootInfo.MemoryMap); m > loader.info && m < high { // a copy, behind BootInfo
		low = (m + uintptr(bootInfo.MemoryEntries)*MemoryEntrySize + pageMask) &^ pageMask
	}
	return uint64(low), bytesAt(direct(low), high-low)
}

func machineUsable(start, end uint64) bool {
	if !active {
		return false
	}
	entries := unsafe.Slice(at[memoryEntry](direct(uintptr(bootInfo.MemoryMap))), bootInfo.MemoryEntries)
	return covers(entries, start, end)
}

func machineLaunch(entry uint64, info BootInfo) error {
	if err := info.Validate(); err != nil {
		return err
	}
	switch {
	case !active:
		return ErrNotOnMetal
	case machineCPUs() != 1:
		return ErrManyCPUs
	}
	runtime.LockOSThread()
	localAPIC.setTimer(0)
	copy(bytesAt(direct(loader.info), BootInfoSize), info.Encode())
	mapPhysicalAt(uintptr(info.PhysicalMap))
	launch(uintptr(entry), uintptr(info.Stacks+info.StackSize), loader.info, loader.tables, unsafe.Pointer(&loader.gdt[6]))
	return nil
}

// mapPhysicalAt makes the loader's tables map physical memory at va, too.
func mapPhysicalAt(va uintptr) {
	const entries = 512
	table := at[[entries]uintptr](direct(loader.tables))
	table[va>>39%entries] = table[0]
}

// launch leaves for entry. It does not return.
func launch(entry, stack, info, tables uintptr, gdt unsafe.Pointer)
