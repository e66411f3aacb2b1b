package engine

import "slices"

// This file has guests' stacks charged. A function keeps the stack that it has grown for its next call, so what counts
// is not the stack of the call in progress but what all functions have that a meter has seen.

// Stacks up to smallStack bytes are not charged, each being a part of its function, nor are freeStacks bytes of the
// larger ones of a meter together: most guests never have so much.
const (
	smallStack = 16 << 10
	freeStacks = 256 << 10
)

// stacksPerMeter is how many times [Meter.MaxStack] the stacks may have together that the functions of a meter keep.
const stacksPerMeter = 2

// grown is a function with a stack that counts.
type grown struct {
	function Function
	bytes    uint64
}

// charge has the present stack of a function count.
func (m *Meter) charge(f Function) error {
	size := stackOf(f)
	if size <= smallStack || size <= m.latest.bytes && f == m.latest.function {
		return nil
	}
	i := slices.IndexFunc(m.grown, func(g grown) bool { return g.function == f })
	if i < 0 {
		i = len(m.grown)
		m.grown = append(m.grown, grown{function: f})
	}
	g := &m.grown[i]
	if size <= g.bytes {
		m.latest = *g
		return nil
	}
	if m.MaxStack != 0 && m.stacks()-g.bytes+size > stacksPerMeter*m.MaxStack {
		return ErrStackOverflow
	}
	g.bytes, size = size, g.bytes
	if !m.settle() {
		g.bytes = size
		return errNoStack
	}
	m.latest = *g
	return nil
}

// stacks is how many bytes the stacks have that count.
func (m *Meter) stacks() (sum uint64) {
	for _, g := range m.grown {
		sum += g.bytes
	}
	return sum
}

// settle takes from the quota what the stacks take beyond what is free, or gives back.
func (m *Meter) settle() bool {
	due := m.stacks()
	due -= min(due, freeStacks)
	switch {
	case due > m.charged:
		if !m.Stacks.Take(due - m.charged) {
			return false
		}
	case due < m.charged:
		m.Stacks.Give(m.charged - due)
	}
	m.charged = due
	return true
}

// DropStack is for a function that is not called again.
func (m *Meter) DropStack(f Function) {
	if m.grown != nil {
		m.dropStacks(func(g grown) bool { return g.function == f })
	}
}

// DropStacks is for when no function is called again.
func (m *Meter) DropStacks() { m.dropStacks(func(grown) bool { return true }) }

func (m *Meter) dropStacks(gone func(grown) bool) {
	m.grown = slices.DeleteFunc(m.grown, gone)
	m.latest = grown{}
	m.settle()
}
