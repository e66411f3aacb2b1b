// Package filesystem implements wasi:filesystem on package vfs: it turns open handles into resources, their
// data into streams and their errors into the codes of WASI. Where files live, and that no path leaves its
// directory, is the business of the vfs implementation below.
package filesystem

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/preopens"
	"github.com/witan-os/witan/generated/wasi/filesystem/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/runtime/glue"
)

// Preopen is a directory that a program starts with. The rights of Dir bound what the program can do
// beneath it.
type Preopen struct {
	Path string  // by which the program knows the directory
	Dir  vfs.Dir // stays the caller's to close, once the program has ended
}

// Interfaces are wasi:filesystem/types and wasi:filesystem/preopens for one process, whose calls do not
// overlap. Its metadata hashes mean nothing to another.
func Interfaces(pre []Preopen) glue.Fixed {
	h := newHost(pre)
	return append(types.Provide(h), preopens.Provide(h)...)
}

// host is what the resources of one process share.
type host struct {
	preopens []Preopen
	hashKey  vfs.HashKey

	// The process makes one call at a time, so its resources share buffers: a program may hold
	// thousands of descriptors and shall not pay, or make the host pay, for a buffer in each.
	scratch buffer // dead as soon as a method returns
	result  buffer // the result of descriptor.read, dead with the process's next call
}

func newHost(pre []Preopen) *host {
	h := &host{preopens: pre}
	_, _ = rand.Read(h.hashKey[:]) // it ends the program rather than fail
	return h
}

// GetDirectories makes new descriptors of the directories that the process starts with.
func (h *host) GetDirectories(context.Context) ([]glue.Tuple2[glue.Own[types.Descriptor], string], error) {
	list := make([]glue.Tuple2[glue.Own[types.Descriptor], string], len(h.preopens))
	for i, pre := range h.preopens {
		list[i].F0 = glue.Give[types.Descriptor](&descriptor{host: h, node: pre.Dir, dir: pre.Dir, lent: true})
		list[i].F1 = pre.Path
	}
	return list, nil
}

// FilesystemErrorCode finds the code in an error of a stream. A stream that is not of a file has none.
func (h *host) FilesystemErrorCode(_ context.Context, err types.Error) (glue.Option[types.ErrorCode], error) {
	var code vfs.ErrorCode
	if f, ok := err.(stream.Failure); ok && errors.As(f.Err, &code) {
		return glue.Some(types.ErrorCode(code)), nil
	}
	return glue.None[types.ErrorCode](), nil
}

// asCode turns an error of package vfs into that of a WIT function, and nil into nil. Both enumerations
// have the same order.
func asCode(err error) error {
	if err == nil {
		return nil
	}
	return types.ErrorCode(vfs.CodeOf(err))
}
