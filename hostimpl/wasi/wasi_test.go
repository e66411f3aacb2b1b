package wasi

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/witan-os/witan/runtime/glue"
)

// provided are the interfaces that programs of WASI 0.2 may count on.
var provided = []string{
	"wasi:cli/environment", "wasi:cli/exit", "wasi:cli/stdin", "wasi:cli/stdout", "wasi:cli/stderr",
	"wasi:cli/terminal-input", "wasi:cli/terminal-output",
	"wasi:cli/terminal-stdin", "wasi:cli/terminal-stdout", "wasi:cli/terminal-stderr",
	"wasi:clocks/monotonic-clock", "wasi:clocks/wall-clock",
	"wasi:filesystem/types", "wasi:filesystem/preopens",
	"wasi:io/error", "wasi:io/poll", "wasi:io/streams",
	"wasi:random/random", "wasi:random/insecure", "wasi:random/insecure-seed",
	"wasi:sockets/tcp", "wasi:sockets/udp", "wasi:sockets/network",
}

func TestProvidedInterfaces(t *testing.T) {
	list, err := Default().Provide(&glue.Process{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, i := range list {
		name, version, _ := strings.Cut(i.Name, "@")
		if !strings.HasPrefix(version, "0.2.") {
			t.Errorf("%s is not of WASI 0.2", i.Name)
		}
		seen[name]++
	}
	for _, name := range provided {
		if seen[name] != 1 {
			t.Errorf("%s is there %d times", name, seen[name])
		}
	}
}

func TestPreopens(t *testing.T) {
	dir := t.TempDir()
	p := &glue.Process{
		Files:  fstest.MapFS{"motd": {Data: []byte("hello")}},
		Mounts: []glue.Mount{{Host: dir, Guest: "/data"}, {Host: dir, Guest: "/fixed", ReadOnly: true}},
	}
	pre, err := open(p)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, d := range pre {
		paths = append(paths, d.Path)
	}
	if got := strings.Join(paths, " "); got != "/ /data /fixed" {
		t.Fatalf("preopened: %s", got)
	}
	for i, writable := range []bool{true, true, false} {
		if err := pre[i].Dir.CreateDirectoryAt(fmt.Sprint("sub", i)); (err == nil) != writable {
			t.Errorf("creating a directory in %s: %v", paths[i], err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "sub1")); err != nil {
		t.Error("the mounted directory is another:", err)
	}
	p.Close()
	if err := pre[1].Dir.CreateDirectoryAt("late"); err == nil {
		t.Error("the directory is open after the process's end")
	}
}

func TestBadProcesses(t *testing.T) {
	tests := []struct {
		name string
		p    glue.Process
		want string
	}{
		{"no such directory", glue.Process{Mounts: []glue.Mount{{Host: filepath.Join(t.TempDir(), "none"), Guest: "/data"}}}, "mounting /data"},
		{"no path", glue.Process{Mounts: []glue.Mount{{Host: t.TempDir()}}}, "needs a path"},
		{"no string", glue.Process{Args: []string{"\xff"}}, "UTF-8"},
	}
	for _, tt := range tests {
		if _, err := Default().Provide(&tt.p); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		tt.p.Close()
	}
}

// TestNextProgramFindsWhatWasReadAhead runs programs one after the other on one reader, of which the first
// polls.
func TestNextProgramFindsWhatWasReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		go func() {
			_, _ = io.WriteString(w, "first second")
			_ = w.Close()
		}()
		system := new(provider)

		p := &glue.Process{Stdin: r}
		in := system.stdin(p)
		if _, err := in.Read(t.Context(), 6, nil); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		got, err := in.Read(t.Context(), 6, nil)
		if err != nil || string(got) != "first " {
			t.Fatalf("%q, %v", got, err)
		}
		p.Close()

		other := &glue.Process{Stdin: strings.NewReader("other")}
		if got, err := system.stdin(other).BlockingRead(t.Context(), 100, nil); err != nil || string(got) != "other" {
			t.Errorf("a program on another reader reads %q, %v", got, err)
		}
		other.Close()

		p = &glue.Process{Stdin: r}
		got, err = system.stdin(p).BlockingRead(t.Context(), 100, nil)
		if err != nil || string(got) != "second" {
			t.Errorf("the next program reads %q, %v", got, err)
		}
		p.Close()
		if system.rest != nil {
			t.Error("a stream is kept for nothing")
		}
	})
}
