//go:build linux

package metal

const (
	configSelector  = 0x510 // I/O ports of the device: what to read, 16 bits,
	configData      = 0x511 // and its next byte
	configSignature = 0x00
	configDirectory = 0x19
)

// readConfigCommandLine is for machines whose firmware passes no command line.
func readConfigCommandLine() {
	if !hasConfig() {
		return
	}
	out16(configSelector, configDirectory)
	selector, size, ok := findConfigFile(readConfig, commandLineFile)
	if !ok {
		return
	}
	if size > MaxCommandLine {
		fail("command line: longer than 4096 bytes")
	}
	out16(configSelector, selector)
	for i := range int(size) {
		commandLine.text[i] = readConfig()
	}
	commandLine.size = int(size)
}

// hasConfig looks for the device. On hardware that is no machine of a hypervisor's, its
// ports are anybody's, and left alone.
func hasConfig() bool {
	const leaf1Hypervisor = 1 << 31 // ECX
	if _, _, c1, _ := cpuid(1, 0); c1&leaf1Hypervisor == 0 {
		return false
	}
	out16(configSelector, configSignature)
	return readBig(readConfig, 4) == 'Q'<<24|'E'<<16|'M'<<8|'U'
}

func readConfig() uint8 { return in8(configData) }
