package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/witan-os/witan/gen/emit"
	"github.com/witan-os/witan/gen/lock"
	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/internal/diag"
)

// syscallFlags are the flags of generate that are about system calls.
type syscallFlags struct {
	Lock   string   `name:"syscalls" config:"syscalls" placeholder:"FILE" help:"Also write the system call table, with the numbers in this lock file; new functions get their numbers there (default: syscalls.lock in the WIT directory, if it is there)."`
	Doc    string   `name:"syscalls-doc" config:"syscalls-doc" placeholder:"FILE" help:"Also write the system call table for people, as Markdown."`
	Retire []string `name:"retire" sep:"none" placeholder:"NAME" help:"Retire the number of a system call whose function has changed or is gone, as the lock file names it, or of all such functions of an interface. May be repeated."`
}

// sideFile is a file outside of the output directory, as it is and as it should be.
type sideFile struct {
	path       string
	have, want []byte
}

func (s sideFile) changed() bool { return !bytes.Equal(s.have, s.want) }

func (s sideFile) write() error {
	if !s.changed() {
		return nil
	}
	return os.WriteFile(s.path, s.want, 0o666)
}

// syscalls adds the system call table to what is generated, if there is a lock file.
func (c *generate) syscalls(tree *model.Tree, opt emit.Options, out *output) error {
	last := filepath.Join(out.dir, filepath.FromSlash(emit.SystableJSON))
	was, err := lastTable(last)
	if err != nil {
		return err
	}
	path := c.findLock()
	switch {
	case path == "" && was != nil:
		return fmt.Errorf("the lock file of %s is gone, with the numbers of %s: restore it from version control", last, systemCalls(len(was.Calls)))
	case path == "" && len(c.Retire) > 0:
		return errors.New("--retire: there is no lock file with system calls")
	case path == "" && c.Doc != "":
		return errors.New("--syscalls-doc: there is no lock file with system calls")
	case path == "":
		return nil
	}
	text, err := readIfThere(path)
	if err != nil {
		return err
	}
	calls, err := emit.Syscalls(tree, opt)
	if err != nil {
		return err
	}
	numbers, err := updateLock(diag.NewSource(path, string(text)), calls, was, c.Retire)
	if err != nil {
		return err
	}
	table := numbers.Table(calls)
	files, err := emit.Systable(table)
	if err != nil {
		return err
	}
	out.files = append(out.files, files...)
	out.beside = append(out.beside, sideFile{path, text, []byte(numbers.Text())})
	if c.Doc == "" {
		return nil
	}
	doc := sideFile{path: c.path(c.Doc), want: emit.SyscallDoc(table)}
	doc.have, err = readIfThere(doc.path)
	out.beside = append(out.beside, doc)
	return err
}

// systemCalls is how many there are, in words.
func systemCalls(n int) string {
	if n == 1 {
		return "1 system call"
	}
	return fmt.Sprintf("%d system calls", n)
}

// updateLock checks a lock file against the table that was last generated from it and against the WIT, and gives
// numbers to new functions.
func updateLock(file *diag.Source, calls []*lock.Call, was *lock.Table, retire []string) (*lock.Lock, error) {
	l, err := lock.Read(file, was)
	if err != nil {
		return nil, err
	}
	if err := l.Retire(retire, calls); err != nil {
		return nil, err
	}
	if err := l.Check(calls, was); err != nil {
		return nil, err
	}
	return l, l.Add(calls)
}

// lastTable reads the table that was generated before, which is nil if there is none.
func lastTable(path string) (*lock.Table, error) {
	data, err := readIfThere(path)
	if err != nil || data == nil {
		return nil, err
	}
	t, err := lock.ReadTable(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: restore the file from version control, because it knows which numbers are given", path, err)
	}
	return t, nil
}

// readIfThere reads a file, of which there need not be any: then it is nil.
func readIfThere(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
