package guestbuild

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
)

// This file keeps what is made of a guest between builds. The go command links a program anew only if the file that it
// writes is not there or is another one; so the core module stays where it was. The component stays beside it, with a
// hash of all that it is made of: if that is the same again, so would be the component.

// kept is the directory of a guest, of which one process at a time makes use.
type kept struct {
	dir  string
	lock *os.File // nil if dir is for this build only
}

// The files of a kept directory.
const (
	lockFile      = "lock"
	moduleFile    = "core.wasm"
	componentFile = "component.wasm"
	recordFile    = "record.json"
)

// record says what was made last, so that a file which is cut off, or that somebody else has put there, does not count.
type record struct {
	Module    string `json:"module"` // a hash, as the others are
	Inputs    string `json:"inputs,omitempty"`
	Component string `json:"component,omitempty"`
}

// openKept opens the directory of a guest and waits for another process that has it.
func (g *Guest) openKept(ctx context.Context) (*kept, error) {
	if g.opt.CacheDir == "" {
		dir, err := os.MkdirTemp("", "witgen-build-")
		return &kept{dir: dir}, err
	}
	key, err := g.key()
	if err != nil {
		return nil, err
	}
	all, err := filepath.Abs(filepath.Join(g.opt.CacheDir, "guests")) // compilers run in other directories
	if err != nil {
		return nil, err
	}
	k := &kept{dir: filepath.Join(all, key)}
	if k.lock, err = lockDir(ctx, k.dir); err != nil {
		return nil, err
	}
	now := time.Now()
	if err := os.Chtimes(k.path(lockFile), now, now); err != nil { // it is used
		return nil, errors.Join(err, k.lock.Close())
	}
	trim(all, now)
	return k, nil
}

// lockDir makes a directory and takes its lock. One that another process has trimmed away meanwhile is made again.
func lockDir(ctx context.Context, dir string) (*os.File, error) {
	for {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o666)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := lock(ctx, f); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if isFile(f, filepath.Join(dir, lockFile)) {
			return f, nil
		}
		f.Close()
	}
}

// isFile reports whether an open file is the one that has a name.
func isFile(f *os.File, name string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(name)
	return err == nil && os.SameFile(open, named)
}

// lockInterval is how often a lock is tried that another process has.
const lockInterval = 50 * time.Millisecond

// lock takes a file's lock, which ends with the file being closed.
func lock(ctx context.Context, f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			return &os.PathError{Op: "lock", Path: f.Name(), Err: err}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockInterval):
		}
	}
}

func (k *kept) close() error {
	if k.lock == nil {
		return os.RemoveAll(k.dir)
	}
	return k.lock.Close()
}

func (k *kept) path(name string) string { return filepath.Join(k.dir, name) }

// record reads what was made last.
func (k *kept) record() (r record) {
	text, err := files.Read(k.path(recordFile))
	if err != nil || json.Unmarshal(text, &r) != nil {
		return record{}
	}
	return r
}

func (k *kept) setRecord(r record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return files.WriteBytes(k.path(recordFile), text)
}

// dropBroken removes a core module that was not written to its end: the go command looks at no more than its
// beginning.
func (k *kept) dropBroken() error {
	data, err := files.Read(k.path(moduleFile))
	if err == nil && sum(data) == k.record().Module {
		return nil
	}
	return removeIfThere(k.path(moduleFile))
}

// component returns the component that was made of the inputs, if it is still there.
func (k *kept) component(inputs string) ([]byte, bool) {
	r := k.record()
	if r.Inputs != inputs {
		return nil, false
	}
	data, err := files.Read(k.path(componentFile))
	return data, err == nil && r.Component == sum(data)
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// key tells guests apart that the compiler makes different modules of, whatever is in their files.
func (g *Guest) key() (string, error) {
	where := g.target.registry
	if where == "" {
		var err error
		if where, err = filepath.Abs(g.Dir); err != nil {
			return "", err
		}
	}
	h := sha256.New()
	writeParts(h, string(g.Language), where, strconv.FormatBool(g.isCommand()), strconv.FormatBool(g.opt.Optimize))
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// writeParts hashes texts with their lengths, so that no two lists of them are the same to the hash.
func writeParts(h hash.Hash, parts ...string) {
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p))
		io.WriteString(h, p)
	}
}

// self is which witgen this is: one that is built anew may make other components of the same modules.
func self() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	info, err := os.Stat(name)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d bytes of %d", info.Size(), info.ModTime().UnixNano()), nil
}
