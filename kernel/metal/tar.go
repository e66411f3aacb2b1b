package metal

// The ramdisk is a TAR file (POSIX.1-1988 ustar, with the "path" record of
// POSIX.1-2001 extended headers). The kernel walks it once, before the Go
// runtime runs, so the walker works in place: no allocation, no strings, every
// size checked against the bytes that are there.

const tarBlock = 512

// tarEntry is one regular file or directory. Its name is in up to two pieces
// (ustar's prefix and name), joined by a slash when both are there.
type tarEntry struct {
	prefix, name span
	data         span
	directory    bool
	modified     uint64 // seconds since 1970
}

// span is a part of the TAR, checked to lie within it.
type span struct{ off, size int }

func (s span) of(image []byte) []byte { return image[s.off : s.off+s.size] }

// tarWalker steps through a TAR.
type tarWalker struct {
	image []byte
	off   int
}

// next reads the next entry. It reports false at the end of the archive.
func (w *tarWalker) next() (e tarEntry, ok bool, err error) {
	var path span // from an extended header, for the entry that follows it
	for {
		left := len(w.image) - w.off
		if left <= 0 {
			return tarEntry{}, false, nil
		}
		if left < tarBlock {
			return tarEntry{}, false, staticError("ramdisk: header is cut off")
		}
		header := w.image[w.off : w.off+tarBlock]
		if isZero(header) {
			return tarEntry{}, false, nil
		}
		if !checksumHolds(header) {
			return tarEntry{}, false, staticError("ramdisk: header checksum is wrong")
		}
		size, ok := octal(header[124:136])
		if !ok || size > uint64(left-tarBlock) {
			return tarEntry{}, false, staticError("ramdisk: file is cut off or its size is no octal number")
		}
		start := w.off
		data := span{start + tarBlock, int(size)}
		w.off = data.off + (data.size+tarBlock-1)/tarBlock*tarBlock
		switch header[156] {
		case 'x':
			if path, err = paxPath(w.image, data); err != nil {
				return tarEntry{}, false, err
			}
			continue
		case 'g':
			continue
		case '0', 0, '5':
			e, err := w.entry(start, path)
			e.data = data
			return e, err == nil, err
		default:
			return tarEntry{}, false, staticError("ramdisk: entry is neither a file nor a directory")
		}
	}
}

// entry reads the names of the header at off; path overrides them if not empty.
func (w *tarWalker) entry(off int, path span) (tarEntry, error) {
	header := w.image[off : off+tarBlock]
	e := tarEntry{directory: header[156] == '5'}
	e.modified, _ = octal(header[136:148])
	e.name = span{off, cString(header[:100])}
	if string(header[257:262]) == "ustar" {
		e.prefix = span{off + 345, cString(header[345:500])}
	}
	if path.size > 0 {
		e.prefix, e.name = span{}, path
	}
	first := &e.prefix
	if first.size == 0 {
		first = &e.name
	}
	if first.size >= 2 && w.image[first.off] == '.' && w.image[first.off+1] == '/' {
		first.off, first.size = first.off+2, first.size-2
	}
	for e.name.size > 0 && w.image[e.name.off+e.name.size-1] == '/' {
		e.name.size--
	}
	if e.name.size == 0 && !e.directory {
		return tarEntry{}, staticError("ramdisk: file has no name")
	}
	return e, nil
}

// nameByte returns byte i of the joined name.
func (e *tarEntry) nameByte(image []byte, i int) byte {
	if e.prefix.size > 0 {
		switch {
		case i < e.prefix.size:
			return image[e.prefix.off+i]
		case i == e.prefix.size:
			return '/'
		}
		i -= e.prefix.size + 1
	}
	return image[e.name.off+i]
}

// nameSize is the length of the joined name.
func (e *tarEntry) nameSize() int {
	if e.prefix.size > 0 {
		return e.prefix.size + 1 + e.name.size
	}
	return e.name.size
}

// match says how a path relates to an entry.
type match int

const (
	unrelated match = iota
	parent          // the path is a directory on the way to the entry
	same
)

// match compares path, without slashes at either end, to the entry's name.
func (e *tarEntry) match(image, path []byte) match {
	n := e.nameSize()
	if len(path) > n {
		return unrelated
	}
	for i := range path {
		if e.nameByte(image, i) != path[i] {
			return unrelated
		}
	}
	switch {
	case len(path) == n:
		return same
	case len(path) == 0 || e.nameByte(image, len(path)) == '/':
		return parent
	}
	return unrelated
}

// paxPath finds the value of the path record in an extended header: lines of
// "LENGTH KEY=VALUE\n", LENGTH counting the whole line.
func paxPath(image []byte, header span) (span, error) {
	bad := staticError("ramdisk: extended header is malformed")
	var path span
	p := header.of(image)
	for at := 0; at < len(p); {
		length, digits := 0, 0
		for at+digits < len(p) && p[at+digits] >= '0' && p[at+digits] <= '9' && digits < 9 {
			length = length*10 + int(p[at+digits]-'0')
			digits++
		}
		if digits == 0 || length > len(p)-at || length < digits+len(" k=\n") ||
			p[at+digits] != ' ' || p[at+length-1] != '\n' {
			return span{}, bad
		}
		record := p[at+digits+1 : at+length-1]
		eq := 0
		for eq < len(record) && record[eq] != '=' {
			eq++
		}
		if eq == len(record) {
			return span{}, bad
		}
		switch string(record[:eq]) {
		case "path":
			path = span{header.off + at + digits + 1 + eq + 1, len(record) - eq - 1}
		case "size":
			return span{}, staticError("ramdisk: file is larger than a ustar header can say")
		}
		at += length
	}
	return path, nil
}

// octal parses a header's number: digits, ended by NUL or blank.
func octal(field []byte) (v uint64, ok bool) {
	i := 0
	for i < len(field) && field[i] == ' ' {
		i++
	}
	for ; i < len(field); i++ {
		switch c := field[i]; {
		case c >= '0' && c <= '7':
			v = v<<3 | uint64(c-'0')
			ok = true
		case c == 0 || c == ' ':
			return v, ok
		default:
			return 0, false
		}
	}
	return v, ok
}

func checksumHolds(header []byte) bool {
	want, ok := octal(header[148:156])
	sum := uint64(0)
	for i, c := range header {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += uint64(c)
	}
	return ok && sum == want
}

func isZero(p []byte) bool {
	for _, c := range p {
		if c != 0 {
			return false
		}
	}
	return true
}

// cString is the length of the NUL-terminated (or full) field p.
func cString(p []byte) int {
	for i, c := range p {
		if c == 0 {
			return i
		}
	}
	return len(p)
}
