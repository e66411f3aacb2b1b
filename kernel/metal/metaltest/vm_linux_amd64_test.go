package metaltest

import (
	"archive/tar"
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/witan-os/witan/kernel/metal"
)

// inVM skips a test that runs under an ordinary kernel.
func inVM(t *testing.T) {
	t.Helper()
	if !metal.Active() {
		t.Skip("runs on metal only: go test -exec VMEXEC -ldflags '-E github.com/witan-os/witan/kernel/metal.entry' ./kernel/metal/metaltest; VMEXEC is loader/vmexec, built")
	}
}

func TestGoroutines(t *testing.T) {
	inVM(t)
	const workers, rounds = 200, 100
	results := make(chan int)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			sum := 0
			for r := range rounds {
				sum += w * r
				runtime.Gosched()
			}
			results <- sum
		})
	}
	go func() { wg.Wait(); close(results) }()
	got, want := 0, 0
	for r := range results {
		got += r
	}
	for w := range workers {
		want += w * rounds * (rounds - 1) / 2
	}
	if got != want {
		t.Fatalf("sum %d, want %d", got, want)
	}
}

// TestGCUnderLoad checks that live memory keeps its content and dead memory
// comes back: it allocates several times the machine's RAM.
func TestGCUnderLoad(t *testing.T) {
	inVM(t)
	const blockSize = 64 << 10
	live := make([][]byte, 64)
	blocks := min(int(2*metal.MemoryTotal()/blockSize), 16384) / len(live) * len(live)
	for i := range blocks {
		b := make([]byte, blockSize)
		for j := 0; j < len(b); j += 512 {
			b[j] = byte(i)
		}
		live[i%len(live)] = b
	}
	for i, b := range live {
		want := byte(blocks - len(live) + i)
		for j := 0; j < len(b); j += 512 {
			if b[j] != want {
				t.Fatalf("block %d has %d at %d, want %d", i, b[j], j, want)
			}
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	if stats.NumGC == 0 {
		t.Fatal("the collector never ran")
	}
}

func TestTimers(t *testing.T) {
	inVM(t)
	for _, d := range []time.Duration{time.Microsecond, 100 * time.Microsecond, 5 * time.Millisecond} {
		start := time.Now()
		time.Sleep(d)
		if since := time.Since(start); since < d {
			t.Errorf("slept %v, asked for %v", since, d)
		}
	}
	start := time.Now()
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Add(1)
		after := time.Duration(5-i) * 20 * time.Millisecond
		time.AfterFunc(after, func() {
			defer wg.Done()
			if since := time.Since(start); since < after {
				t.Errorf("a timer of %v fired after %v", after, since)
			}
		})
	}
	stopped := time.AfterFunc(time.Hour, func() { t.Error("a stopped timer fired") })
	wg.Wait()
	stopped.Stop()
}

func TestWallClock(t *testing.T) {
	inVM(t)
	now := time.Now()
	if now.Year() < 2024 || now.Year() > 2099 {
		t.Fatalf("the year is %d", now.Year())
	}
	var ts syscall.Timespec
	const realtime = 0
	if _, _, e := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, realtime, uintptr(unsafe.Pointer(&ts)), 0); e != 0 {
		t.Fatal(e)
	}
	if d := time.Unix(ts.Sec, ts.Nsec).Sub(now); d < 0 || d > time.Minute {
		t.Fatalf("the system call and the hook differ by %v", d)
	}
}

//go:noinline
func load(p *int) int { return *p }

func TestNilDereference(t *testing.T) {
	inVM(t)
	for range 100 {
		func() {
			defer func() {
				var fault runtime.Error
				if err, _ := recover().(error); !errors.As(err, &fault) {
					t.Fatalf("recovered %v", err)
				}
			}()
			load(nil)
			t.Fatal("no fault")
		}()
	}
}

func TestDivisionFault(t *testing.T) {
	inVM(t)
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	zero := len(os.Getenv("no such variable"))
	t.Log(1 / zero)
}

func TestBadAddressFault(t *testing.T) {
	inVM(t)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	for _, address := range []uintptr{0xdead_0000_0000, 0xffff_b000_0000_0000, 0x1234_0000_0000_0000} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%#x can be read", address)
				}
			}()
			load(*(**int)(unsafe.Pointer(&address)))
		}()
	}
}

// TestAsyncPreemption needs the signal that stops a loop without calls.
func TestAsyncPreemption(t *testing.T) {
	inVM(t)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var stop, turns atomic.Int64
	done := make(chan int)
	go func() {
		n := 0
		for stop.Load() == 0 {
			n++
		}
		done <- n
	}()
	for range 20 {
		time.Sleep(time.Millisecond)
		runtime.GC()
		turns.Add(1)
	}
	stop.Store(1)
	if n := <-done; n == 0 || turns.Load() != 20 {
		t.Fatalf("%d turns beside %d iterations", turns.Load(), n)
	}
}

// TestVectorState checks that preemption, faults and thread switches keep
// floating-point registers.
func TestVectorState(t *testing.T) {
	inVM(t)
	work := func() float64 {
		sum := 0.0
		for i := 1; i < 50_000; i++ {
			sum += math.Sqrt(float64(i)) * math.FMA(float64(i), 0.5, -sum*1e-9)
		}
		return sum
	}
	want := work()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for range 10 {
				page := make([]byte, 1<<20)
				page[len(page)/2] = 1
				if got := work(); got != want {
					t.Errorf("%v, want %v", got, want)
				}
				time.Sleep(50 * time.Microsecond)
			}
		})
	}
	wg.Wait()
}

func TestManyThreads(t *testing.T) {
	inVM(t)
	const threads = 200
	var ready, wg sync.WaitGroup
	ids := make(chan int, threads)
	release := make(chan struct{})
	ready.Add(threads)
	for range threads {
		wg.Go(func() {
			runtime.LockOSThread() // and never unlock: the thread ends too
			ids <- syscall.Gettid()
			ready.Done()
			<-release
		})
	}
	ready.Wait()
	close(release)
	wg.Wait()
	close(ids)
	seen := map[int]bool{}
	for id := range ids {
		seen[id] = true
	}
	if len(seen) != threads {
		t.Fatalf("%d threads, want %d", len(seen), threads)
	}
}

func TestMmapProtect(t *testing.T) {
	inVM(t)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	const page = 4096
	mem, err := syscall.Mmap(-1, 0, 4*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	faults := func(f func()) (faulted bool) {
		defer func() { faulted = recover() != nil }()
		f()
		return false
	}
	protect := func(part []byte, prot int) {
		t.Helper()
		if err := syscall.Mprotect(part, prot); err != nil {
			t.Fatal(err)
		}
	}
	mem[0], mem[page] = 1, 2
	protect(mem[page:2*page], syscall.PROT_READ)
	if !faults(func() { mem[page] = 3 }) || mem[page] != 2 {
		t.Error("a read-only page was written")
	}
	protect(mem[page:2*page], syscall.PROT_NONE)
	if !faults(func() { t.Log(mem[page]) }) {
		t.Error("a PROT_NONE page was read")
	}
	protect(mem[page:2*page], syscall.PROT_READ|syscall.PROT_WRITE)
	if mem[page] != 2 {
		t.Error("a page lost its content while it was PROT_NONE")
	}
	if err := syscall.Madvise(mem, syscall.MADV_DONTNEED); err != nil {
		t.Fatal(err)
	}
	if mem[0] != 0 || mem[page] != 0 {
		t.Error("MADV_DONTNEED kept a page")
	}
	// Code may be written, then run, never both.
	copy(mem, []byte{0xb8, 42, 0, 0, 0, 0xc3}) // mov eax, 42; ret
	entry := unsafe.Pointer(&mem)
	call := *(*func() int)(unsafe.Pointer(&entry))
	if !faults(func() { call() }) {
		t.Error("writable memory was executed")
	}
	protect(mem, syscall.PROT_READ|syscall.PROT_EXEC)
	if got := call(); got != 42 {
		t.Errorf("the code returned %d", got)
	}
	if !faults(func() { mem[0] = 0 }) {
		t.Error("executable memory was written")
	}
	if err := syscall.Munmap(mem); err != nil {
		t.Fatal(err)
	}
}

func TestKernelTextIsReadOnly(t *testing.T) {
	inVM(t)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	f := load
	code := **(***byte)(unsafe.Pointer(&f))
	for name, p := range map[string]*byte{"code": code, "constants": unsafe.StringData("constant")} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("the program's %s can be written", name)
				}
			}()
			store(p)
		}()
	}
}

//go:noinline
func store(p *byte) { *p = 0 }

func TestMemoryFiles(t *testing.T) {
	inVM(t)
	const page, memfdCreate = 4096, 319
	name := []byte("test\x00")
	fd, _, e := syscall.Syscall(memfdCreate, uintptr(unsafe.Pointer(&name[0])), 0, 0)
	if e != 0 {
		t.Fatal(e)
	}
	if err := syscall.Ftruncate(int(fd), 4*page); err != nil {
		t.Fatal(err)
	}
	view := func(offset int64, size int) []byte {
		b, err := syscall.Mmap(int(fd), offset, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	whole, tail := view(0, 4*page), view(2*page, 2*page)
	whole[2*page], tail[page] = 7, 9
	if tail[0] != 7 || whole[3*page] != 9 {
		t.Fatal("two views of a file differ")
	}
	if err := syscall.Munmap(whole); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Close(int(fd)); err != nil {
		t.Fatal(err)
	}
	if tail[0] != 7 || tail[page] != 9 {
		t.Fatal("a mapping lost its pages with the descriptor")
	}
	if err := syscall.Munmap(tail); err != nil {
		t.Fatal(err)
	}
}

func TestImageFiles(t *testing.T) {
	inVM(t)
	if len(metal.Ramdisk()) == 0 {
		if _, err := os.Stat(metal.ImageDir); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("without a ramdisk, %s: %v", metal.ImageDir, err)
		}
		return
	}
	if info, err := os.Stat(metal.ImageDir); err != nil || !info.IsDir() {
		t.Fatalf("%s: %v", metal.ImageDir, err)
	}
}

func TestNoOtherFiles(t *testing.T) {
	inVM(t)
	for _, path := range []string{"/etc/passwd", "relative", "/", "/dev/urandom"} {
		if _, err := os.Open(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open %s: %v", path, err)
		}
	}
	if err := os.WriteFile(metal.ImageDir+"/new", nil, 0o600); !errors.Is(err, syscall.EROFS) {
		t.Errorf("write into the image: %v", err)
	}
	if err := os.WriteFile("/new", nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("write elsewhere: %v", err)
	}
}

func TestBadBuffers(t *testing.T) {
	inVM(t)
	for _, address := range []uintptr{0, 0x1000, 0xdead_0000_0000, 0xffff_8000_0000_0000, ^uintptr(0)} {
		if _, _, e := syscall.Syscall(syscall.SYS_WRITE, 1, address, 16); e != syscall.EFAULT {
			t.Errorf("write from %#x: %v", address, e)
		}
		if _, _, e := syscall.Syscall(syscall.SYS_OPENAT, 0, address, 0); e != syscall.EFAULT {
			t.Errorf("open the path at %#x: %v", address, e)
		}
	}
	text := syscall.SYS_GETPID
	if _, _, e := syscall.Syscall(syscall.SYS_WRITE, 1, uintptr(unsafe.Pointer(&text)), ^uintptr(0)); e != syscall.EFAULT {
		t.Errorf("write of everything: %v", e)
	}
	if _, _, e := syscall.Syscall(1000, 0, 0, 0); e != syscall.ENOSYS {
		t.Errorf("unknown call: %v", e)
	}
}

// TestStdout writes more than any buffer on the way holds.
func TestStdout(t *testing.T) {
	inVM(t)
	line := append(bytes.Repeat([]byte("0123456789abcdef"), 64)[:1023], '\n')
	for range 300 {
		if n, err := os.Stdout.Write(line); n != len(line) || err != nil {
			t.Fatalf("wrote %d, %v", n, err)
		}
	}
}

func TestRandom(t *testing.T) {
	inVM(t)
	a, b := make([]byte, 10_000), make([]byte, 10_000)
	for _, p := range [][]byte{a, b} {
		if _, err := rand.Read(p); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Equal(a, b) {
		t.Fatal("two reads gave the same")
	}
	var counts [256]int
	for _, v := range a {
		counts[v]++
	}
	for v, n := range counts {
		if n > 200 {
			t.Fatalf("%d comes %d times in %d bytes", v, n, len(a))
		}
	}
}

func TestTimings(t *testing.T) {
	inVM(t)
	last := time.Duration(0)
	for _, s := range metal.Timings() {
		if s.Since < last {
			t.Errorf("%s is at %v, before the stage that precedes it", s.Stage, s.Since)
		}
		last = s.Since
	}
	if last == 0 || last > time.Minute {
		t.Errorf("the last stage is at %v", last)
	}
}

// TestImageMatchesRamdisk reads every file of the image in all the ways there
// are, and compares it to the TAR in memory.
func TestImageMatchesRamdisk(t *testing.T) {
	inVM(t)
	if len(metal.Ramdisk()) == 0 {
		t.Skip("the image has no ramdisk")
	}
	files := 0
	r := tar.NewReader(bytes.NewReader(metal.Ramdisk()))
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			want, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			compareImageFile(t, metal.ImageDir+"/"+path.Clean(h.Name), want)
			files++
		}
	}
	if files == 0 {
		t.Fatal("the ramdisk has no files")
	}
}

func compareImageFile(t *testing.T, name string, want []byte) {
	t.Helper()
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s: %d bytes, %v; want %d", name, len(got), err, len(want))
		return
	}
	if info, err := os.Stat(path.Dir(name)); err != nil || !info.IsDir() {
		t.Errorf("%s: its directory: %v", name, err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != int64(len(want)) || !info.Mode().IsRegular() {
		t.Errorf("%s: %v, %v", name, info, err)
	}
	half := int64(len(want) / 2)
	tail := make([]byte, len(want)+1)
	if n, err := f.ReadAt(tail, half); err != io.EOF || !bytes.Equal(tail[:n], want[half:]) {
		t.Errorf("%s: ReadAt %d gives %d bytes, %v", name, half, n, err)
	}
	if _, err := f.Seek(-half, io.SeekEnd); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if rest, err := io.ReadAll(f); err != nil || !bytes.Equal(rest, want[int64(len(want))-half:]) {
		t.Errorf("%s: after Seek, %d bytes, %v", name, len(rest), err)
	}
	for _, bad := range []string{name + "/x", name + "x"} {
		if _, err := os.Stat(bad); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := os.WriteFile(name, nil, 0); !errors.Is(err, syscall.EROFS) {
		t.Errorf("%s was written: %v", name, err)
	}
	if err := os.MkdirAll(path.Dir(name), 0o700); err != nil {
		t.Errorf("%s: %v", path.Dir(name), err)
	}
}

// TestMemoryComesBack maps, fills and unmaps more than the machine has.
func TestMemoryComesBack(t *testing.T) {
	inVM(t)
	const size = 8 << 20
	before := metal.Count().MemoryUsed
	for range metal.MemoryTotal()/size + 4 {
		mem, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(mem); i += 4096 {
			if mem[i] != 0 {
				t.Fatal("fresh memory is not zero")
			}
			mem[i] = 1
		}
		if err := syscall.Munmap(mem); err != nil {
			t.Fatal(err)
		}
	}
	if after := metal.Count().MemoryUsed; after > before+size {
		t.Errorf("%d bytes are used, before it were %d", after, before)
	}
}
