package ipc

import "github.com/witan-os/witan/kernel/capability"

// entry is a message on its way, or the place of one who waits for a message. It is in one list at most.
type entry struct {
	before, after *entry
	list          *list // nil when it is in none

	waiter *waiter // who is told what becomes of it; nil for a message whose sender has gone on
	call   bool    // the waiter wants an answer

	label   uint64
	badge   uint64
	sender  uint64
	payload []byte
	own     []byte // memory of the entry itself, for a payload that outlives the sender's operation

	parcel
}

// parcel is the capability that goes along with a message. It is either taken from its sender's space already, or still
// there, or there is none.
type parcel struct {
	passed *capability.Ref
	from   *capability.Space
	handle capability.Handle
}

// pass puts the capability that goes along into the receiver's space.
func (p *parcel) pass(to *capability.Space) (capability.Handle, error) {
	switch {
	case p.passed != nil:
		h, err := to.Insert(p.passed)
		if err == nil {
			p.passed = nil
		}
		return h, err
	case p.handle != 0:
		h, err := p.from.Move(p.handle, capability.Grant, to)
		if err == nil {
			p.handle = 0
		}
		return h, err
	}
	return 0, nil
}

// collect makes x the message of another entry, together with the capability that goes along, which it takes out of the
// sender's space. The payload is still the other's.
func (x *entry) collect(of *entry) error {
	x.label, x.badge, x.sender, x.payload = of.label, of.badge, of.sender, of.payload
	if of.handle == 0 {
		return nil
	}
	var err error
	x.passed, err = of.from.Remove(of.handle, capability.Grant)
	return err
}

// What an entry takes besides its payload, in bytes.
const (
	entryBytes = 256  // of itself, at most
	spareBytes = 1024 // of its memory for payloads, which may have been for a longer one before
)

// keep gives x a payload of its own.
func (x *entry) keep(payload []byte) {
	if n := len(payload); cap(x.own) < n || cap(x.own) > n+spareBytes {
		x.own = make([]byte, n)
	}
	x.own = append(x.own[:0], payload...)
	x.payload = x.own
}

// list is a queue that an entry can leave from anywhere.
type list struct {
	first, last *entry
	len         int
}

func (l *list) push(x *entry) { l.insert(x, nil) }

// insert puts x in front of another entry, or at the end.
func (l *list) insert(x, next *entry) {
	x.list, x.after = l, next
	before := &l.last
	if next != nil {
		before = &next.before
	}
	x.before, *before = *before, x
	if x.before != nil {
		x.before.after = x
	} else {
		l.first = x
	}
	l.len++
}

// leave takes x out of the list that it is in.
func (x *entry) leave() {
	l := x.list
	if x.before != nil {
		x.before.after = x.after
	} else {
		l.first = x.after
	}
	if x.after != nil {
		x.after.before = x.before
	} else {
		l.last = x.before
	}
	l.len--
	x.list, x.before, x.after = nil, nil, nil
}
