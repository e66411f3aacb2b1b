package metal

// Runnable threads that have no CPU wait in queues, one for each CPU. The queues
// hold numbers of threads and nothing else, so this file works on any machine and
// is tested as such.

// maxCPUs bounds how many CPUs are started.
const maxCPUs = 16

// noThread ends a queue. It is the number of the idle threads, which are never in
// one.
const noThread = 0

// readyQueues holds the waiting threads, each in one queue. The zero value is
// empty.
type readyQueues struct {
	waiting int // threads in all queues
	queues  [maxCPUs]struct {
		head, tail uint16
		length     int
	}
	next [maxThreads]uint16 // by thread: the one behind it in its queue, or noThread
}

// push puts thread id, which must be in no queue, at the end of a CPU's.
func (r *readyQueues) push(cpu, id int) {
	q := &r.queues[cpu]
	r.next[id] = noThread
	if q.length == 0 {
		q.head = uint16(id)
	} else {
		r.next[q.tail] = uint16(id)
	}
	q.tail = uint16(id)
	q.length++
	r.waiting++
}

// first returns the thread that a CPU should run next, and the CPU in whose queue it
// is: the first of its own queue, else the first of the longest one, which has waited
// for another CPU in vain. Queues of CPUs in spared are left alone. It returns
// noThread when there is none.
func (r *readyQueues) first(cpu int, spared cpuSet) (id, from int) {
	if r.waiting == 0 {
		return noThread, cpu
	}
	if r.queues[cpu].length == 0 {
		for i := range r.queues {
			if r.queues[i].length > r.queues[cpu].length && !spared.has(i) {
				cpu = i
			}
		}
	}
	if r.queues[cpu].length == 0 {
		return noThread, cpu
	}
	return int(r.queues[cpu].head), cpu
}

// take removes what first returns.
func (r *readyQueues) take(cpu int, spared cpuSet) int {
	id, from := r.first(cpu, spared)
	if id != noThread {
		q := &r.queues[from]
		q.head = r.next[id]
		q.length--
		r.waiting--
	}
	return id
}

// cpuSet has bit n for CPU n.
type cpuSet uint32

func (s cpuSet) has(cpu int) bool { return s>>cpu&1 != 0 }

// with returns s with or without a CPU.
func (s cpuSet) with(cpu int, member bool) cpuSet {
	if member {
		return s | 1<<cpu
	}
	return s &^ (1 << cpu)
}

// choose returns the CPU that a thread should wait for, given those that are
// idle: the one that it ran on last, whose caches may still know it, if that is
// idle; else the one where it was woken; else any idle one. When all are busy it is
// the last one again, and whoever has nothing to do first takes it from there.
func (s cpuSet) choose(last, here int) int {
	switch {
	case s == 0 || s.has(last):
		return last
	case s.has(here):
		return here
	}
	first := 0
	for !s.has(first) {
		first++
	}
	return first
}
