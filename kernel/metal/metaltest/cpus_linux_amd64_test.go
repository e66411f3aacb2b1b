package metaltest

import (
	"flag"
	"math/bits"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/witan-os/witan/kernel/metal"
)

// Tests of several CPUs. On a machine with one they still must pass, where they
// make sense there at all.

const pageSize = 4096

// soak is how long TestSoak goes on.
var soak = flag.Duration("soak", 2*time.Second, "how long TestSoak takes")

// severalCPUs skips a test that is about CPUs at work at the same time.
func severalCPUs(t *testing.T) {
	t.Helper()
	inVM(t)
	if metal.CPUs() < 2 {
		t.Skip("needs two CPUs: WITAN_VMEXEC_CPUS=2")
	}
}

// mapPages returns fresh memory, which a test must give back.
func mapPages(t *testing.T, pages int) []byte {
	t.Helper()
	mem, err := syscall.Mmap(-1, 0, pages*pageSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	return mem
}

// TestCPUCount compares what the machine was given with what is used of it.
func TestCPUCount(t *testing.T) {
	inVM(t)
	want := 1
	if text := os.Getenv("WITAN_VMEXEC_CPUS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		want = min(n, 16)
	}
	if metal.CPUs() != want || runtime.NumCPU() != want || runtime.GOMAXPROCS(0) != want {
		t.Errorf("%d CPUs, NumCPU %d, GOMAXPROCS %d; want %d", metal.CPUs(), runtime.NumCPU(), runtime.GOMAXPROCS(0), want)
	}
	var mask uint64
	n, _, e := syscall.RawSyscall(syscall.SYS_SCHED_GETAFFINITY, 0, unsafe.Sizeof(mask), uintptr(unsafe.Pointer(&mask)))
	if e != 0 || n != 8 || bits.OnesCount64(mask) != want {
		t.Errorf("affinity %#b of %d bytes, %v; want %d bits", mask, n, e, want)
	}
}

// TestTwoAtOnce lets two threads hand a number back and forth without ever giving
// way. A number that comes back while no CPU of the machine has changed its thread
// was handed to a thread that ran at the same time.
func TestTwoAtOnce(t *testing.T) {
	severalCPUs(t)
	const turns, enough = 2000, 20
	var ball atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for n := int64(0); n >= 0; n = ball.Load() {
			if n%2 == 1 {
				ball.Store(n + 1)
			}
		}
	})
	atOnce := 0
	for n := int64(0); n < 2*turns && atOnce < enough; n += 2 {
		before := metal.Count().Switches
		ball.Store(n + 1)
		for ball.Load() == n+1 {
		}
		if metal.Count().Switches == before {
			atOnce++
		}
	}
	ball.Store(-1)
	wg.Wait()
	if atOnce < enough {
		t.Errorf("%d of %d numbers came back without a switch of threads", atOnce, turns)
	}
}

// TestMoreThreadsThanCPUs needs a timer that takes the CPU away from threads which
// never give way, on every CPU.
func TestMoreThreadsThanCPUs(t *testing.T) {
	inVM(t)
	threads := metal.CPUs() + 3
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads + 1))
	counts := make([]atomic.Int64, threads)
	var stop atomic.Bool
	var wg sync.WaitGroup
	for i := range counts {
		wg.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for !stop.Load() {
				counts[i].Add(1)
			}
		})
	}
	for i := range counts {
		for seen := counts[i].Load(); counts[i].Load() < seen+1000; {
			time.Sleep(100 * time.Microsecond) // which also has to get a turn
		}
	}
	stop.Store(true)
	wg.Wait()
}

// TestStopTheWorld interrupts threads that spin on all CPUs at once.
func TestStopTheWorld(t *testing.T) {
	inVM(t)
	before := metal.Count().Signals
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range metal.CPUs() {
		wg.Go(func() {
			for n := 0; !stop.Load(); n++ {
				_ = n
			}
		})
	}
	for range 10 {
		runtime.GC()
	}
	stop.Store(true)
	wg.Wait()
	if metal.Count().Signals == before {
		t.Error("no loop was interrupted by a signal")
	}
}

// stubborn writes ever new values to *word from a thread of its own until that
// faults; then it closes done.
func stubborn(word *uint64, started *atomic.Bool, done chan<- struct{}) {
	defer close(done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	debug.SetPanicOnFault(true)
	defer func() { _ = recover() }()
	for n := uint64(1); ; n++ {
		atomic.StoreUint64(word, n)
		started.Store(true)
	}
}

// TestProtectReachesAllCPUs takes the right to write away while another CPU
// writes. When mprotect has returned, nothing may change any more.
func TestProtectReachesAllCPUs(t *testing.T) {
	severalCPUs(t)
	for range 30 {
		mem := mapPages(t, 1)
		word := (*uint64)(unsafe.Pointer(&mem[0]))
		var started atomic.Bool
		done := make(chan struct{})
		go stubborn(word, &started, done)
		for !started.Load() {
			runtime.Gosched()
		}
		if err := syscall.Mprotect(mem, syscall.PROT_READ); err != nil {
			t.Fatal(err)
		}
		after := atomic.LoadUint64(word)
		<-done
		if now := atomic.LoadUint64(word); now != after {
			t.Fatalf("the page was written after it became read only: %d, then %d", after, now)
		}
		if err := syscall.Munmap(mem); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUnmapReachesAllCPUs unmaps a page while another CPU writes to it. The frame is
// used again at once, for memory in which nothing of that may show up.
func TestUnmapReachesAllCPUs(t *testing.T) {
	severalCPUs(t)
	for range 30 {
		mem := mapPages(t, 1)
		fresh := mapPages(t, 8) // has no frames until it is touched
		var started atomic.Bool
		done := make(chan struct{})
		go stubborn((*uint64)(unsafe.Pointer(&mem[0])), &started, done)
		for !started.Load() {
			runtime.Gosched()
		}
		if err := syscall.Munmap(mem); err != nil {
			t.Fatal(err)
		}
		sum := uint64(0)
		for range 1000 {
			for page := 0; page < len(fresh); page += pageSize {
				sum += atomic.LoadUint64((*uint64)(unsafe.Pointer(&fresh[page])))
			}
		}
		if sum != 0 {
			t.Fatal("memory of another mapping was written through a stale translation")
		}
		<-done
		if err := syscall.Munmap(fresh); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDroppedPagesStayApart gives pages back with MADV_DONTNEED while another CPU
// writes to them, so that they come back at once, with frames that others had.
func TestDroppedPagesStayApart(t *testing.T) {
	severalCPUs(t)
	const pages = 64
	mem := mapPages(t, pages)
	var stop atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for n := uint64(1); !stop.Load(); n++ {
			for page := uint64(0); page < pages; page++ {
				atomic.StoreUint64((*uint64)(unsafe.Pointer(&mem[page*pageSize])), n<<8|page)
			}
		}
	})
	for range 60 {
		if err := syscall.Madvise(mem, syscall.MADV_DONTNEED); err != nil {
			t.Fatal(err)
		}
		for page := range uint64(pages) {
			v := atomic.LoadUint64((*uint64)(unsafe.Pointer(&mem[page*pageSize])))
			if v != 0 && v&0xff != page {
				t.Fatalf("page %d has a value of page %d", page, v&0xff)
			}
		}
	}
	stop.Store(true)
	wg.Wait()
	if err := syscall.Munmap(mem); err != nil {
		t.Fatal(err)
	}
}

// TestCodeOnAllCPUs does what a JIT compiler does: it writes code, makes it
// executable, and lets other threads run it. They must run the new code.
func TestCodeOnAllCPUs(t *testing.T) {
	inVM(t)
	code := mapPages(t, 1)
	entry := unsafe.Pointer(&code)
	call := *(*func() uint32)(unsafe.Pointer(&entry))
	type request struct {
		want uint32
		done *sync.WaitGroup
	}
	work := make(chan request)
	defer close(work)
	for range metal.CPUs() + 1 {
		go func() {
			for r := range work {
				for range 100 {
					if got := call(); got != r.want {
						t.Errorf("the code returned %d, want %d", got, r.want)
						break
					}
				}
				r.done.Done()
			}
		}()
	}
	for n := range uint32(200) {
		if err := syscall.Mprotect(code, syscall.PROT_READ|syscall.PROT_WRITE); err != nil {
			t.Fatal(err)
		}
		copy(code, []byte{0xb8, byte(n), byte(n >> 8), 0, 0, 0xc3}) // mov eax, n; ret
		if err := syscall.Mprotect(code, syscall.PROT_READ|syscall.PROT_EXEC); err != nil {
			t.Fatal(err)
		}
		var done sync.WaitGroup
		for range metal.CPUs() + 1 {
			done.Add(1)
			work <- request{n, &done}
		}
		done.Wait()
	}
}

// TestSoak does at the same time all that threads can do to each other: it blocks
// and wakes, sleeps, faults, maps, protects, unmaps, collects garbage and starts
// and ends threads. Run it for minutes with -args -soak 5m.
func TestSoak(t *testing.T) {
	inVM(t)
	var stop atomic.Bool
	var wg sync.WaitGroup
	start := metal.Count()
	rounds := map[string]*atomic.Int64{}
	for name, work := range map[string]func(round int){
		"talk":    talk(),
		"sleep":   func(round int) { time.Sleep(time.Duration(round%300) * time.Microsecond) },
		"fault":   func(int) { faultOnce(t) },
		"churn":   func(round int) { churn(t, 1+round%40) },
		"garbage": func(round int) { garbage(t, round) },
		"thread":  func(int) { endThread() },
		"compute": compute(t),
	} {
		count := new(atomic.Int64)
		rounds[name] = count
		for range 2 {
			wg.Go(func() {
				for round := 0; !stop.Load(); round++ {
					work(round)
					count.Add(1)
				}
			})
		}
	}
	time.Sleep(*soak)
	for _, count := range rounds {
		for count.Load() == 0 {
			time.Sleep(time.Millisecond) // a machine that is busy takes longer
		}
	}
	stop.Store(true)
	wg.Wait()
	for name, count := range rounds {
		t.Logf("%-8s %d", name, count.Load())
	}
	end := metal.Count()
	t.Logf("%d switches, %d page faults, %d signals, %d interrupts, %d shoot-downs",
		end.Switches-start.Switches, end.PageFaults-start.PageFaults, end.Signals-start.Signals,
		end.Interrupts-start.Interrupts, end.Shootdowns-start.Shootdowns)
}

// talk sends words to a goroutine on a thread of its own and takes the answers. Then
// it rests: Go's scheduler prefers such pairs to all others.
func talk() func(int) {
	type words struct{ question, answer chan int }
	return func(round int) {
		w := words{make(chan int), make(chan int)}
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for n := range w.question {
				w.answer <- n + 1
			}
			close(w.answer)
		}()
		for n := range 50 {
			w.question <- round + n
			if <-w.answer != round+n+1 {
				panic("a wrong answer")
			}
		}
		close(w.question)
		<-w.answer
		time.Sleep(time.Millisecond)
	}
}

func faultOnce(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no fault")
		}
	}()
	load(nil)
}

// churn maps pages, writes to them, protects and drops some, and unmaps them.
func churn(t *testing.T, pages int) {
	mem := mapPages(t, pages)
	for i := 0; i < len(mem); i += pageSize {
		if mem[i] != 0 {
			t.Error("fresh memory is not zero")
		}
		mem[i] = byte(i / pageSize)
	}
	half := mem[pages/2*pageSize:]
	if err := syscall.Mprotect(half, syscall.PROT_READ); err != nil {
		t.Error(err)
	}
	for i := 0; i < len(mem); i += pageSize {
		if mem[i] != byte(i/pageSize) {
			t.Error("memory has lost what was written to it")
		}
	}
	if err := syscall.Madvise(mem[:pageSize], syscall.MADV_DONTNEED); err != nil {
		t.Error(err)
	}
	if mem[0] != 0 {
		t.Error("a dropped page is not zero")
	}
	if err := syscall.Munmap(mem); err != nil {
		t.Error(err)
	}
}

// garbage makes a list, drops most of it, and checks the rest.
func garbage(t *testing.T, round int) {
	type node struct {
		next  *node
		value int
		_     [40]byte
	}
	var list *node
	for i := range 2000 {
		list = &node{next: list, value: round + i}
	}
	if round%50 == 0 {
		runtime.GC()
	}
	for i := 1999; i >= 0; i-- {
		if list.value != round+i {
			t.Errorf("an object has %d, want %d", list.value, round+i)
		}
		list = list.next
	}
}

// endThread starts a thread and ends it.
func endThread() {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread() // without an end: the thread ends with the goroutine
		close(done)
	}()
	<-done
}

// compute has results in vector registers across whatever interrupts it.
func compute(t *testing.T) func(int) {
	sum := func() float64 {
		s := 0.0
		for i := 1; i < 20_000; i++ {
			s += 1 / float64(i*i)
		}
		return s
	}
	want := sum()
	return func(int) {
		if got := sum(); got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
