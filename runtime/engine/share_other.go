//go:build !linux

package engine

import "errors"

// arena stays empty on systems without memory files: there are no windows.
type arena struct{}

func (e *Engine) sharing() *arena          { return nil }
func (a *arena) close()                    {}
func (a *arena) find(Memory) *sharedMemory { return nil }

// sharedMemory is never made here.
type sharedMemory struct {
	arena *arena
	near  *sharedMemory
}

func (m *sharedMemory) register(Memory)          {}
func (m *sharedMemory) Reallocate(uint64) []byte { return nil }
func (m *sharedMemory) Free()                    {}

type window struct{ sharedMemory }

func (w *window) watch(*sharedMemory, Global) {}

func layout(_, _ *sharedMemory) Window { return Window{} }

func (a *arena) window(_, _ *sharedMemory) (*window, error) {
	return nil, errors.New("this system can't map memory twice")
}
