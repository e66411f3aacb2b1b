//go:build linux

package metal

// ACPI's tables in this machine's memory.

// physicalBytes returns memory of the firmware, or nil where it is not memory.
func physicalBytes(address, n uint64) []byte {
	if address == 0 || n > deviceStart || address > deviceStart-n {
		return nil
	}
	return bytesAt(direct(uintptr(address)), uintptr(n))
}

// acpiTable returns a whole table that is what it says.
func acpiTable(address uint64, signature string) []byte {
	n := acpiLength(physicalBytes(address, acpiHeaderSize), signature)
	if n == 0 {
		return nil
	}
	table := physicalBytes(address, uint64(n))
	if !acpiSum(table) {
		return nil
	}
	return table
}

// findACPITable returns the first table of a signature that the root table lists, or nil.
func findACPITable(signature string) []byte {
	address, wide, ok := parseRootPointer(physicalBytes(bootInfo.RSDP, rootPointerWide))
	if !ok {
		return nil
	}
	rootSignature := "RSDT"
	if wide {
		rootSignature = "XSDT"
	}
	root := acpiTable(address, rootSignature)
	for i := 0; ; i++ {
		entry, ok := rootEntry(root, wide, i)
		if !ok {
			return nil
		}
		if table := acpiTable(entry, signature); table != nil {
			return table
		}
	}
}
