package metal

// The deadlines of sleeping threads form a binary heap, so that the next timer
// interrupt is known at once however many threads sleep. All storage is static
// and indexed by thread.

// maxThreads bounds the thread table; number 0 is that of the idle threads.
const maxThreads = 1024

// deadlineHeap orders thread numbers by the time, in nanoseconds, at which each
// wants to be woken. The zero value is empty.
type deadlineHeap struct {
	n     int
	order [maxThreads]uint16 // heap of thread numbers
	when  [maxThreads]uint64 // by thread
	place [maxThreads]uint16 // by thread: 1 + its index in order, or 0
}

// first returns the earliest deadline.
func (h *deadlineHeap) first() (id int, when uint64, ok bool) {
	if h.n == 0 {
		return 0, 0, false
	}
	id = int(h.order[0])
	return id, h.when[id], true
}

// has reports whether thread id has a deadline.
func (h *deadlineHeap) has(id int) bool { return h.place[id] != 0 }

// set gives thread id, which must have no deadline yet, the deadline when.
func (h *deadlineHeap) set(id int, when uint64) {
	h.when[id] = when
	h.n++
	h.put(h.n-1, uint16(id))
	h.up(h.n - 1)
}

// clear drops thread id's deadline, if any.
func (h *deadlineHeap) clear(id int) {
	if h.place[id] == 0 {
		return
	}
	i := int(h.place[id]) - 1
	h.place[id] = 0
	h.n--
	if i == h.n {
		return
	}
	h.put(i, h.order[h.n])
	h.up(i)
	h.down(i)
}

func (h *deadlineHeap) put(i int, id uint16) {
	h.order[i] = id
	h.place[id] = uint16(i + 1)
}

func (h *deadlineHeap) less(i, j int) bool { return h.when[h.order[i]] < h.when[h.order[j]] }

func (h *deadlineHeap) swap(i, j int) {
	a, b := h.order[i], h.order[j]
	h.put(i, b)
	h.put(j, a)
}

func (h *deadlineHeap) up(i int) {
	for i > 0 && h.less(i, (i-1)/2) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

func (h *deadlineHeap) down(i int) {
	for {
		child := 2*i + 1
		if child >= h.n {
			return
		}
		if child+1 < h.n && h.less(child+1, child) {
			child++
		}
		if !h.less(child, i) {
			return
		}
		h.swap(i, child)
		i = child
	}
}
