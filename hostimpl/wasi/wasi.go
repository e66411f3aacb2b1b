// Package wasi is the Go implementation of WASI 0.2 as one part of a program: what [Default] returns goes
// into kernel.Boot beside the program's own interfaces.
//
// Each interface group has a package of its own below this one. There is no network yet: wasi:sockets is
// there for the many programs that import and never use it, and reaches nothing; wasi:http is not provided.
package wasi

import (
	"errors"
	"fmt"

	"github.com/witan-os/witan/hostimpl/wasi/cli"
	"github.com/witan-os/witan/hostimpl/wasi/clocks"
	"github.com/witan-os/witan/hostimpl/wasi/filesystem"
	"github.com/witan-os/witan/hostimpl/wasi/pollable"
	"github.com/witan-os/witan/hostimpl/wasi/random"
	"github.com/witan-os/witan/hostimpl/wasi/sockets"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/hostimpl/wasi/vfs"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/hostdir"
	"github.com/witan-os/witan/hostimpl/wasi/vfs/overlay"
	"github.com/witan-os/witan/runtime/glue"
)

// Default provides WASI to each process: its arguments, streams and files, the machine's clocks and entropy.
func Default() glue.Provider { return provider{} }

type provider struct{}

// Provide implements glue.Provider. The error is that of a mounted directory which can't be opened.
func (provider) Provide(p *glue.Process) ([]*glue.Interface, error) {
	preopens, err := open(p)
	if err != nil {
		return nil, err
	}
	var all []*glue.Interface
	for _, group := range []glue.Fixed{
		pollable.Interfaces(), stream.Interfaces(), cli.Interfaces(p), clocks.Interfaces(), random.Interfaces(),
		filesystem.Interfaces(preopens), sockets.Interfaces(),
	} {
		all = append(all, group...)
	}
	return all, nil
}

// open opens the directories that a process starts with: the host's that are mounted for it, and the files
// that came with the program, under RAM that takes its changes.
func open(p *glue.Process) ([]filesystem.Preopen, error) {
	var preopens []filesystem.Preopen
	p.AtExit(func() {
		for _, pre := range preopens {
			_ = pre.Dir.Close() // the process is over: nobody is left to be told
		}
	})
	if p.Files != nil {
		root := overlay.New(overlay.Config{Image: p.Files}).Root(vfs.Read | vfs.MutateDirectory)
		preopens = append(preopens, filesystem.Preopen{Path: "/", Dir: root})
	}
	for _, m := range p.Mounts {
		if m.Guest == "" {
			return nil, errors.New("a mounted directory needs a path for the program to see it at")
		}
		flags := vfs.Read | vfs.MutateDirectory
		if m.ReadOnly {
			flags = vfs.Read
		}
		dir, err := hostdir.Open(m.Host, flags)
		if err != nil {
			return nil, fmt.Errorf("mounting %s: %w", m.Guest, err)
		}
		preopens = append(preopens, filesystem.Preopen{Path: m.Guest, Dir: dir})
	}
	return preopens, nil
}
