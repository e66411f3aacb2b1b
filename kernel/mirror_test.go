package kernel

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/witan-os/witan/runtime/vm"
)

// limited takes so many bytes.
type limited struct {
	bytes.Buffer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	l.Buffer.Write(p[:n])
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

// showing is a mirror that shows its text when it is told.
type showing struct {
	bytes.Buffer
	shown bool
}

func (s *showing) Show() bool {
	s.shown = true
	return true
}

func TestMirror(t *testing.T) {
	first, second := &limited{left: 7}, &limited{left: 3}
	s := &system{mirror: second}
	w := s.mirrored(first)
	if n, err := w.Write([]byte("hello")); n != 5 || err != nil {
		t.Errorf("a mirror that fails: %d, %v", n, err)
	}
	second.left = 100
	if n, err := w.Write([]byte("world")); n != 2 || !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a writer that fails: %d, %v", n, err)
	}
	if first.String() != "hellowo" || second.String() != "helwo" {
		t.Errorf("%q and %q", &first.Buffer, &second.Buffer)
	}
	new(system).showMirror()
	shown := &showing{}
	s.mirror = shown
	if s.showMirror(); !shown.shown {
		t.Error("the mirror has not shown its text")
	}
	if w := new(system).mirrored(first); w != first {
		t.Error("without a mirror the writer is another one")
	}
}

// TestMirrorHasTheLog has what programs log be on the mirror, too, whichever kind of system they run in.
func TestMirrorHasTheLog(t *testing.T) {
	for name, manifest := range map[string]string{
		"one program": `run = [["probe", "log=noted", "say=said", "success"]]`,
		"processes":   "[[process]]\nname = \"main\"\ncomponent = \"probe\"\narguments = [\"log=noted\", \"say=said\", \"success\"]\nessential = true\nrestart = \"never\"\nstdin = \"console\"\nimports = {\"test:kernel\" = \"kernel\"}\n",
	} {
		t.Run(name, func(t *testing.T) {
			inDirectory(t, filesOf(t, manifest+probeComponent))
			var s streams
			var mirror bytes.Buffer
			status := boot(t.Context(), nil, nil, &s.out, &s.err, []vm.Provider{control(obey), Mirror(&mirror)})
			if status != 0 || mirror.String() != "noted\nsaid\n" {
				t.Errorf("status %d, and the mirror has %q", status, &mirror)
			}
			s.check(t, "said\n", "noted\n")
		})
	}
}
