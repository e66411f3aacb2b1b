package guestbuild

import (
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/witan-os/witan/cmd/witgen/internal/files"
)

// This file forgets what is kept of guests that nobody builds any more: modules of Go have megabytes.

// Guests that nobody has built for keepFor are forgotten. That is looked after once in trimInterval.
const (
	keepFor      = 30 * 24 * time.Hour
	trimInterval = 24 * time.Hour
	trimFile     = "trimmed" // its time says when it was done
)

// trim removes the directories of guests that nobody builds any more. It does what it can: that more is kept than need be
// is no reason not to build.
func trim(all string, now time.Time) {
	mark := filepath.Join(all, trimFile)
	if info, err := os.Stat(mark); err == nil && now.Sub(info.ModTime()) < trimInterval {
		return
	}
	if files.WriteBytes(mark, nil) != nil || os.Chtimes(mark, now, now) != nil {
		return
	}
	entries, err := os.ReadDir(all)
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(all, e.Name())
		if info, err := os.Stat(filepath.Join(dir, lockFile)); err == nil && now.Sub(info.ModTime()) > keepFor {
			removeUnused(dir)
		}
	}
}

// removeUnused removes the directory of a guest, unless a process has it.
func removeUnused(dir string) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		_ = os.RemoveAll(dir)
	}
}
