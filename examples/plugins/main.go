// Plugins shows pictures in a terminal. Which formats there are it does not know: whatever reads a file is a plugin, a
// WebAssembly component from a directory. Decoders of pictures are where many a program has been broken into; one that is
// a plugin can do no more than fail. Here are three that work, two in Go and one in C, and one that is hostile.
//
//	go generate ./plugins/...       # after a change to wit/pictures.wit
//	witgen build ./plugins/standard ./plugins/qoi ./plugins/netpbm -o plugins/loaded/
//	go run ./plugins plugins/loaded photo.png drawing.ppm
//
// plugin.go loads plugins and says what they may take, view.go shows what comes from them and believes none of it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

//go:generate go tool witgen generate
//go:generate go tool witgen generate --guest c --world plugin --out netpbm/generated
//go:generate go tool witgen generate --guest c --world plugin --out hostile/generated

// maxFile is how large a file may be: it is in memory twice, here and in the plugin.
const maxFile = 8 << 20

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "plugins:", err)
		os.Exit(1)
	}
}

// run shows files. The first argument is the directory that has the plugins.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	if len(args) < 2 {
		return errors.New("want the directory that has the plugins, and pictures: plugins DIR PICTURE")
	}
	s, err := openShelf(ctx, args[0])
	if err != nil {
		return err
	}
	defer s.close(ctx)
	var failed error
	for _, name := range args[1:] {
		if err := show(ctx, s, name, out, log); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	return failed
}

// show shows one file with the first plugin that knows it and does not fail.
func show(ctx context.Context, s *shelf, name string, out, log io.Writer) error {
	file, err := readFile(name)
	if err != nil {
		return err
	}
	for _, p := range s.plugins {
		text, err := p.view(ctx, file, s.patience)
		switch {
		case errors.Is(err, errForeign):
			continue
		case err != nil:
			fmt.Fprintf(log, "%s: plugin %s: %v\n", name, p.name, printable(err.Error(), maxApology))
			continue
		}
		_, err = fmt.Fprintf(out, "%s: %s", filepath.Base(name), text)
		return err
	}
	return errors.New("no plugin can show it")
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(data) > maxFile {
		return nil, fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return data, err
}
