package fuse

import "github.com/witan-os/witan/runtime/abi"

// This file looks through UTF-16: whether it is valid, and whether all of it is Latin-1.

const (
	surrogateMask = 0xf800 // under it, all surrogates are surrogates
	surrogates    = 0xd800
	halfMask      = 0xfc00 // under it, the second halves of pairs are lowSurrogates
	lowSurrogates = 0xdc00
	beyondLatin1  = 0xff00 // bits that no character of Latin-1 has
)

// scan is the function (address, end) -> whether the text there, as access to the side sees it, has the property of
// that name.
func (l *library) scan(name string, s *side) int {
	if s.far != nil {
		return s.far.texts[name]
	}
	return l.help(helper{name: name}, textSignature, func(c *code) {
		switch name {
		case farUTF8:
			(&validator{code: c}).function()
		case farUTF16:
			newScanner(c).function(eightWhole, oneValid)
		case farLatin1:
			newScanner(c).function(eightLatin1, oneLatin1)
		}
	})
}

func newScanner(c *code) *scanner {
	return &scanner{code: c, here: 0, limit: 1, unit: c.local(abi.I32)}
}

// eightWhole finds halves of surrogate pairs.
func eightWhole(s *scanner) {
	s.splat(surrogateMask)
	s.emit(opV128And)
	s.splat(surrogates)
	s.emit(opI16x8Eq)
}

func oneValid(s *scanner) {
	s.get(s.unit)
	s.i32(surrogateMask)
	s.emit(opI32And)
	s.i32(surrogates)
	s.emit(opI32Eq)
	s.when(func() {
		s.get(s.unit)
		s.i32(lowSurrogates)
		s.emit(opI32GeU)
		s.branch(opBrIf, s.no)
		s.left()
		s.i32(4)
		s.emit(opI32LtU)
		s.branch(opBrIf, s.no)
		s.get(s.here)
		s.at(opI32Load16U, 2)
		s.i32(halfMask)
		s.emit(opI32And)
		s.i32(lowSurrogates)
		s.emit(opI32Ne)
		s.branch(opBrIf, s.no)
		s.add(s.here, 2)
	})
}

func eightLatin1(s *scanner) {
	s.splat(beyondLatin1)
	s.emit(opV128And)
}

func oneLatin1(s *scanner) {
	s.get(s.unit)
	s.i32(beyondLatin1)
	s.emit(opI32And)
	s.branch(opBrIf, s.no)
}

// scanner writes a function that looks through UTF-16.
type scanner struct {
	*code
	here, limit, unit int   // locals: addresses of the next code unit and behind the last; the code unit
	no                label // where to go with what is bad
}

// function writes it all. eight turns a vector of code units on the stack into one that is zero if all are good. one
// looks at the code unit in a local, and may pass over another.
func (s *scanner) function(eight, one func(*scanner)) {
	s.no = s.open(opBlock)
	yes := s.open(opBlock)
	next := s.open(opLoop)
	slow := s.open(opBlock)
	s.left()
	s.i32(16)
	s.emit(opI32LtU)
	s.branch(opBrIf, slow)
	s.get(s.here)
	s.at(opV128Load, 0)
	eight(s)
	s.emit(opV128Any)
	s.branch(opBrIf, slow)
	s.add(s.here, 16)
	s.branch(opBr, next)
	s.end()
	s.get(s.here)
	s.get(s.limit)
	s.emit(opI32GeU)
	s.branch(opBrIf, yes)
	s.get(s.here)
	s.at(opI32Load16U, 0)
	s.set(s.unit)
	one(s)
	s.add(s.here, 2)
	s.branch(opBr, next)
	s.end()
	s.end()
	s.i32(1)
	s.emit(opReturn)
	s.end()
	s.i32(0)
}

// left puts on the stack how many bytes are left.
func (s *scanner) left() {
	s.get(s.limit)
	s.get(s.here)
	s.emit(opI32Sub)
}

// splat puts a vector of eight equal numbers of 16 bits on the stack.
func (c *code) splat(n uint32) {
	c.i32(n)
	c.emit(opI16x8Splat)
}
