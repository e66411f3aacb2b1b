package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// side is one of those that are compared: a column of the table.
type side struct {
	name     string
	subjects map[string]turns.Subject // what is measured in turns, by row
	crowd    []string                 // the command of a program that makes crowds; nil if there is none
}

// program is a peer that is ready to be run: the commands for what it can measure.
type program struct{ turns, crowd []string }

// start runs a command as a peer.
func start(ctx context.Context, command []string) (*peer.Peer, error) {
	return peer.Start(exec.CommandContext(ctx, command[0], command[1:]...))
}

// sides are all that this machine can run, ours first.
type sides struct {
	list  []*side
	peers []*peer.Peer
}

// openSides opens the sides, and says what the machine lacks for those of others. The guests are in dir.
func openSides(ctx context.Context, dir string) (*sides, error) {
	s := &sides{}
	for _, name := range []string{rows.Witan, rows.Dynamic, rows.Hand} {
		if err := s.addOwn(ctx, name, dir); err != nil {
			return nil, fmt.Errorf("%s: %w", name, errors.Join(err, s.close()))
		}
	}
	for _, other := range []struct {
		name    string
		prepare func(ctx context.Context, dir string) (*program, error)
	}{{rows.Wasmtime, prepareWasmtime}, {rows.JCO, prepareJCO}} {
		progress("getting %s ready", other.name)
		program, err := other.prepare(ctx, dir)
		if err == nil {
			err = s.addPeer(ctx, other.name, program)
		}
		if err != nil {
			progress("NO COLUMN FOR %s: %v", other.name, err)
		}
	}
	return s, nil
}

// addOwn adds a side that bench serves to itself.
func (s *sides) addOwn(ctx context.Context, name, dir string) error {
	var program program
	var err error
	if program.turns, err = ownCommand(name, dir); err != nil {
		return err
	}
	if name == rows.Witan {
		if program.crowd, err = ownCommand(serveCrowd, dir); err != nil {
			return err
		}
	}
	return s.addPeer(ctx, name, &program)
}

func (s *sides) addPeer(ctx context.Context, name string, program *program) error {
	p, err := start(ctx, program.turns)
	if err != nil {
		return err
	}
	s.peers = append(s.peers, p)
	s.list = append(s.list, &side{name, p.Subjects(), program.crowd})
	return nil
}

// close ends the peers.
func (s *sides) close() error {
	var err error
	for _, p := range s.peers {
		err = errors.Join(err, p.Close())
	}
	return err
}

// progress tells what is going on, and what is missing.
func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...) }
