package engine

// CallsOut reports whether calling the exported function can lead to a call of a function that the module
// imports. It follows direct calls; a function that calls through a table or a reference, or that holds an
// instruction unknown here, is taken to call anything. Instrumentation is not looked at.
func (c *Code) CallsOut(export string) bool {
	f, ok := c.shape.funcs[export]
	if !ok {
		return true
	}
	bodies := c.shape.bodies()
	seen := map[uint32]bool{f: true}
	for todo := []uint32{f}; len(todo) > 0; {
		f, todo = todo[len(todo)-1], todo[:len(todo)-1]
		own := uint64(f) - uint64(c.shape.importedFuncs)
		if f < c.shape.importedFuncs || own >= uint64(len(bodies)) {
			return true
		}
		calls, known := callsIn(bodies[own])
		if !known {
			return true
		}
		for _, to := range calls {
			if !seen[to] {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	return false
}

// bodies splits the code section; it is nil when that is malformed.
func (s *shape) bodies() [][]byte {
	c := &cursor{data: s.code}
	var list [][]byte
	for range c.count() {
		list = append(list, c.bytes())
	}
	if c.err != nil {
		return nil
	}
	return list
}

// callsIn lists the functions that a body calls; known is false when it may call others as well.
func callsIn(body []byte) (calls []uint32, known bool) {
	known = instructions(body, func(op byte, c *cursor) bool {
		if op != 0x10 && op != 0x12 { // call, return_call
			return false
		}
		calls = append(calls, c.u32())
		return true
	})
	return calls, known
}

// instructions goes through a body. visit reports whether it has read what follows an opcode. known is false when
// the body has an instruction that neither visit nor [cursor.immediates] knows.
func instructions(body []byte, visit func(op byte, c *cursor) bool) (known bool) {
	c := &cursor{data: body}
	for range c.count() { // locals
		c.u32()
		c.valueType()
	}
	for c.err == nil && c.pos < len(c.data) {
		if op := c.byte(); !visit(op, c) && !c.immediates(op) {
			return false
		}
	}
	return c.err == nil
}

// immediates passes over what follows an opcode. It reports false for those that it does not know, and for
// calls through tables and references.
func (c *cursor) immediates(op byte) bool {
	switch {
	case op >= 0x02 && op <= 0x04: // block, loop, if
		c.valueType()
	case op == 0x0e: // br_table
		for range c.count() {
			c.u32()
		}
		c.u32()
	case op == 0x1c: // select with types
		for range c.count() {
			c.valueType()
		}
	case op == 0x0c, op == 0x0d, op >= 0x20 && op <= 0x26, op == 0x3f, op == 0x40, op == 0xd0, op == 0xd2:
		c.skipInt() // a label, variable, table, memory, type or function
	case op >= 0x28 && op <= 0x3e:
		c.memoryArgument()
	case op == 0x41, op == 0x42:
		c.skipInt()
	case op == 0x43:
		c.next(4)
	case op == 0x44:
		c.next(8)
	case op == 0xfc:
		return c.prefixed()
	case op == 0xfd:
		return c.vector()
	default:
		plain := op <= 0x01 || op == 0x05 || op == 0x0b || op == 0x0f || op == 0x1a || op == 0x1b || op == 0xd1
		return plain || op >= 0x45 && op <= 0xc4
	}
	return true
}

func (c *cursor) memoryArgument() {
	if align := c.u32(); align&0x40 != 0 { // names its memory
		c.u32()
	}
	c.skipInt()
}

// prefixed passes over what follows 0xfc: conversions that saturate, and bulk operations.
func (c *cursor) prefixed() bool {
	switch sub := c.u32(); sub {
	case 0, 1, 2, 3, 4, 5, 6, 7:
	case 9, 11, 13, 15, 16, 17:
		c.u32()
	case 8, 10, 12, 14:
		c.u32()
		c.u32()
	default:
		return false
	}
	return true
}

// vector passes over what follows 0xfd.
func (c *cursor) vector() bool {
	const last = 0x113
	switch sub := c.u32(); {
	case sub <= 11, sub == 92, sub == 93:
		c.memoryArgument()
	case sub == 12, sub == 13:
		c.next(16)
	case sub >= 21 && sub <= 34:
		c.byte()
	case sub >= 84 && sub <= 91:
		c.memoryArgument()
		c.byte()
	case sub > last:
		return false
	}
	return true
}
