// Package wasi is the Go implementation of WASI 0.2 as one part of a program: what [Default] returns goes
// into kernel.Boot beside the program's own interfaces.
//
// Each interface group has a package of its own below this one. There is no network yet: wasi:sockets is
// there for the many programs that import and never use it, and reaches nothing; wasi:http is not provided.
package wasi

import (
	"errors"
	"fmt"
	"slices"
	"sync"

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
func Default() glue.Provider { return new(provider) }

type provider struct {
	mu sync.Mutex
	// rest is the standard input of a program that ended with bytes of it unread, if any.
	rest *stream.Input
}

// Provide implements glue.Provider. The error is that of a mounted directory which can't be opened, or of an
// argument that can't be told to a program.
func (w *provider) Provide(p *glue.Process) ([]*glue.Interface, error) {
	command, err := cli.Interfaces(p, w.stdin(p))
	if err != nil {
		return nil, err
	}
	preopens, err := open(p)
	if err != nil {
		return nil, err
	}
	return slices.Concat(
		pollable.Interfaces(), stream.Interfaces(), command, clocks.Interfaces(), random.Interfaces(),
		filesystem.Interfaces(preopens), sockets.Interfaces(),
	), nil
}

// stdin is a process's standard input. Programs that run one after the other share theirs, and one that polls
// has the host read ahead: what it did not take is there for the next.
func (w *provider) stdin(p *glue.Process) *stream.Input {
	w.mu.Lock()
	defer w.mu.Unlock()
	in := stream.NewInput(p.Stdin)
	if w.rest != nil && w.rest.Holds(p.Stdin) {
		in, w.rest = w.rest, nil
	}
	p.AtExit(func() {
		if in.Holds(p.Stdin) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.rest = in
		}
	})
	return in
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
