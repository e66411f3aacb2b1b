package cguest_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/witan-os/witan/gen/emit"
)

// flags are what guests are compiled with, and what tells whether generated code is as it should be.
var flags = []string{
	"--target=wasm32", "-std=c11", "-Os", "-mbulk-memory", "-ffreestanding", "-nostdlib", "-Wall", "-Wextra", "-Werror",
}

// clang runs the C compiler, and returns what it prints. Without one the test fails: a guest in C is nothing without it.
func clang(t testing.TB, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "clang", append(flags, args...)...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Fatalf("%v: these tests need clang and wasm-ld (Debian: apt-get install clang lld)", err)
	}
	return string(out), err
}

// compile runs the C compiler, which must have nothing to say.
func compile(t testing.TB, args ...string) {
	t.Helper()
	if out, err := clang(t, args...); err != nil {
		t.Fatalf("clang: %v\n%.20000s", err, out)
	}
}

// writeFiles writes generated files to a directory and returns the sources among them.
func writeFiles(t testing.TB, dir string, files []emit.File) []string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	var sources []string
	for _, f := range files {
		name := filepath.Join(dir, f.Path)
		if err := os.WriteFile(name, f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".c" {
			sources = append(sources, name)
		}
	}
	return sources
}
