package metal

// parseEOF reads the control line's only message to the kernel, "eof COUNT"
// without its newline: stdin ends after COUNT bytes.
func parseEOF(line []byte) (count uint64, ok bool) {
	const prefix, maxDigits = "eof ", 19 // 19 digits fit into 64 bits
	if len(line) <= len(prefix) || len(line) > len(prefix)+maxDigits || string(line[:len(prefix)]) != prefix {
		return 0, false
	}
	for _, c := range line[len(prefix):] {
		if c < '0' || c > '9' {
			return 0, false
		}
		count = count*10 + uint64(c-'0')
	}
	return count, true
}
