//go:build linux

package metal

// The system calls behind device_amd64.go.

// deviceBase is where register windows are mapped, one behind the other and for
// good: a machine's devices are few, and each window is mapped once.
const (
	deviceBase  = 0xffff_b800_0000_0000
	deviceSpace = 1 << 40

	// maxDeviceMapping bounds the page tables that one window takes.
	maxDeviceMapping = 1 << 30
	// physicalLimit is the end of what any CPU can address.
	physicalLimit = 1 << 52
)

// deviceSpaceUsed is how much of it is mapped.
var deviceSpaceUsed uintptr

// sysMapDevice serves map_device(physical, size, caching).
func sysMapDevice(t *thread) uintptr {
	physical, size, how := t.frame.di, t.frame.si, caching(t.frame.dx)
	if physical&pageMask != 0 || size == 0 || size > maxDeviceMapping || physical > physicalLimit-size {
		return errno(einval)
	}
	size = (size + pageMask) &^ pageMask
	if frames.memory.overlaps(uint64(physical), uint64(physical+size)) {
		return errno(einval)
	}
	start := (deviceBase + deviceSpaceUsed + largePageSize - 1) &^ (largePageSize - 1)
	if size > deviceBase+deviceSpace-start {
		return errno(enomem)
	}
	bits := uintptr(pagePresent | pageWritable | pageNoExecute)
	switch how {
	case uncached:
		bits |= pageUncached
	case writeCombining:
		bits |= pageWriteCombining
	default:
		return errno(einval)
	}
	memoryLock.acquire(thisCPU())
	mapPages(start, physical, size, bits)
	memoryLock.unlock()
	deviceSpaceUsed = start + size - deviceBase
	return start
}

// Interrupts of devices take the vectors from firstDeviceVector on.
const (
	firstDeviceVector = firstInterrupt + 8
	deviceVectors     = 20

	messageBase = 0xfee00000 // where a message must be written to interrupt a CPU
)

// interruptMessage is what a device writes to interrupt a CPU (Intel's manual, volume
// 3, section 11.11).
type interruptMessage struct{ address, data uint64 }

// deviceDescriptors has the descriptor of each device vector, plus 1, or 0.
var deviceDescriptors [deviceVectors]uint16

// sysOpenInterrupt serves open_interrupt(message): the result is a descriptor that can
// be read like an eventfd.
func sysOpenInterrupt(t *thread) uintptr {
	const size = 16
	if !accessible(t.frame.di, size, protWrite) {
		return errno(efault)
	}
	for i := range deviceDescriptors {
		if deviceDescriptors[i] != 0 {
			continue
		}
		fd := openDescriptor(descriptor{kind: fdInterrupt, index: uint32(i)})
		if isErrno(fd) {
			return fd
		}
		deviceDescriptors[i] = uint16(fd) + 1
		*at[interruptMessage](t.frame.di) = interruptMessage{
			address: messageBase | uint64(localAPIC.id())<<12,
			data:    uint64(firstDeviceVector + i),
		}
		return fd
	}
	return errno(enfile)
}

// deviceInterrupt counts an interrupt of a device. One that nobody has opened any more
// may still be on its way.
func deviceInterrupt(vector uintptr) {
	if n := deviceDescriptors[vector-firstDeviceVector]; n != 0 {
		descriptors[n-1].event.signal(1)
	}
}

// sysAllocateDMA serves allocate_dma(size). The memory is not cleared.
func sysAllocateDMA(t *thread) uintptr {
	size := t.frame.di
	if size == 0 || size > maxDMA || size&pageMask != 0 {
		return errno(einval)
	}
	frames.lock.lock()
	start, ok := frames.contiguous.alloc(size)
	if ok {
		frames.used += size / pageSize
	}
	frames.lock.unlock()
	if !ok {
		return errno(enomem)
	}
	return start
}

// sysFreeDMA serves free_dma(address).
func sysFreeDMA(t *thread) uintptr {
	frames.lock.lock()
	size, ok := frames.contiguous.free(t.frame.di)
	frames.used -= size / pageSize
	frames.lock.unlock()
	if !ok {
		return errno(einval)
	}
	return 0
}
