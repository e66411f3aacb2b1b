package ipc

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/witan-os/witan/kernel/capability"
)

// derived is a reference derived from another one.
func derived(t *testing.T, from *capability.Ref, rights capability.Rights, badge uint64) *capability.Ref {
	t.Helper()
	ref, err := from.Derive(rights, badge)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// TestLog has messages of all levels written through references with different rights.
func TestLog(t *testing.T) {
	l := NewLog("orders", 3)
	root := capability.New(l, l.Rights(), 0)
	badged := derived(t, root, capability.Send, 7)
	var got []string
	write := func(via *capability.Ref, level uint8) error {
		return WriteLog(via, level, func(log string, badge uint64) { got = append(got, fmt.Sprint(log, " ", badge, " ", level)) })
	}
	for level := range uint8(5) {
		for _, via := range []*capability.Ref{root, badged} {
			if err := write(via, level); err != nil {
				t.Errorf("level %d: %v", level, err)
			}
		}
	}
	if want := []string{"orders 0 3", "orders 7 3", "orders 0 4", "orders 7 4"}; !slices.Equal(got, want) {
		t.Errorf("written is %q, want %q", got, want)
	}
	got = nil
	var denied *capability.Denied
	if err := write(derived(t, root, capability.Grant, 0), 4); !errors.As(err, &denied) {
		t.Errorf("without the right to send: %v", err)
	}
	var kind *capability.WrongKind
	if err := write(capability.New(NewEndpoint(Limits{}), capability.Send, 0), 4); !errors.As(err, &kind) {
		t.Errorf("through a reference to an endpoint: %v", err)
	}
	root.Revoke()
	if err := write(badged, 4); !errors.Is(err, capability.ErrRevoked) {
		t.Errorf("through what was revoked: %v", err)
	}
	if got != nil {
		t.Errorf("what was refused has written %q", got)
	}
}

// TestLogRevokedMeanwhile has the end of a reference wait for the message that is being written through it.
func TestLogRevokedMeanwhile(t *testing.T) {
	l := NewLog("orders", 0)
	root := capability.New(l, l.Rights(), 0)
	via := derived(t, root, capability.Send, 0)
	writing, finish, revoked := make(chan struct{}), make(chan struct{}), make(chan struct{})
	wrote := make(chan error, 1)
	go func() {
		wrote <- WriteLog(via, 0, func(string, uint64) {
			close(writing)
			<-finish
			select {
			case <-revoked:
				t.Error("the reference was revoked while a message was written")
			default:
			}
		})
	}()
	<-writing
	go func() {
		root.Revoke()
		close(revoked)
	}()
	<-via.Done()
	close(finish)
	<-revoked
	if err := <-wrote; err != nil {
		t.Errorf("what had begun: %v", err)
	}
}
