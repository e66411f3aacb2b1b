package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// This file has the commands that read and write files.

type expense struct {
	Payer string   `json:"payer"`
	Cents int64    `json:"cents"`
	For   []string `json:"for"`
}

type balance struct {
	Name  string `json:"name"`
	Cents int64  `json:"cents"`
}

// sum reads expenses from a file, works out who owes how much, with a goroutine for each expense, writes that to
// another file and prints it as a table.
func sum(args []string, _ io.Reader, out io.Writer) error {
	if len(args) != 2 {
		return usage("sum EXPENSES.json TOTALS.json")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var expenses []expense
	if err := json.Unmarshal(text, &expenses); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	totals := settle(expenses)
	text, err = json.MarshalIndent(totals, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(args[1], append(text, '\n'), 0o644); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, b := range totals {
		fmt.Fprintf(table, "%s\t%.2f\t\n", b.Name, float64(b.Cents)/100)
	}
	return table.Flush()
}

// settle adds up what everyone has paid for others.
func settle(expenses []expense) []balance {
	shares := make(chan balance)
	var all sync.WaitGroup
	for _, e := range expenses {
		all.Go(func() {
			for i, name := range e.For {
				n := int64(len(e.For))
				share := (e.Cents*int64(i+1))/n - (e.Cents*int64(i))/n // so that no cent is lost
				shares <- balance{name, -share}
				shares <- balance{e.Payer, share}
			}
		})
	}
	go func() {
		all.Wait()
		close(shares)
	}()
	sums := map[string]int64{}
	for s := range shares {
		sums[s.Name] += s.Cents
	}
	var list []balance
	for name, cents := range sums {
		list = append(list, balance{name, cents})
	}
	slices.SortFunc(list, func(a, b balance) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// tree lists a directory with all below it: names, sizes of files, and the first line of each.
func tree(args []string, _ io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return usage("tree DIR")
	}
	return filepath.WalkDir(args[0], func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := fmt.Fprintf(out, "%s/\n", filepath.ToSlash(name))
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		first, _, _ := bytes.Cut(text, []byte("\n"))
		_, err = fmt.Fprintf(out, "%s %d %q\n", filepath.ToSlash(name), len(text), first)
		return err
	})
}

// tidy makes directories below one, writes, appends to, renames, cuts and removes files in them, and says how each
// went, mistakes included.
func tidy(args []string, _ io.Reader, out io.Writer) error {
	if len(args) != 1 {
		return usage("tidy DIR")
	}
	deep := filepath.Join(args[0], "a", "b")
	draft, final := filepath.Join(deep, "draft"), filepath.Join(args[0], "final")
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"make directories", func() error { return os.MkdirAll(deep, 0o755) }},
		{"write", func() error { return os.WriteFile(draft, []byte("some text\n"), 0o644) }},
		{"append", func() error { return appendTo(draft, "and more\n") }},
		{"make it anew", func() error { return makeNew(draft) }},
		{"rename", func() error { return os.Rename(draft, final) }},
		{"cut", func() error { return os.Truncate(final, 12) }},
		{"remove what is full", func() error { return os.Remove(filepath.Dir(deep)) }},
		{"remove", func() error { return os.RemoveAll(filepath.Dir(deep)) }},
		{"read what was removed", func() error { _, err := os.ReadFile(draft); return err }},
		{"read the end", func() error { return readEnd(final, out) }},
	} {
		if _, err := fmt.Fprintf(out, "%s: %s\n", step.what, outcome(step.do())); err != nil {
			return err
		}
	}
	return nil
}

func appendTo(name, text string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func makeNew(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return f.Close()
}

// readEnd prints the last three bytes of a file.
func readEnd(name string, out io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(-3, io.SeekEnd); err != nil {
		return err
	}
	end, err := io.ReadAll(f)
	fmt.Fprintf(out, "%q\n", end)
	return err
}

// outcome is an error as every system tells it.
func outcome(err error) string {
	switch {
	case err == nil:
		return "done"
	case errors.Is(err, fs.ErrExist):
		return "it is there already"
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there"
	}
	return "not done"
}
