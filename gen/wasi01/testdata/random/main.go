// Random does thousands of things to files and directories, in an order that follows from a number, and prints what comes
// of each. It is built natively and for WASI 0.1, and must print the same in both.
//
// Its arguments are the directory that it works in, the number, and how many things to do.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
)

func main() {
	seed, _ := strconv.ParseUint(os.Args[2], 10, 64)
	steps, _ := strconv.Atoi(os.Args[3])
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	w := &world{dir: os.Args[1], out: out, r: rand.New(rand.NewPCG(seed, 0))}
	for range steps {
		w.step()
	}
}

// world is what there is to do things to.
type world struct {
	dir   string
	out   io.Writer
	r     *rand.Rand
	files [6]*os.File
}

// path is one of few, so that most are there, and some are in others.
func (w *world) path() string {
	name := string(rune('a' + w.r.IntN(5)))
	if w.r.IntN(3) == 0 {
		name = filepath.Join("dir"+name[:1], string(rune('a'+w.r.IntN(3))))
	}
	return filepath.Join(w.dir, name)
}

func (w *world) dirPath() string { return filepath.Join(w.dir, "dir"+string(rune('a'+w.r.IntN(5)))) }

func (w *world) bytes() []byte {
	b := make([]byte, w.r.IntN(1<<w.r.IntN(18)))
	for i := range b {
		b[i] = byte(w.r.Uint32())
	}
	return b
}

func (w *world) note(what string, err error, values ...any) {
	fmt.Fprintln(w.out, append([]any{what, kind(err)}, values...)...)
}

// kind is what can be said of an error on every system.
func kind(err error) string {
	for name, e := range map[string]error{"not there": fs.ErrNotExist, "there": fs.ErrExist, "closed": fs.ErrClosed, "end": io.EOF} {
		if errors.Is(err, e) {
			return name
		}
	}
	if err != nil {
		return "failed"
	}
	return "ok"
}

var flags = []int{
	os.O_RDONLY, os.O_RDWR, os.O_WRONLY | os.O_CREATE, os.O_RDWR | os.O_CREATE | os.O_TRUNC, os.O_RDWR | os.O_APPEND | os.O_CREATE,
	os.O_RDWR | os.O_CREATE | os.O_EXCL, os.O_WRONLY | os.O_APPEND, os.O_RDWR | os.O_SYNC,
}

func (w *world) step() {
	i := w.r.IntN(len(w.files))
	f := w.files[i]
	switch w.r.IntN(20) {
	case 0, 1, 2:
		if f != nil {
			w.note("close", f.Close())
		}
		var err error
		w.files[i], err = os.OpenFile(w.path(), flags[w.r.IntN(len(flags))], 0o666)
		w.note("open", err)
		if err != nil {
			w.files[i] = nil
		}
	case 3, 4:
		n, err := f.Write(w.bytes())
		w.note("write", err, n)
	case 5, 6:
		b := make([]byte, w.r.IntN(1<<w.r.IntN(18)))
		n, err := io.ReadFull(f, b)
		w.note("read", err, n, crc32.ChecksumIEEE(b))
	case 7:
		b := make([]byte, w.r.IntN(100))
		n, err := f.ReadAt(b, w.r.Int64N(1<<17))
		w.note("read at", err, n, crc32.ChecksumIEEE(b))
	case 8:
		n, err := f.WriteAt(w.bytes(), w.r.Int64N(1<<17))
		w.note("write at", err, n)
	case 9, 10:
		n, err := f.Seek(w.r.Int64N(1<<17)-1<<15, w.r.IntN(3))
		w.note("seek", err, n)
	case 11:
		w.note("truncate", f.Truncate(w.r.Int64N(1<<17)))
	case 12:
		w.stat("stat of file")(f.Stat())
	case 13:
		w.stat("stat")(os.Lstat(w.path()))
	case 14:
		w.note("make directory", os.Mkdir(w.dirPath(), 0o777))
	case 15:
		w.note("remove", os.Remove(w.path()))
	case 16:
		w.note("remove directory", os.Remove(w.dirPath()))
	case 17:
		w.note("rename", os.Rename(w.path(), w.path()))
	case 18:
		entries, err := os.ReadDir(w.dirPath())
		w.note("list", err, len(entries))
		for _, e := range entries {
			fmt.Fprintln(w.out, e.Name(), e.Type())
		}
	case 19:
		w.note("link", os.Link(w.path(), w.path()))
	}
}

func (w *world) stat(what string) func(fs.FileInfo, error) {
	return func(info fs.FileInfo, err error) {
		if err != nil {
			w.note(what, err)
			return
		}
		w.note(what, nil, info.Name(), info.Size(), info.Mode().Type())
	}
}
