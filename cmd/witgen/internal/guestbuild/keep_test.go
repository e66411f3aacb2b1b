package guestbuild

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func open(t *testing.T, g *Guest) *kept {
	t.Helper()
	k, err := g.openKept(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func TestKept(t *testing.T) {
	g := &Guest{Dir: "guest", Language: Go, opt: Options{CacheDir: t.TempDir()}}
	k := open(t, g)
	write(t, k.path(moduleFile), "a module")
	write(t, k.path(componentFile), "a component")
	if err := k.setRecord(record{Module: sum([]byte("a module")), Inputs: "these", Component: sum([]byte("a component"))}); err != nil {
		t.Fatal(err)
	}
	if err := k.close(); err != nil {
		t.Fatal(err)
	}

	k = open(t, g)
	defer k.close()
	if data, ok := k.component("these"); !ok || string(data) != "a component" {
		t.Errorf("of the same inputs: %q, %v", data, ok)
	}
	if data, ok := k.component("others"); ok {
		t.Errorf("of other inputs: %q", data)
	}
	if err := k.dropBroken(); err != nil || !exists(k.path(moduleFile)) {
		t.Errorf("the module is gone, %v", err)
	}
	write(t, k.path(moduleFile), "a mod")
	write(t, k.path(componentFile), "a comp")
	if err := k.dropBroken(); err != nil || exists(k.path(moduleFile)) {
		t.Errorf("a module that is cut off is still there, %v", err)
	}
	if data, ok := k.component("these"); ok {
		t.Errorf("a component that is cut off: %q", data)
	}
	write(t, k.path(recordFile), "{")
	if got := k.record(); got != (record{}) {
		t.Errorf("a broken record: %+v", got)
	}
}

// TestLock lets two builds of one guest meet.
func TestLock(t *testing.T) {
	g := &Guest{Dir: "guest", Language: Go, opt: Options{CacheDir: t.TempDir()}}
	first := open(t, g)
	ctx, cancel := context.WithTimeout(context.Background(), 3*lockInterval)
	defer cancel()
	if _, err := g.openKept(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("both have it: %v", err)
	}
	time.AfterFunc(lockInterval, func() { first.close() })
	if err := open(t, g).close(); err != nil {
		t.Error(err)
	}
}

// TestKey tells guests apart.
func TestKey(t *testing.T) {
	seen := map[string]*Guest{}
	for _, g := range []*Guest{
		{Dir: "a", Language: Go},
		{Dir: "b", Language: Go},
		{Dir: "a", Language: C},
		{Dir: "a", Language: Go, opt: Options{Optimize: true}},
		{Language: Go, target: goTarget{registry: "example.org/a@v1.0.0"}},
		{Language: Go, target: goTarget{registry: "example.org/a@v1.0.1"}},
	} {
		key, err := g.key()
		if err != nil {
			t.Fatal(err)
		}
		if other := seen[key]; other != nil {
			t.Errorf("%+v and %+v share a directory", g, other)
		}
		seen[key] = g
	}
}

// TestNothingKept builds for a user who has no cache.
func TestNothingKept(t *testing.T) {
	k := open(t, &Guest{Dir: "guest"})
	write(t, k.path(moduleFile), "")
	if err := k.close(); err != nil || exists(k.dir) {
		t.Errorf("the directory is still there, %v", err)
	}
}

// TestTrim forgets guests that were not built for long, but not those that somebody builds.
func TestTrim(t *testing.T) {
	opt := Options{CacheDir: t.TempDir()}
	dir := func(name string) string {
		g := &Guest{Dir: name, opt: opt}
		k := open(t, g)
		if name == "busy" {
			t.Cleanup(func() { k.close() })
		} else if err := k.close(); err != nil {
			t.Fatal(err)
		}
		if name != "used" {
			long := time.Now().Add(-2 * keepFor)
			if err := os.Chtimes(k.path(lockFile), long, long); err != nil {
				t.Fatal(err)
			}
		}
		return k.dir
	}
	used, busy, old := dir("used"), dir("busy"), dir("old")
	all := filepath.Dir(old)
	trim(all, time.Now())
	if !exists(old) {
		t.Error("trimmed again on the same day")
	}
	trim(all, time.Now().Add(2*trimInterval))
	if exists(old) || !exists(used) || !exists(busy) {
		t.Errorf("there are: old %v, used %v, busy %v", exists(old), exists(used), exists(busy))
	}
	if again := dir("old"); !exists(again) {
		t.Error("what was trimmed can't be built again")
	}
}
