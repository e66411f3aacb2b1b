package loader

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// A Found is a declaration as it was found in a linked program.
type Found struct {
	Version uint64 // of the BootInfo that the function takes
	Options Options
}

// declarationSize is that of a Declaration in memory, on all 64-bit machines.
const declarationSize = 9 * 8

// ErrHidden says that a program runs a declaration, but its data has none.
var ErrHidden = errors.New("the program declares an entry point, but not so that it can be read: initialise a variable of a package " +
	"with loader.Entry and constant options, and build with optimisations")

// ErrSeveral says that the data of a program has more than one declaration.
var ErrSeveral = errors.New("the program declares more than one entry point")

// FindDeclaration looks for a declaration in the data segments of a linked program. It returns nil if the program, of
// which all text and data is in file, has none.
func FindDeclaration(file []byte, segments [][]byte) (*Found, error) {
	mark := binary.LittleEndian.AppendUint64(nil, markLow)
	mark = binary.LittleEndian.AppendUint64(mark, markHigh)
	var found *Found
	for _, data := range segments {
		for at := 0; ; at++ {
			i := bytes.Index(data[at:], mark)
			if i < 0 {
				break
			}
			at += i
			if at%8 != 0 || len(data)-at < declarationSize {
				continue
			}
			if found != nil {
				return nil, ErrSeveral
			}
			found = readDeclaration(data[at:])
		}
	}
	// The name of a method is in the program if and only if something calls it.
	if found == nil && bytes.Contains(file, []byte("witan/loader.(*Declaration).Run")) {
		return nil, ErrHidden
	}
	return found, nil
}

func readDeclaration(p []byte) *Found {
	word := func(i int) uint64 { return binary.LittleEndian.Uint64(p[8*i:]) }
	return &Found{
		Version: word(2),
		Options: Options{StackSize: word(4), CPUs: word(5), Memory: word(6), Heap: word(7), PhysicalMap: word(8)},
	}
}
