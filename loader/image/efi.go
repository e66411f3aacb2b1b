package image

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"fmt"
	"io"
)

// UEFI starts PE32+ files (UEFI specification, section 2.1.1; PE format, section 2). Ours has two sections: the UEFI stub,
// and the image for PVH as it is, which the stub puts where PVH would.

const (
	efiHeaders   = pageSize // headers take one page, so that addresses and offsets differ by nothing
	efiStub      = efiHeaders
	peOffset     = 0x80 // of the PE header; before it lies the DOS header
	peOptional   = peOffset + 4 + 20
	peSections   = peOptional + 240
	peDirectory  = 16 // number of data directories, all empty
	efiProgram   = 10 // subsystem: EFI application
	efiImageName = ".witan"
)

// writeEFI writes a program for UEFI that boots the image.
func writeEFI(w io.Writer, image []byte) error {
	code, memory, err := uefiStub()
	if err != nil {
		return fmt.Errorf("UEFI stub: %w", err)
	}
	if uint64(len(image)) > kernelMax {
		return fmt.Errorf("%d bytes are too many for a program of UEFI", len(image))
	}
	imageAt := efiStub + memory
	sections := []pe.SectionHeader32{
		{
			Name: peName(".text"), VirtualAddress: efiStub, VirtualSize: memory,
			PointerToRawData: efiStub, SizeOfRawData: uint32(pageUp(uint64(len(code)))),
			Characteristics: pe.IMAGE_SCN_CNT_CODE | pe.IMAGE_SCN_MEM_EXECUTE | pe.IMAGE_SCN_MEM_READ | pe.IMAGE_SCN_MEM_WRITE,
		},
		{
			Name: peName(efiImageName), VirtualAddress: imageAt, VirtualSize: uint32(len(image)),
			PointerToRawData: efiStub + uint32(pageUp(uint64(len(code)))), SizeOfRawData: uint32(pageUp(uint64(len(image)))),
			Characteristics: pe.IMAGE_SCN_CNT_INITIALIZED_DATA | pe.IMAGE_SCN_MEM_READ,
		},
	}
	for _, part := range [][]byte{efiHeader(sections), code, image} {
		if err := writePages(w, part); err != nil {
			return err
		}
	}
	return nil
}

// peName is a name as PE has it, filled up with zeroes.
func peName(text string) (name [8]byte) {
	copy(name[:], text)
	return name
}

// efiHeader encodes the DOS header, which only points to the next, and those of PE.
func efiHeader(sections []pe.SectionHeader32) []byte {
	last := sections[len(sections)-1]
	header := pe.FileHeader{
		Machine: pe.IMAGE_FILE_MACHINE_AMD64, NumberOfSections: uint16(len(sections)), SizeOfOptionalHeader: peSections - peOptional,
		Characteristics: pe.IMAGE_FILE_EXECUTABLE_IMAGE | pe.IMAGE_FILE_LARGE_ADDRESS_AWARE,
	}
	const pe32plus = 0x20b
	optional := pe.OptionalHeader64{
		Magic: pe32plus, AddressOfEntryPoint: efiStub, BaseOfCode: efiStub, SizeOfCode: sections[0].SizeOfRawData,
		SectionAlignment: pageSize, FileAlignment: pageSize, Subsystem: efiProgram, NumberOfRvaAndSizes: peDirectory,
		SizeOfHeaders: efiHeaders, SizeOfImage: uint32(pageUp(uint64(last.VirtualAddress) + uint64(last.VirtualSize))),
	}
	out := make([]byte, peOffset, efiHeaders)
	copy(out, "MZ")
	binary.LittleEndian.PutUint32(out[0x3c:], peOffset)
	b := bytes.NewBuffer(append(out, "PE\x00\x00"...))
	// Encoding structures of fixed size into memory cannot fail.
	_ = binary.Write(b, binary.LittleEndian, header)
	_ = binary.Write(b, binary.LittleEndian, optional)
	_ = binary.Write(b, binary.LittleEndian, sections)
	return b.Bytes()
}
