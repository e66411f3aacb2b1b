package metal

// Blocked threads are found by what they wait for: the address of a futex, or one
// of the keys below, which are no such addresses. The table is made of numbers
// only, and tested on any machine.

// Keys that are not addresses of futexes: those are multiples of four.
const (
	waitNothing = 0
	waitEvents  = 1 // epoll_pwait
	waitInput   = 2 // read from stdin
)

const waitBuckets = 256

// waitTable is a hash table of lists, in each of which the longest wait comes
// first. The zero value is empty.
type waitTable struct {
	buckets        [waitBuckets]struct{ head, tail uint16 }
	key            [maxThreads]uintptr // by thread, or waitNothing
	next, previous [maxThreads]uint16  // by thread
}

// bucketOf returns where key belongs: the top bits of a product with 2^64 divided by
// the golden ratio.
func bucketOf(key uintptr) uintptr { return key * 0x9e37_79b9_7f4a_7c15 >> 56 }

// add makes thread id, which must wait for nothing yet, wait for key.
func (w *waitTable) add(id int, key uintptr) {
	b := &w.buckets[bucketOf(key)]
	w.key[id] = key
	w.next[id], w.previous[id] = noThread, b.tail
	if b.tail == noThread {
		b.head = uint16(id)
	} else {
		w.next[b.tail] = uint16(id)
	}
	b.tail = uint16(id)
}

// remove ends thread id's wait, if it has one.
func (w *waitTable) remove(id int) {
	if w.key[id] == waitNothing {
		return
	}
	b := &w.buckets[bucketOf(w.key[id])]
	next, previous := w.next[id], w.previous[id]
	if previous == noThread {
		b.head = next
	} else {
		w.next[previous] = next
	}
	if next == noThread {
		b.tail = previous
	} else {
		w.previous[next] = previous
	}
	w.key[id] = waitNothing
}

// first returns the thread that has waited longest for key, or noThread.
func (w *waitTable) first(key uintptr) int {
	return w.match(w.buckets[bucketOf(key)].head, key)
}

// after returns the thread that waits for the same as thread id, and has done so
// for the next longest time, or noThread.
func (w *waitTable) after(id int) int { return w.match(w.next[id], w.key[id]) }

// match returns the first thread from id on that waits for key.
func (w *waitTable) match(id uint16, key uintptr) int {
	for id != noThread && w.key[id] != key {
		id = w.next[id]
	}
	return int(id)
}
