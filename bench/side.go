package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// side is one of those that are compared: a column of the table.
type side struct {
	name     string
	subjects map[string]turns.Subject // what is measured in turns, by row
	crowd    []string                 // the command of a program that makes crowds; empty if there is none
}

func newSide(name string) *side { return &side{name: name, subjects: map[string]turns.Subject{}} }

// add has the side do work in this process.
func (s *side) add(row string, work turns.Work) { s.subjects[row] = turns.Here(work) }

func (s *side) addAll(works map[string]turns.Work) {
	for row, work := range maps.All(works) {
		s.add(row, work)
	}
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

// openSides opens the sides, and says what the machine lacks for the others. The guests are in dir as well.
func openSides(ctx context.Context, set *guests.Set, dir string) (*sides, error) {
	typed, dynamic, err := openWitan(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("witan: %w", err)
	}
	if typed.crowd, err = ownCommand("crowd", dir); err != nil {
		return nil, err
	}
	hand, err := openHand(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("glue by hand: %w", err)
	}
	s := &sides{list: []*side{typed, dynamic, hand}}
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
