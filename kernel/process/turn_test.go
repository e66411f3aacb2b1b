package process

import (
	"testing"
	"testing/synctest"

	"github.com/witan-os/witan/kernel/guard"
	"github.com/witan-os/witan/kernel/host"
	"github.com/witan-os/witan/kernel/manifest"
	"github.com/witan-os/witan/kernel/policy"
)

// TestRefusedByWhoHasEnded has a call wait while a program begins, which refuses it, and ends before the call hears of
// that. It waits for the next life then, and hears from that, or of the end.
func TestRefusedByWhoHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, err := NewTable(Config{})
		if err != nil {
			t.Fatal(err)
		}
		named := func(name string) *Process {
			return newProcess(table, &Spec{Process: &policy.Process{Process: &manifest.Process{Name: name}}})
		}
		service := named("service")
		c := &caller{named("client"), service}
		var life *guard.Life
		answer := make(chan error, 1)
		go func() {
			var err error
			life, err = c.Begin(t.Context())
			answer <- err
		}()
		synctest.Wait()
		service.mu.Lock()
		service.queue.refuseAll() // by a life of which nothing is left
		service.mu.Unlock()
		synctest.Wait()
		select {
		case err := <-answer:
			t.Fatalf("the call has begun with %v, %v", life, err)
		default:
		}
		service.mu.Lock()
		service.final = &host.Ending{Kind: host.Killed, Reason: "enough"}
		service.queue.refuseAll()
		service.mu.Unlock()
		if err := <-answer; err == nil || err.Error() != "it was ended: enough" || life != nil {
			t.Errorf("the call has begun with %v, %v", life, err)
		}
	})
}
