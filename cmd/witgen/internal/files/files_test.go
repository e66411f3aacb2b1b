package files

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadAtMost(t *testing.T) {
	name := filepath.Join(t.TempDir(), "five")
	if err := os.WriteFile(name, []byte("12345"), 0o666); err != nil {
		t.Fatal(err)
	}
	if data, err := ReadAtMost(name, 5); err != nil || string(data) != "12345" {
		t.Errorf("a file that just fits: %q, %v", data, err)
	}
	if _, err := ReadAtMost(name, 4); err == nil || !strings.Contains(err.Error(), "larger than 4 bytes") {
		t.Errorf("a file that is too large: %v", err)
	}
	if _, err := Read(filepath.Join(t.TempDir(), "gone")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "out")
	if err := WriteBytes(name, []byte("first")); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("no more")
	err := Write(name, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half of the sec"); err != nil {
			t.Fatal(err)
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("got %v, want what the writer says", err)
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != "first" {
		t.Errorf("after a failure: %q, %v", data, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("what is left behind: %v, %v", list, err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode() != 0o644 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	gone := filepath.Join(dir, "gone", "out")
	if err := WriteBytes(gone, nil); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "write "+gone+": ") {
		t.Errorf("without a directory: %v", err)
	}
	if err := WriteBytes(dir, nil); err == nil || !strings.HasPrefix(err.Error(), "write "+dir+": ") {
		t.Errorf("over a directory: %v", err)
	}
}

func TestCheckDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 { // at first it is not there
		if err := CheckDir(dir); err != nil {
			t.Fatal(err)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
			t.Errorf("what is left behind: %v, %v", list, err)
		}
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if CheckDir(file) == nil || CheckDir(filepath.Join(file, "below")) == nil {
		t.Error("a file is taken for a directory")
	}
}
