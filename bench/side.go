package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"

	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/rows"
	"github.com/witan-os/witan/bench/internal/turns"
)

// side is one of those that are compared: a column of the table.
type side struct {
	name     string
	subjects map[string]turns.Subject // by row
}

func newSide(name string) *side { return &side{name, map[string]turns.Subject{}} }

// add has the side do work in this process.
func (s *side) add(row string, work turns.Work) { s.subjects[row] = turns.Here(work) }

func (s *side) addAll(works map[string]turns.Work) {
	for row, work := range maps.All(works) {
		s.add(row, work)
	}
}

// openSides makes all sides that this machine can run, ours first, and says what is missing for the others.
func openSides(ctx context.Context, set *guests.Set) (sides []*side, closeAll func(), err error) {
	typed, dynamic, err := openWitan(ctx, set)
	if err != nil {
		return nil, nil, fmt.Errorf("witan: %w", err)
	}
	hand, err := openHand(ctx, set)
	if err != nil {
		return nil, nil, fmt.Errorf("glue by hand: %w", err)
	}
	sides = []*side{typed, dynamic, hand}
	dir, err := guestDir(set)
	if err != nil {
		return nil, nil, err
	}
	var peers []*peer.Peer
	for _, open := range []struct {
		name  string
		start func(ctx context.Context, guests string) (*peer.Peer, error)
	}{{rows.Wasmtime, startWasmtime}, {rows.JCO, startJCO}} {
		fmt.Fprintf(os.Stderr, "bench: getting %s ready\n", open.name)
		p, err := open.start(ctx, dir)
		if err != nil {
			fmt.Fprintf(os.Stderr, "bench: NO COLUMN FOR %s: %v\n", open.name, err)
			continue
		}
		peers = append(peers, p)
		sides = append(sides, &side{open.name, p.Subjects()})
	}
	return sides, func() {
		for _, p := range peers {
			err = errors.Join(err, p.Close())
		}
		err = errors.Join(err, os.RemoveAll(dir))
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
	}, nil
}

// guestDir puts the guests where peers can read them.
func guestDir(set *guests.Set) (string, error) {
	dir, err := os.MkdirTemp("", "witan-bench-")
	if err != nil {
		return "", err
	}
	return dir, set.Write(dir)
}
