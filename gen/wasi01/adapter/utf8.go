//go:build wasip1 && !without_files

package adapter

// validUTF8 reports whether bytes are UTF-8: no sequence is cut short or longer than needed, and none is for a surrogate or
// beyond the last character.
func validUTF8(at address, size uint32) bool {
	end := at + address(size)
	for at < end {
		lead := load8(at)
		at++
		if lead < 0x80 {
			continue
		}
		var more, smallest, character uint32
		switch {
		case lead < 0xc2:
			return false
		case lead < 0xe0:
			more, smallest, character = 1, 0x80, lead&0x1f
		case lead < 0xf0:
			more, smallest, character = 2, 0x800, lead&0x0f
		case lead < 0xf5:
			more, smallest, character = 3, 0x10000, lead&0x07
		default:
			return false
		}
		if uint32(end-at) < more {
			return false
		}
		for range more {
			b := load8(at)
			at++
			if b&0xc0 != 0x80 {
				return false
			}
			character = character<<6 | b&0x3f
		}
		if character < smallest || character > 0x10ffff || character >= 0xd800 && character < 0xe000 {
			return false
		}
	}
	return true
}
