package kernel

import (
	"io"
	"sync"

	"github.com/witan-os/witan/runtime/vm"
)

// Mirror is a part for [Boot]: what the system writes on its console and into its log is written to w, too. It should be
// something that takes it at once, such as a text console on a screen; what w says about errors is not heard. If w has a
// method Show, that is called when the system has ended, so that its last words are seen.
func Mirror(w io.Writer) vm.Provider { return mirrorPart{w} }

type mirrorPart struct{ io.Writer }

// Provide returns nothing: a mirror is for the kernel.
func (mirrorPart) Provide(*vm.Process) ([]*vm.Interface, error) { return nil, nil }

// mirrored is w with a second place for what is written to it, if there is a mirror.
func (s *system) mirrored(w io.Writer) io.Writer {
	if s.mirror == nil {
		return w
	}
	return &both{first: w, second: s.mirror}
}

// showMirror lets the mirror show what it has not shown yet.
func (s *system) showMirror() {
	if m, ok := s.mirror.(interface{ Show() bool }); ok {
		m.Show()
	}
}

// both writes to one writer, and what that has taken to a second one, in the same order.
type both struct {
	mu            sync.Mutex
	first, second io.Writer
}

// Write returns what the first one says.
func (b *both) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.first.Write(p)
	_, _ = b.second.Write(p[:n])
	return n, err
}
