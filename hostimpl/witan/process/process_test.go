package process

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/witan-os/witan/generated/witan/kernel/v0.1/process"
	"github.com/witan-os/witan/runtime/glue"
)

func TestIdentity(t *testing.T) {
	for name, want := range map[string]string{"greet": "greet", "na\xefve": "na\ufffdve"} {
		var h process.Host = host{&glue.Process{ID: 1<<64 - 1, Name: name}}
		if id, err := h.ID(t.Context()); err != nil || id != 1<<64-1 {
			t.Errorf("id: %d, %v", id, err)
		}
		if got, err := h.Name(t.Context()); err != nil || got != want {
			t.Errorf("name: %q, %v; want %q", got, err, want)
		}
	}
}

func TestUptime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h process.Host = host{&glue.Process{Started: time.Now()}}
		for _, want := range []uint64{0, 2e9, 4e9} {
			if got, err := h.Uptime(t.Context()); err != nil || got != want {
				t.Errorf("uptime: %d, %v; want %d", got, err, want)
			}
			time.Sleep(2 * time.Second)
		}
	})
}

func TestExit(t *testing.T) {
	var h process.Host = host{&glue.Process{}}
	for _, status := range []uint8{0, 1, 255} {
		var exit *glue.Exit
		if err := h.Exit(t.Context(), status); !errors.As(err, &exit) || exit.Code != uint32(status) {
			t.Errorf("exit(%d): %v", status, err)
		}
	}
}

func TestYieldComesBack(t *testing.T) {
	if err := (host{&glue.Process{}}).Yield(t.Context()); err != nil {
		t.Error(err)
	}
}
