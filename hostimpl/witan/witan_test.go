package witan

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/hostimpl/witan/log"
	"github.com/witan-os/witan/runtime/glue"
)

func TestDefaultProvidesThePackage(t *testing.T) {
	p := &glue.Process{}
	list, err := Default().Provide(p)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, i := range list {
		names = append(names, i.Name)
	}
	if got := strings.Join(names, " "); got != "witan:kernel/log@0.1.0 witan:kernel/process@0.1.0" {
		t.Error(got)
	}
	p.Close()
}

// TestDefaultLogsWhereTheSystemDoes has one provider serve processes of two systems, and of one that keeps no log.
func TestDefaultLogsWhereTheSystemDoes(t *testing.T) {
	var first, second bytes.Buffer
	w := Default().(provider)
	for _, p := range []*glue.Process{{Name: "a", Log: &first}, {Name: "b", Log: &second}, {Name: "c"}} {
		if _, err := w.Provide(p); err != nil {
			t.Fatal(err)
		}
		w.log.Put(p, log.Info, "", "from "+p.Name)
		p.Close()
	}
	for name, got := range map[string]*bytes.Buffer{"a": &first, "b": &second} {
		if _, line, _ := strings.Cut(got.String(), " "); line != "info  "+name+"[0]: from "+name+"\n" {
			t.Errorf("the log of %s has %q", name, got)
		}
	}
}

// TestEndOfAProcess has a reader that never reads not keep a process from ending.
func TestEndOfAProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		p := &glue.Process{Name: "greet", ID: 1}
		l := log.New(w, log.Info)
		start := time.Now()
		for _, want := range []time.Duration{0, flushTime} {
			if _, err := New(l).Provide(p); err != nil {
				t.Fatal(err)
			}
			p.Close()
			if d := time.Since(start); d != want {
				t.Errorf("the end took %v, want %v", d, want)
			}
			l.Put(p, log.Info, "", "what nobody reads")
		}
		_ = r.Close()
	})
}
