package resolve

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/witan-os/witan/gen/model"
	"github.com/witan-os/witan/gen/syntax"
	"github.com/witan-os/witan/internal/diag"
)

// FS is [Load] for a directory of any file system. Messages call a file by its name in there, with display and
// a slash before it.
func FS(fsys fs.FS, dir, display string, opt Options) (*model.Tree, error) {
	r := reader{fsys: fsys, dir: dir, display: display}
	in, err := r.tree()
	if err != nil {
		return nil, err
	}
	return in.resolve(opt)
}

func readPath(name string) (*input, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		r := reader{fsys: os.DirFS(name), dir: ".", display: filepath.ToSlash(name)}
		return r.tree()
	}
	r := reader{fsys: os.DirFS(filepath.Dir(name)), dir: ".", display: filepath.ToSlash(filepath.Dir(name))}
	source, err := r.source(filepath.Base(name))
	return &input{sources: [][]*diag.Source{{source}}}, err
}

// reader reads the files of a directory and of its deps.
type reader struct {
	fsys         fs.FS
	dir, display string
	files, bytes int // so far
}

// tree reads what the layout of directories makes one tree: the .wit files of the directory, and below deps
// either directories with .wit files, or single files.
func (r *reader) tree() (*input, error) {
	in := &input{unread: map[string]bool{}}
	main, err := r.folder(r.dir)
	if err != nil {
		return nil, err
	}
	if len(main) == 0 {
		return nil, fmt.Errorf("%s: there is no .wit file", r.shown(r.dir))
	}
	in.sources = append(in.sources, main)
	deps := path.Join(r.dir, "deps")
	entries, err := fs.ReadDir(r.fsys, deps)
	if errors.Is(err, fs.ErrNotExist) {
		return in, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if err := r.dep(in, path.Join(deps, e.Name())); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// dep reads an entry of deps. What is neither WIT nor a directory with WIT doesn't count.
func (r *reader) dep(in *input, name string) error {
	info, err := fs.Stat(r.fsys, name)
	if err != nil {
		return r.named(name, err)
	}
	var sources []*diag.Source
	switch {
	case info.IsDir():
		sources, err = r.folder(name)
		inner := path.Join(name, "deps")
		if info, err := fs.Stat(r.fsys, inner); err == nil && info.IsDir() {
			in.unread[r.shown(inner)] = true
		}
	case !info.Mode().IsRegular():
	case path.Ext(name) == ".wit":
		sources = make([]*diag.Source, 1)
		sources[0], err = r.source(name)
	case path.Ext(name) == ".wasm":
		var data []byte
		data, err = r.read(name, MaxBytes+1)
		in.binaries = append(in.binaries, binary{r.shown(name), data})
	}
	if len(sources) > 0 {
		in.sources = append(in.sources, sources)
	}
	return err
}

// folder reads the .wit files of a directory, but none of the directories in there, and no pipes, which could wait
// forever.
func (r *reader) folder(dir string) ([]*diag.Source, error) {
	entries, err := fs.ReadDir(r.fsys, dir)
	if err != nil {
		return nil, err
	}
	var sources []*diag.Source
	for _, e := range entries {
		if path.Ext(e.Name()) != ".wit" {
			continue
		}
		name := path.Join(dir, e.Name())
		info, err := fs.Stat(r.fsys, name)
		if err != nil {
			return nil, r.named(name, err)
		}
		if !info.Mode().IsRegular() {
			continue
		}
		s, err := r.source(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}

func (r *reader) source(name string) (*diag.Source, error) {
	text, err := r.read(name, syntax.MaxFileSize+1) // the parser says that a file is too large
	return diag.NewSource(r.shown(name), string(text)), err
}

// read reads a file, but not more of it than limit.
func (r *reader) read(name string, limit int64) ([]byte, error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, r.named(name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, r.named(name, err)
	}
	r.files++
	r.bytes += len(data)
	if r.files > MaxFiles || r.bytes > MaxBytes {
		return nil, fmt.Errorf("%s: more than %d files, or more than %d bytes of them", r.shown(r.dir), MaxFiles, MaxBytes)
	}
	return data, nil
}

// named makes an error of the file system call a file as messages do.
func (r *reader) named(name string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return &fs.PathError{Op: at.Op, Path: r.shown(name), Err: at.Err}
	}
	return err
}

// shown is how messages call a file.
func (r *reader) shown(name string) string {
	if r.dir != "." {
		name = strings.TrimPrefix(strings.TrimPrefix(name, r.dir), "/")
	}
	switch {
	case name == "" || name == ".":
		return r.display
	case r.display == "" || r.display == ".":
		return name
	}
	return strings.TrimSuffix(r.display, "/") + "/" + name
}
