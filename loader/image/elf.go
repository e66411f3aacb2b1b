package image

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
)

// Sizes of ELF structures in bytes (System V ABI, chapter 4).
const (
	elfHeaderSize  = 64
	progHeaderSize = 56
)

// bootOffset is where the boot segment lies in an image file: behind the headers, which take one page.
const bootOffset = pageSize

// writeELF writes an image file: the headers, then the data of every segment, each from a new page on. The
// boot segment comes first.
func writeELF(w io.Writer, segments []segment) error {
	programs := make([]elf.Prog64, 0, len(segments)+1)
	offset := uint64(bootOffset)
	for _, s := range segments {
		size := uint64(len(s.data))
		programs = append(programs, elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(s.flags), Off: offset,
			Vaddr: s.addr, Paddr: s.addr, Filesz: size, Memsz: s.size, Align: pageSize,
		})
		offset += pageUp(size)
	}
	programs = append(programs, elf.Prog64{
		Type: uint32(elf.PT_NOTE), Flags: uint32(elf.PF_R), Off: bootOffset + offNote,
		Vaddr: bootBase + offNote, Paddr: bootBase + offNote, Filesz: noteSize, Memsz: noteSize, Align: 4,
	})
	if err := writePages(w, elfHeaders(programs)); err != nil {
		return err
	}
	for _, s := range segments {
		if err := writePages(w, s.data); err != nil {
			return err
		}
	}
	return nil
}

// elfHeaders encodes the file header and the program headers. maxSegments keeps them within one page.
func elfHeaders(programs []elf.Prog64) []byte {
	header := elf.Header64{
		Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: bootBase + offCode, Phoff: elfHeaderSize, Ehsize: elfHeaderSize,
		Phentsize: progHeaderSize, Phnum: uint16(len(programs)),
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS] = byte(elf.ELFCLASS64)
	header.Ident[elf.EI_DATA] = byte(elf.ELFDATA2LSB)
	header.Ident[elf.EI_VERSION] = byte(elf.EV_CURRENT)
	var out bytes.Buffer
	// Encoding structures of fixed size into memory cannot fail.
	_ = binary.Write(&out, binary.LittleEndian, header)
	_ = binary.Write(&out, binary.LittleEndian, programs)
	return out.Bytes()
}

// writePages writes data and fills up the last page with zeroes.
func writePages(w io.Writer, data []byte) error {
	if _, err := w.Write(data); err != nil {
		return err
	}
	size := uint64(len(data))
	_, err := w.Write(make([]byte, pageUp(size)-size))
	return err
}
