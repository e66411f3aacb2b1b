//go:build linux

package metal

// What the log says when something broke.

// print writes the registers of a fault that became a signal.
func (r *faultRecord) print() {
	logText("metal: the program's last CPU fault was in thread ")
	logDecimal(r.thread)
	logText(", ")
	logDecimal(uintptr((nanotime() - r.when) / 1000))
	logText(" us before this exit:\n")
	printFrame(&r.frame, r.address)
	logCode(r.frame.rip, false)
}

// dying is true once fatalFault runs.
var dying bool

// fatalFault prints the registers in f and ends the machine. A fault in here ends
// it at once.
func fatalFault(what string, f *frame, c *cpu) {
	address := readCR2()
	c.inHandler = 1
	if dying {
		powerOff(StatusFatal)
	}
	dying = true
	stopOthers()
	if hitsGuard(f, address) {
		what = "the stack of a handler is used up"
	}
	logText("\nmetal: ")
	logText(what)
	if c.threadAddress != 0 {
		logText(", thread ")
		logDecimal(uintptr(c.thread().id))
	}
	logText(":\n")
	printFrame(f, address)
	printCallers(f)
	printOthers()
	powerOff(StatusFatal)
}

// hitsGuard reports whether a fault is that of a handler whose stack is used up: it lies
// in one of the pages below the CPUs' stacks that are not mapped.
func hitsGuard(f *frame, address uintptr) bool {
	if start, size := uintptr(bootInfo.Stacks), uintptr(bootInfo.StackSize); f.vector == vectorPageFault && size > 0 &&
		address >= start && address-start < size*uintptr(bootInfo.CPUs) && (address-start)%size < pageSize {
		return true
	}
	if f.vector != vectorPageFault || address+pageSize < cpuStacks || address >= cpuStacks+(maxCPUs+1)*slotSize {
		return false
	}
	missing, _ := findEntry(address)
	above, _ := findEntry(address + pageSize)
	return (missing == nil || *missing&pagePresent == 0) && above != nil && *above&pagePresent != 0
}

func printFrame(f *frame, address uintptr) {
	logHex("vector", f.vector)
	logHex("error", f.errorCode)
	logHex("cr2", address)
	logHex("rip", f.rip)
	logHex("rsp", f.sp)
	logHex("rflags", f.flags)
	logText("\n")
	logHex("rax", f.ax)
	logHex("rbx", f.bx)
	logHex("rcx", f.cx)
	logHex("rdx", f.dx)
	logHex("rsi", f.si)
	logHex("rdi", f.di)
	logHex("rbp", f.bp)
	logHex("r8", f.r8)
	logText("\n")
	logHex("r9", f.r9)
	logHex("r10", f.r10)
	logHex("r11", f.r11)
	logHex("r12", f.r12)
	logHex("r13", f.r13)
	logHex("r14", f.r14)
	logHex("r15", f.r15)
	logText("\n")
}

// printCallers writes where a frame is, and follows the frame pointers, which Go
// functions keep in RBP, as far as they make sense: upwards, within one stack. Code that the
// engine has compiled keeps them, too, but runs on a stack of its own; who called it
// is then not seen.
func printCallers(f *frame) {
	const most, longest = 20, 1 << 20
	logText(" at:\n")
	logCode(f.rip, false)
	bp := f.bp
	for range most {
		entry, _ := findEntry(bp)
		if bp&7 != 0 || bp < f.sp || bp-f.sp > longest || entry == nil || *entry&pagePresent == 0 {
			return
		}
		logCode(*at[uintptr](bp + 8), true)
		next := *at[uintptr](bp)
		if next <= bp {
			return
		}
		bp = next
	}
}
