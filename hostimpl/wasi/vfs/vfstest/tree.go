package vfstest

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/hostimpl/wasi/vfs"
)

// Describe returns a line for every object beneath d: its path, type and content, and
// for files the link count and which earlier path is the same object.
func Describe(d vfs.Dir) ([]string, error) {
	var lines []string
	seen := map[uint64]string{}
	var walk func(d vfs.Dir, prefix string) error
	walk = func(d vfs.Dir, prefix string) error {
		entries, err := List(d)
		if err != nil {
			return fmt.Errorf("list %q: %w", prefix, err)
		}
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			line, err := describe(d, name, entries[name])
			if err != nil {
				return fmt.Errorf("%s%s: %w", prefix, name, err)
			}
			s, err := d.StatAt(0, name)
			if err != nil {
				return fmt.Errorf("%s%s: %w", prefix, name, err)
			}
			if s.Type != vfs.TypeDirectory {
				line += fmt.Sprintf(" links=%d size=%d", s.Links, s.Size)
				if first, ok := seen[s.Inode]; ok {
					line += " same as " + first
				} else {
					seen[s.Inode] = prefix + name
				}
			}
			lines = append(lines, prefix+name+" "+line)
			if s.Type != vfs.TypeDirectory {
				continue
			}
			sub, err := d.OpenAt(0, name, vfs.Directory, vfs.Read)
			if err != nil {
				return fmt.Errorf("%s%s: %w", prefix, name, err)
			}
			err = walk(sub.(vfs.Dir), prefix+name+"/")
			_ = sub.Close()
			if err != nil {
				return err
			}
		}
		return nil
	}
	err := walk(d, "")
	return lines, err
}

// describe returns the type and content of one object.
func describe(d vfs.Dir, name string, kind vfs.DescriptorType) (string, error) {
	switch kind {
	case vfs.TypeRegularFile:
		data, err := ReadFile(d, name)
		if len(data) > 64 {
			data = fmt.Sprintf("%s… sha256 %x", data[:64], sha256.Sum256([]byte(data)))
		}
		return fmt.Sprintf("%v %q", kind, data), err
	case vfs.TypeSymbolicLink:
		target, err := d.ReadlinkAt(name)
		if err == vfs.ErrNotPermitted {
			target, err = "(absolute)", nil
		}
		return fmt.Sprintf("%v %q", kind, target), err
	}
	return kind.String(), nil
}

// sameTree returns an error if what lies beneath a and b differs.
func sameTree(a, b vfs.Dir) error {
	la, err := Describe(a)
	if err != nil {
		return err
	}
	lb, err := Describe(b)
	if err != nil {
		return err
	}
	if diff := cmp.Diff(la, lb); diff != "" {
		return fmt.Errorf("the trees differ:\n%s", diff)
	}
	return nil
}
