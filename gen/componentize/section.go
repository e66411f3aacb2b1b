package componentize

import (
	"errors"
	"fmt"
	"iter"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// Core modules are changed here and there, a section at a time. Reading one for that takes no more than to find where
// its parts end: whether they are right is for the decoder to say, before and after.

// section is a section of a core module.
type section struct {
	offset          int
	id              byte
	whole, contents []byte
}

// The sections that matter here, by their ids.
const (
	moduleHeader  = 8
	sectionCustom = 0
	sectionImport = 2
	sectionExport = 7
)

var errCutOff = errors.New("the module is cut off")

// sections are those of a module, up to the first one that cannot be read.
func sections(module []byte) iter.Seq2[section, error] {
	return func(yield func(section, error) bool) {
		r := reader{data: module, at: moduleHeader}
		for r.err == nil && r.at < len(module) {
			s := section{offset: r.at}
			s.id = r.byte()
			s.contents = r.bytes()
			s.whole = module[s.offset:r.at]
			if !yield(s, r.err) {
				return
			}
		}
	}
}

func appendSection(module []byte, id byte, contents []byte) []byte {
	module = leb128.AppendUint(append(module, id), uint64(len(contents)))
	return append(module, contents...)
}

func appendName(b []byte, name string) []byte {
	return append(leb128.AppendUint(b, uint64(len(name))), name...)
}

// reader reads a part of a module. After an error it reads zeros.
type reader struct {
	data []byte
	at   int
	err  error
}

func (r *reader) byte() byte {
	if r.err != nil || r.at >= len(r.data) {
		r.fail(errCutOff)
		return 0
	}
	r.at++
	return r.data[r.at-1]
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) u32() uint32 {
	if r.err != nil {
		return 0
	}
	v, n, err := leb128.Uint32(r.data[r.at:])
	if err != nil {
		r.fail(err)
		return 0
	}
	r.at += n
	return v
}

// bytes reads bytes behind their number: a name, or the contents of a section.
func (r *reader) bytes() []byte {
	n := r.u32()
	if r.err != nil || uint64(n) > uint64(len(r.data)-r.at) {
		r.fail(errCutOff)
		return nil
	}
	r.at += int(n)
	return r.data[r.at-int(n) : r.at]
}

// integer passes over an integer of any width.
func (r *reader) integer() {
	for r.byte()&0x80 != 0 {
	}
}

// importType passes over the type of an import and tells whether it is a function.
func (r *reader) importType() bool {
	switch kind := r.byte(); kind {
	case 0x00:
		r.integer()
		return true
	case 0x01:
		r.valType()
		r.limits()
	case 0x02:
		r.limits()
	case 0x03:
		r.valType()
		r.byte()
	case 0x04:
		r.byte()
		r.integer()
	default:
		r.fail(fmt.Errorf("0x%02x is no kind of import", kind))
	}
	return false
}

// valType passes over a type of values or references; the general references have a heap type behind them.
func (r *reader) valType() {
	switch component.CoreValType(r.byte()) {
	case component.CoreRef, component.CoreRefNull:
		r.integer()
	}
}

// limits passes over the limits of a table or memory, with the size of the pages of a memory that has its own.
func (r *reader) limits() {
	const hasMax, hasPageSize = 0x01, 0x08
	flags := r.byte()
	r.integer()
	if flags&hasMax != 0 {
		r.integer()
	}
	if flags&hasPageSize != 0 {
		r.integer()
	}
}
