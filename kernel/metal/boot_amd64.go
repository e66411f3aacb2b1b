//go:build linux

package metal

import "unsafe"

// From the loader's jump to the first instruction of the Go runtime. There is no
// runtime yet: the rules for handlers (see the package comment) apply.

const (
	// maxMemoryEntries bounds the firmware's memory map.
	maxMemoryEntries = 1024

	// The first thread's stack, and where its strings lie within the top.
	firstStackSize = 256 << 10
	firstStackEnd  = mmapLimit &^ 0xf_ffff
	stringsSize    = 16 << 10
	pointersSize   = 8 << 10

	// flagsInterrupt is RFLAGS with interrupts on.
	flagsInterrupt = 0x202

	// imageIndex is where the index of the ramdisk lies.
	imageIndex = 0xffff_a000_0000_0000
)

const (
	sizeOfTarEntry   = unsafe.Sizeof(tarEntry{})
	sizeOfFileStatus = unsafe.Sizeof(fileStatus{})
)

// active is true once the kernel has the machine.
var active bool

// commandLine is a copy of the machine's: the original's memory is not kept.
var commandLine struct {
	text [MaxCommandLine]byte
	size int
}

// bootInfo is what the loader said.
var bootInfo BootInfo

// boot brings the machine up and leaves the first thread ready to resume.
func boot(info *[BootInfoSize]byte) {
	clock.boot = readTSC()
	rememberLoader(addressOf(info))
	startSerial()
	checkFeatures()
	enableVectors()
	setPageAttributes()
	protectKernel()
	c := &bootCPU
	cpuBlocks[0] = addressOf(c)
	c.loadTables()
	setGates(false)
	active = true
	markTSC(stageTraps)

	var err error
	if bootInfo, err = DecodeBootInfo(info[:]); err != nil {
		fail(err.Error())
	}
	countLoader()
	readMemoryMap()
	readCommandLine()
	buildTables()
	mapImage()
	mapBootStacks()
	useTables()
	c.mapStacks(0)
	setGates(true)
	markTSC(stageMemory)

	startInterrupts()
	startPower()
	resetSecondaries()
	startClock()
	hookClock()
	startSecondaries()
	frames.preferHigh()
	markTSC(stageClock)

	startRandom()
	startDescriptors()
	startImage(&bootInfo)
	c.newIdleThread()
	startFirstThread(c)
	if bootInfo.Flags&BootLoads == 0 {
		startInput()
		startWatchdog()
	}
	markTSC(stageRuntime)
	c.inHandler = 0
}

// countLoader makes all times count from the start of the loader, if there was one.
func countLoader() {
	stageTSC[stageLoader] = clock.boot
	if bootInfo.Started != 0 {
		clock.boot = bootInfo.Started
	}
}

// readMemoryMap copies what is needed of the firmware's map, as nothing keeps its
// memory from being handed out.
func readMemoryMap() {
	if bootInfo.MemoryEntries > maxMemoryEntries {
		fail("the firmware's memory map has more than 1024 entries")
	}
	for i := range uintptr(bootInfo.MemoryEntries) {
		e := at[memoryEntry](uintptr(bootInfo.MemoryMap) + i*unsafe.Sizeof(memoryEntry{}))
		frames.memory.add(e.start, e.size, e.kind, bootInfo.KernelEnd)
	}
	if n := frames.memory.lost; n > 0 {
		logText("metal: the firmware lists too many ranges of memory; not used: ")
		logDecimal(uintptr(n))
		logText("\n")
	}
	if frames.memory.free() == 0 {
		fail("the memory map has no free memory above the kernel")
	}
	frames.keepContiguous()
}

// readCommandLine copies the command line, for the same reason.
func readCommandLine() {
	if bootInfo.CommandLine == 0 {
		readConfigCommandLine()
		return
	}
	for i := uintptr(bootInfo.CommandLine); *at[byte](i) != 0; i++ {
		if commandLine.size == MaxCommandLine {
			fail("command line: longer than 4096 bytes")
		}
		commandLine.text[commandLine.size] = *at[byte](i)
		commandLine.size++
	}
}

// runtimeEntry returns the address of the Go runtime's entry point.
func runtimeEntry() uintptr

// startFirstThread makes the thread that runs the Go runtime's entry point, with
// a stack as Linux leaves it: argument count, argument pointers, environment
// pointers, auxiliary vector.
func startFirstThread(c *cpu) {
	areas.insert(vma{
		start: firstStackEnd - firstStackSize, end: firstStackEnd,
		prot: protRead | protWrite,
	})
	t := newThread()
	if t == nil {
		outOfMemory("the first thread", 0)
	}
	b := stackBuilder{
		text: firstStackEnd - stringsSize,
		word: firstStackEnd - stringsSize - pointersSize,
	}
	t.frame = frame{
		vector: vectorInterrupt, rip: runtimeEntry(), cs: codeSelector,
		flags: flagsInterrupt, sp: b.word, ss: dataSelector,
	}
	b.build()
	c.load(t)
}

// programName is the first argument of every program.
var programName = [...]byte{'k', 'e', 'r', 'n', 'e', 'l'}

// stackBuilder writes the initial stack, words and strings upwards.
type stackBuilder struct {
	word, text         uintptr
	memoryLimit, debug bool // the environment sets GOMEMLIMIT, GODEBUG
}

func (b *stackBuilder) push(v uintptr) {
	*at[uintptr](b.word) = v
	b.word += 8
}

// pushString adds a pointer to a copy of s.
func (b *stackBuilder) pushString(s []byte) {
	b.push(b.text)
	copy(bytesAt(b.text, uintptr(len(s))), s)
	b.text += uintptr(len(s)) + 1
}

// wordBuffer is where one word of the command line is unquoted.
var wordBuffer [MaxCommandLine]byte

func (b *stackBuilder) build() {
	countAt := b.word
	b.push(0)
	b.pushString(programName[:])
	b.pushWords(false)
	*at[uintptr](countAt) = (b.word-countAt)/8 - 1
	b.push(0)
	b.pushWords(true)
	if !b.memoryLimit {
		b.pushMemoryLimit()
	}
	if !b.debug && underTCG() {
		b.pushString(withoutCRC32)
	}
	b.push(0)
	b.pushAuxiliary()
}

// pushWords adds the words of the command line that are environment, or those
// that are not.
func (b *stackBuilder) pushWords(environment bool) {
	s := wordSplitter{line: commandLine.text[:commandLine.size]}
	leading := true
	for n := 0; ; n++ {
		w, ok, err := s.next(wordBuffer[:])
		switch {
		case err != nil:
			fail(err.Error())
		case !ok:
			return
		case n == maxWords:
			fail("command line: more than 256 words")
		}
		leading = leading && w.assignment
		if leading == environment {
			b.pushString(wordBuffer[:w.size])
			b.memoryLimit = b.memoryLimit || environment && wordBegins(w.size, memoryLimitName)
			b.debug = b.debug || environment && wordBegins(w.size, debugName)
		}
	}
}

// What the variables begin with that bound Go's heap, and that change what Go does.
const (
	memoryLimitName = "GOMEMLIMIT="
	debugName       = "GODEBUG="
)

// wordBegins reports whether the word in wordBuffer begins with name and goes on.
func wordBegins(size int, name string) bool {
	return size > len(name) && string(wordBuffer[:len(name)]) == name
}

// pushMemoryLimit makes the collector work harder before memory is used up. A quarter is
// for what is not on Go's heap: memories of guests, machine code, page tables.
func (b *stackBuilder) pushMemoryLimit() {
	const share, of = 3, 4
	var text [len(memoryLimitName) + 20]byte
	n := copy(text[:], memoryLimitName)
	limit := uint64(frames.left()) / of * share
	digits := 1
	for v := limit; v >= 10; v /= 10 {
		digits++
	}
	for i := n + digits - 1; i >= n; i-- {
		text[i] = '0' + byte(limit%10)
		limit /= 10
	}
	b.pushString(text[:n+digits])
}

// pushAuxiliary adds the page size and sixteen random bytes.
func (b *stackBuilder) pushAuxiliary() {
	const null, pageSizeTag, randomTag = 0, 6, 25
	b.text = (b.text + 15) &^ 15
	for i := range uintptr(2) {
		word, ok := randomWord()
		if !ok {
			word = readTSC() // seeds hash tables only
		}
		*at[uint64](b.text + i*8) = word
	}
	for _, v := range [...]uintptr{pageSizeTag, pageSize, randomTag, b.text, null, 0} {
		b.push(v)
	}
}
