//go:build linux

package metal

// Addresses of code, as people read them.

// linkedTable and linkedTableEnd return where the linker put the table of functions and
// lines.
func linkedTable() uintptr
func linkedTableEnd() uintptr

// ownLineTable returns this program's table.
func ownLineTable() lineTable {
	start := linkedTable()
	return lineTable{data: bytesAt(start, linkedTableEnd()-start), text: linkedText()}
}

// logBytes writes b to the log.
func logBytes(b []byte) {
	if len(b) > 0 {
		serialLines.log.send(addressOf(&b[0]), uintptr(len(b)), logPatience)
	}
}

// logCode writes a line about an address of code to the log. A return address belongs to the
// call before it.
func logCode(pc uintptr, returned bool) {
	logText("    0x")
	logNumber(pc, 16)
	table := ownLineTable()
	of := pc
	if returned {
		of--
	}
	if s, ok := table.find(of); ok {
		logText(" ")
		logBytes(s.function)
		logText("+0x")
		logNumber(s.offset+pc-of, 16)
		logText(" ")
		logBytes(s.file)
		logText(":")
		logDecimal(uintptr(s.line))
	} else if v := areas.at(pc); v != nil && v.prot&protExec != 0 {
		logText(" code of a guest, or a stub of the engine's: offset 0x")
		logNumber(pc-v.start, 16)
		logText(" in what is mapped at 0x")
		logNumber(v.start, 16)
	}
	logText("\n")
}
