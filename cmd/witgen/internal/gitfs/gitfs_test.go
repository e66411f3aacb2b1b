package gitfs_test

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/cmd/witgen/internal/gitfs"
)

// repository makes one with two commits. Without git the test fails: what it tests is nothing without it.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	git(t, dir, "init", "-q")
	git(t, dir, "config", "user.name", "nobody")
	git(t, dir, "config", "user.email", "nobody@example.org")
	write(t, dir, map[string]string{
		"api/wit/a.wit": "first", "api/wit/deps/b/b.wit": "dep\n", "api/wit/notes.md": "notes", "root.wit": "root",
		".gitattributes": "*.wit export-ignore\n",
	})
	commit(t, dir)
	write(t, dir, map[string]string{"api/wit/a.wit": "second", "api/wit/new.wit": ""})
	commit(t, dir)
	write(t, dir, map[string]string{"api/wit/a.wit": "not committed"})
	return dir
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", "--all")
	git(t, dir, "commit", "-q", "-m", "files")
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func files(t *testing.T, from fs.FS) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, name)
		out[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRead(t *testing.T) {
	dir := repository(t)
	old := map[string]string{"a.wit": "first", "deps/b/b.wit": "dep\n"}
	tests := []struct {
		in, revision, dir string
		want              map[string]string
	}{
		{".", "HEAD", "api/wit", map[string]string{"a.wit": "second", "new.wit": "", "deps/b/b.wit": "dep\n"}},
		{".", "HEAD~1", "api/wit", old},
		{"api/wit/deps", "HEAD~1", "/api/wit/", old},
		{"api", "HEAD^", "api/../api/wit/deps", map[string]string{"b/b.wit": "dep\n"}},
		{"api", "HEAD", "", map[string]string{"root.wit": "root", "api/wit/a.wit": "second", "api/wit/new.wit": "", "api/wit/deps/b/b.wit": "dep\n"}},
	}
	for _, tt := range tests {
		got, err := gitfs.Read(context.Background(), filepath.Join(dir, tt.in), tt.revision, tt.dir, ".wit")
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		if diff := cmp.Diff(tt.want, files(t, got)); diff != "" {
			t.Errorf("%s of %s (-want +got):\n%s", tt.dir, tt.revision, diff)
		}
	}
}

func TestPrefix(t *testing.T) {
	dir := repository(t)
	for in, want := range map[string]string{".": "", "api/wit": "api/wit"} {
		if got, err := gitfs.Prefix(context.Background(), filepath.Join(dir, in)); err != nil || got != want {
			t.Errorf("%s: got %q, %v", in, got, err)
		}
	}
}

func TestRefused(t *testing.T) {
	dir := repository(t)
	if err := os.Symlink("a.wit", filepath.Join(dir, "api/wit/link.wit")); err != nil {
		t.Fatal(err)
	}
	commit(t, dir)
	tests := []struct{ in, revision, dir, want string }{
		{dir, "nowhere", "api/wit", `there is no revision "nowhere"`},
		{dir, "--all", "api/wit", `there is no revision "--all"`},
		{dir, "HEAD~1", "api/wat", `revision HEAD~1 has no directory "api/wat": git says: `},
		{dir, "HEAD~1", "root.wit", `revision HEAD~1 has no directory "root.wit": git says: `},
		{dir, "HEAD", "api/wit", `directory "api/wit" in revision HEAD: link.wit is a symbolic link`},
		{t.TempDir(), "HEAD", "", `there is no revision "HEAD"`},
	}
	for _, tt := range tests {
		if _, err := gitfs.Read(context.Background(), tt.in, tt.revision, tt.dir, ".wit"); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s of %s: got error %v, want %s", tt.dir, tt.revision, err, tt.want)
		}
	}
	if _, err := gitfs.Prefix(context.Background(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("outside of a repository: %v", err)
	}
}
