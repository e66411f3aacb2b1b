package peer_test

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/bench/internal/peer"
	"github.com/witan-os/witan/bench/internal/turns"
)

// asPeer has the test binary be the peer that its value names.
const asPeer = "WITAN_BENCH_TEST_PEER"

func TestMain(m *testing.M) {
	switch os.Getenv(asPeer) {
	case "":
		os.Exit(m.Run())
	case "serving":
		err := peer.Serve(os.Stdin, os.Stdout, map[string]turns.Subject{
			"double": func(n int) (turns.Sample, error) {
				return turns.Sample{Elapsed: time.Duration(n), Mallocs: -1, Check: uint64(2 * n)}, nil
			},
			"fail": func(int) (turns.Sample, error) { return turns.Sample{}, errors.New("out of order") },
		})
		if err != nil {
			os.Exit(1)
		}
	case "unable":
		os.Stdout.WriteString(`{"error": "no such library"}` + "\n")
	case "mute":
		os.Exit(3)
	}
}

func start(t *testing.T, as string) (*peer.Peer, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asPeer+"="+as)
	return peer.Start(cmd)
}

func TestPeer(t *testing.T) {
	p, err := start(t, "serving")
	if err != nil {
		t.Fatal(err)
	}
	subjects := p.Subjects()
	if len(subjects) != 2 {
		t.Errorf("it has %d subjects", len(subjects))
	}
	for _, n := range []int{1, 1 << 40} {
		got, err := subjects["double"](n)
		if want := (turns.Sample{Elapsed: time.Duration(n), Mallocs: -1, Check: uint64(2 * n)}); err != nil || got != want {
			t.Errorf("double(%d) = %+v, %v, want %+v", n, got, err, want)
		}
	}
	if _, err := subjects["fail"](1); err == nil || err.Error() != "out of order" {
		t.Errorf("fail: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestPeersThatDoNotStart(t *testing.T) {
	for as, want := range map[string]string{"unable": "no such library", "mute": "exit status 3"} {
		if _, err := start(t, as); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", as, err, want)
		}
	}
}
