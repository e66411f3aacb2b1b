package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/term"

	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

type fmtCommand struct {
	List  bool `name:"list" short:"l" xor:"mode" help:"Write nothing; print the names of files that would change."`
	Diff  bool `name:"diff" short:"d" xor:"mode" help:"Write nothing; print what would change."`
	Check bool `name:"check" xor:"mode" help:"Write nothing; print the names of files that would change, and exit with 1 if there are any."`
	errorFormat
	Paths []string `arg:"" name:"path" placeholder:"FILE|DIR" help:"WIT files, or directories whose WIT files, and those below, are meant. Packages below deps are others' and left alone, unless they are named."`
}

// Help is shown below the flags.
func (fmtCommand) Help() string {
	return `Only white space changes; comments stay where they are. There is nothing to choose in the style: four spaces for
each level, and lists on one line up to 120 columns. A file with errors is left as it is, and the others are
formatted nevertheless.

Colours are used for errors if stderr is a terminal and NO_COLOR is not set.`
}

// exits implements exiter.
func (fmtCommand) exits() []Exit {
	return []Exit{{Stale, "--check: a file is not formatted"}}
}

// Run formats all files, and reports all that can't be.
func (c *fmtCommand) Run(e *env) error {
	files, err := witFiles(c.Paths)
	if err != nil {
		return err
	}
	var broken diag.List
	brokenFiles, changed := 0, 0
	for _, name := range files {
		text, err := readWIT(name)
		if err != nil {
			return err
		}
		formatted, list := syntax.Format(diag.NewSource(name, text))
		if list.Err() != nil {
			brokenFiles++
			broken.Append(list)
			continue
		}
		if formatted == text {
			continue
		}
		changed++
		if err := c.deliver(e, name, text, formatted); err != nil {
			return err
		}
	}
	switch {
	case brokenFiles > 0:
		return c.refuse(e, broken, brokenFiles)
	case c.Check && changed > 0:
		return exitCode(Stale)
	}
	return nil
}

// deliver does with a file that is not formatted what was asked for.
func (c *fmtCommand) deliver(e *env, name, text, formatted string) error {
	switch {
	case c.List || c.Check:
		_, err := fmt.Fprintln(e.stdout, name)
		return err
	case c.Diff:
		_, err := e.stdout.Write(diff.Diff(name, []byte(text), name+" (formatted)", []byte(formatted)))
		return err
	}
	return replaceFile(name, formatted)
}

// refuse prints what is wrong with files.
func (c *fmtCommand) refuse(e *env, list diag.List, files int) error {
	if c.ErrorFormat == "json" {
		return c.asked(e, list)
	}
	if err := diag.WriteText(e.stderr, list, diag.Options{Color: e.colorErrors()}); err != nil {
		return err
	}
	if files == 1 {
		return fmt.Errorf("a file has errors and is left as it is")
	}
	return fmt.Errorf("%d files have errors and are left as they are", files)
}

// colorErrors reports whether errors are printed in colours.
func (e *env) colorErrors() bool {
	f, ok := e.stderr.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// witFiles returns the files that are meant by names of files and directories. What was copied below deps has its
// own author, whose layout stays comparable.
func witFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && d.Name() == "deps" && name != path {
				return fs.SkipDir
			}
			if err == nil && d.Type().IsRegular() && filepath.Ext(name) == ".wit" {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// readWIT reads a file, but no more of it than shows that it is too large.
func readWIT(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, syntax.MaxFileSize+1))
	return string(text), err
}

// replaceFile gives a file another text. The old one is there until the new one is complete.
func replaceFile(name, text string) error {
	name, err := filepath.EvalSymlinks(name)
	if err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".witgen-fmt-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what led here counts
	}
	return err
}
