package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/witan-os/witan/gen/emit"
)

// Kind says what is wrong with a file.
type Kind string

// What can be wrong with a file.
const (
	Stale   Kind = "stale"   // it has other content than would be written
	Missing Kind = "missing" // it would be written but is not there
	Orphan  Kind = "orphan"  // it was generated once and would not be written any more
)

// Difference is a file that is not as it should be.
type Difference struct {
	Kind Kind   `json:"kind"`
	Path string `json:"path"` // relative to the output directory, with slashes
}

// String returns the difference in one line, for example "stale: wasi/io/v0.2/poll/poll.wit.go".
func (d Difference) String() string { return string(d.Kind) + ": " + d.Path }

// Compare lists what Write would change below dir, sorted by path.
func Compare(dir string, files []emit.File) ([]Difference, error) {
	var diffs []Difference
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f.Path] = true
		have, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			diffs = append(diffs, Difference{Missing, f.Path})
		case err != nil:
			return nil, err
		case !bytes.Equal(have, f.Content):
			diffs = append(diffs, Difference{Stale, f.Path})
		}
	}
	orphans, err := findOrphans(dir, wanted)
	for _, path := range orphans {
		diffs = append(diffs, Difference{Orphan, path})
	}
	slices.SortFunc(diffs, func(a, b Difference) int {
		return bytes.Compare([]byte(a.Path), []byte(b.Path))
	})
	return diffs, err
}

// Write brings the files below dir up to date: it writes those that differ and removes orphans together
// with the directories that they leave empty.
func Write(dir string, files []emit.File) ([]Difference, error) {
	diffs, err := Compare(dir, files)
	if err != nil {
		return nil, err
	}
	content := map[string][]byte{}
	for _, f := range files {
		content[f.Path] = f.Content
	}
	for _, d := range diffs {
		path := filepath.Join(dir, filepath.FromSlash(d.Path))
		if d.Kind == Orphan {
			err = removeFile(dir, path)
		} else {
			err = writeFile(path, content[d.Path])
		}
		if err != nil {
			return nil, err
		}
	}
	return diffs, nil
}

func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o666)
}

// removeFile removes a file and then its directories, up to dir, as long as they are empty.
func removeFile(dir, path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	for d := filepath.Dir(path); d != filepath.Clean(dir); d = filepath.Dir(d) {
		if os.Remove(d) != nil {
			return nil // not empty: something else lives there
		}
	}
	return nil
}

// languages are the extensions of files that may have been generated: Go's, and those of C for guests.
var languages = []string{".go", ".c", ".h"}

// findOrphans finds generated files below dir that are not wanted. What another run has written, to a
// directory below dir, is not looked at.
func findOrphans(dir string, wanted map[string]bool) ([]string, error) {
	var orphans []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && path == dir:
			return fs.SkipAll
		case err != nil:
			return err
		case d.IsDir() && path != dir && isOutput(path):
			return fs.SkipDir
		case !d.Type().IsRegular() || !slices.Contains(languages, filepath.Ext(path)):
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil || wanted[filepath.ToSlash(rel)] {
			return err
		}
		generated, err := hasHeader(path)
		if generated {
			orphans = append(orphans, filepath.ToSlash(rel))
		}
		return err
	})
	return orphans, err
}

// isOutput reports whether a directory is the output directory of another run.
func isOutput(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, emit.ManifestName))
	return err == nil
}

func hasHeader(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(emit.Header))
	n, err := io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	return string(head[:n]) == emit.Header, nil
}
