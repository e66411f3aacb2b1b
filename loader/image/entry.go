package image

import (
	"crypto/sha256"
	"debug/elf"
	"fmt"

	"github.com/witan-os/witan/kernel/metal"
	"github.com/witan-os/witan/loader"
	"github.com/witan-os/witan/loader/payload"
)

// MainType is the type of the entry point of payloads that declare none: they are entered by main.
func MainType() payload.EntryType {
	const name = "func()"
	return payload.EntryType{Name: name, Hash: sha256.Sum256([]byte(name))}
}

// DeclaredType is the type of an entry point that was declared with loader.Entry, by a program that was built for the
// given version of BootInfo.
func DeclaredType(version uint64) payload.EntryType {
	const name = "func(*loader.BootInfo)"
	return payload.EntryType{Name: name, Hash: sha256.Sum256(fmt.Appendf(nil, "%s %d", name, version))}
}

// dataSegments returns what the program has besides code.
func (k *kernel) dataSegments() (data [][]byte) {
	for _, s := range k.segments {
		if s.flags&elf.PF_X == 0 {
			data = append(data, s.data)
		}
	}
	return data
}

// cleared is the address up to which the program's .bss must be zero when it is entered.
func (k *kernel) cleared() uint64 {
	if end, ok := metal.FindCleared(k.dataSegments()); ok {
		return end
	}
	return kernelMax
}

// clearedSize is the size of a segment without the part of the program's .bss that whoever loads it leaves alone.
func (k *kernel) clearedSize(s *segment) uint64 {
	cleared := k.cleared()
	return min(s.size, max(uint64(len(s.data)), cleared-min(cleared, s.addr)))
}

// declaration returns the type of a program's entry point and its options.
func (k *kernel) declaration(file []byte) (payload.EntryType, loader.Options, error) {
	found, err := loader.FindDeclaration(file, k.dataSegments())
	if err != nil {
		return payload.EntryType{}, loader.Options{}, err
	}
	if found == nil {
		return MainType(), withDefaults(loader.Options{}), nil
	}
	if found.Version != metal.BootInfoVersion {
		return payload.EntryType{}, loader.Options{}, fmt.Errorf("its entry point takes version %d of BootInfo, this loader gives version %d: build it anew",
			found.Version, metal.BootInfoVersion)
	}
	return DeclaredType(found.Version), withDefaults(found.Options), nil
}

func withDefaults(o loader.Options) loader.Options {
	if o.StackSize == 0 {
		o.StackSize = loader.DefaultStackSize
	}
	if o.CPUs == 0 {
		o.CPUs = loader.DefaultCPUs
	}
	return o
}
