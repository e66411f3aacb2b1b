package guestbuild

import (
	"bytes"
	"strings"

	"github.com/witan-os/witan/internal/leb128"
	"github.com/witan-os/witan/runtime/component"
)

// This file tells which compiler a component was made with. Two versions of a compiler make different modules of the
// same source, so that only what the same version has made can be compared.

// Compiler is what the core modules of a component say about the compiler of the first that says anything, for
// example "Go go1.26.8". It is "" if none does.
func Compiler(wasm []byte) string {
	c, err := component.Decode(wasm)
	if err != nil {
		return ""
	}
	for _, d := range c.Defs {
		m, ok := d.(*component.CoreModule)
		if !ok {
			continue
		}
		if name := producer(m.Bytes); name != "" {
			return name
		}
	}
	return ""
}

// producer is what a core module was processed by first, as its producers section has it, or else the language. It is
// "" if there is no such section, or one that is broken: it is information and nothing more.
func producer(module []byte) string {
	r := reader{data: section(module, "producers")}
	fields := map[string]string{}
	for range r.count() {
		field := r.text()
		for range r.count() {
			name, version := r.text(), r.text()
			if fields[field] == "" {
				fields[field] = strings.TrimSpace(name + " " + version)
			}
		}
	}
	if r.failed {
		return ""
	}
	if by := fields["processed-by"]; by != "" {
		return by
	}
	return fields["language"]
}

// section finds a custom section of a core module.
func section(module []byte, name string) []byte {
	const header, custom = 8, 0
	r := reader{data: module[min(header, len(module)):]}
	for len(r.data) > 0 && !r.failed {
		id := r.data[0]
		r.data = r.data[1:]
		body := reader{data: r.bytes()}
		if id == custom && body.text() == name {
			return body.data
		}
	}
	return nil
}

// reader reads the few things that custom sections are made of. Behind the first mistake there is nothing.
type reader struct {
	data   []byte
	failed bool
}

// count reads a number. It is no greater than there are bytes, of which whatever is counted has at least one each.
func (r *reader) count() uint32 {
	n, size, err := leb128.Uint32(r.data)
	if err != nil || uint64(n) > uint64(len(r.data)-size) {
		*r = reader{failed: true}
		return 0
	}
	r.data = r.data[size:]
	return n
}

func (r *reader) bytes() []byte {
	n := r.count()
	b := r.data[:n]
	r.data = r.data[n:]
	return b
}

func (r *reader) text() string { return string(bytes.ToValidUTF8(r.bytes(), nil)) }
