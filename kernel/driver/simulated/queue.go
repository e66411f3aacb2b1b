package simulated

import "encoding/binary"

// The split queue in memory (virtio 1.2, section 2.7): a table of descriptors, the ring of those chains that the driver has
// made available, and the ring of those that the device has used.
const (
	descriptorSize  = 16
	descriptorNext  = 1
	descriptorWrite = 2

	ringHeader    = 4 // flags and index, of 2 bytes each
	availableSize = 2 // of an element
	usedSize      = 8
	noInterrupt   = 1 // flag of the driver's ring

	// maxTransfer bounds the bytes of one request.
	maxTransfer = 32 << 20
)

// serveQueue serves what is available.
func (o *opened) serveQueue() {
	for o.serveOne() {
	}
}

// serveOne serves one request, if there is one. The registers are locked while it does, and so is the driver's
// memory: a driver that resets the device finds it quiet.
func (o *opened) serveOne() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := &o.registers
	if o.closed || !r.queue.enabled || r.status&statusDriverOK == 0 || r.status&(statusNeedsReset|statusFailed) != 0 {
		return false
	}
	o.memory.mu.Lock()
	defer o.memory.mu.Unlock()
	served, good := o.serveAvailable(&r.queue)
	if !good {
		r.status |= statusNeedsReset
		o.raise(r.configVector)
		return false
	}
	return served
}

// rings are the three parts of the queue.
type rings struct{ descriptors, available, used []byte }

// find looks the parts up in the owner's memory.
func (q *queue) find(m *memory) (p rings, ok bool) {
	size := uint64(q.size)
	var ok1, ok2, ok3 bool
	p.descriptors, ok1 = m.at(q.descriptors, size*descriptorSize)
	p.available, ok2 = m.at(q.available, ringHeader+size*availableSize)
	p.used, ok3 = m.at(q.used, ringHeader+size*usedSize)
	return p, ok1 && ok2 && ok3
}

// serveAvailable takes the next chain. It reports whether there was one, and whether all made sense.
func (o *opened) serveAvailable(q *queue) (served, good bool) {
	le := binary.LittleEndian
	p, ok := q.find(o.memory)
	if !ok {
		return false, false
	}
	waiting := le.Uint16(p.available[2:]) - q.taken
	switch {
	case waiting == 0:
		return false, true
	case waiting > q.size:
		return false, false
	}
	head := le.Uint16(p.available[ringHeader+int(q.taken%q.size)*availableSize:])
	from, to, ok := o.memory.chain(p.descriptors, head)
	if !ok {
		return false, false
	}
	q.taken++
	written := o.device.model.serve(from, to)

	index := le.Uint16(p.used[2:])
	element := p.used[ringHeader+int(index%q.size)*usedSize:]
	le.PutUint32(element, uint32(head))
	le.PutUint32(element[4:], written)
	le.PutUint16(p.used[2:], index+1)
	if le.Uint16(p.available)&noInterrupt == 0 {
		o.registers.isr |= 1
		o.raise(q.vector)
	}
	return true, true
}

// chain returns the buffers of a request: those to read, which come first, and those to write.
func (m *memory) chain(descriptors []byte, head uint16) (from, to [][]byte, ok bool) {
	le := binary.LittleEndian
	total := uint64(0)
	// A chain that is longer than the table goes in circles.
	for range len(descriptors) / descriptorSize {
		if int(head) >= len(descriptors)/descriptorSize {
			return nil, nil, false
		}
		d := descriptors[int(head)*descriptorSize:]
		length, flags := le.Uint32(d[8:]), le.Uint16(d[12:])
		buffer, ok := m.at(le.Uint64(d), uint64(length))
		if total += uint64(length); !ok || total > maxTransfer || flags&^(descriptorNext|descriptorWrite) != 0 {
			return nil, nil, false
		}
		switch {
		case flags&descriptorWrite != 0:
			to = append(to, buffer)
		case len(to) > 0:
			return nil, nil, false
		default:
			from = append(from, buffer)
		}
		if flags&descriptorNext == 0 {
			return from, to, true
		}
		head = le.Uint16(d[14:])
	}
	return nil, nil, false
}

// raise sends the interrupt of a vector.
func (o *opened) raise(vector uint16) {
	if vector < vectors && o.lines[vector] != nil {
		o.lines[vector].raise()
	}
}
