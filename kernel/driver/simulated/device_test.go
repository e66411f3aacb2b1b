package simulated

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/metal"
)

// bench drives a device by hand, with a queue of 8 and everything in one block of memory.
type bench struct {
	t      *testing.T
	o      driver.Opened
	w      driver.Window
	memory driver.Memory
	config driver.Interrupt
	queue  driver.Interrupt
}

const (
	benchSize      = 8
	benchAvailable = 512
	benchUsed      = 1024
	benchData      = 4096
	benchBytes     = 64 << 10
)

func newBench(t *testing.T, d *Device) *bench {
	t.Helper()
	o, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	b := &bench{t: t, o: o}
	b.w = must(o.Window(registerWindow))(t)
	b.memory = must(o.Memory(benchBytes))(t)
	b.config = must(o.Interrupt(0))(t)
	b.queue = must(o.Interrupt(1))(t)
	return b
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (b *bench) write(offset uint64, width int, v uint64) {
	b.t.Helper()
	if err := b.w.Write(offset, width, v); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) read(offset uint64, width int) uint64 {
	b.t.Helper()
	return must(b.w.Read(offset, width))(b.t)
}

func (b *bench) store(offset uint64, width int, v uint64) {
	b.t.Helper()
	if err := b.memory.Store(offset, width, v); err != nil {
		b.t.Fatal(err)
	}
}

// start takes the device to DRIVER_OK.
func (b *bench) start() {
	b.t.Helper()
	b.write(deviceStatus, 1, 0)
	b.write(deviceStatus, 1, statusAcknowledge|statusDriver)
	b.write(driverFeatureSelect, 4, 1)
	b.write(driverFeature, 4, version1>>32)
	b.write(deviceStatus, 1, statusAcknowledge|statusDriver|statusFeaturesOK)
	b.write(configVector, 2, 0)
	b.write(queueSize, 2, benchSize)
	b.write(queueVector, 2, 1)
	b.write(queueDescriptors, 8, b.memory.Address())
	b.write(queueAvailable, 8, b.memory.Address()+benchAvailable)
	b.write(queueUsed, 8, b.memory.Address()+benchUsed)
	b.write(queueEnable, 2, 1)
	b.write(deviceStatus, 1, statusAcknowledge|statusDriver|statusFeaturesOK|statusDriverOK)
}

// describe writes a descriptor.
func (b *bench) describe(n int, offset, length uint64, flags, next uint64) {
	b.t.Helper()
	at := uint64(n * descriptorSize)
	b.store(at, 8, b.memory.Address()+offset)
	b.store(at+8, 4, length)
	b.store(at+12, 2, flags)
	b.store(at+14, 2, next)
}

// offer makes chains available and notifies the device.
func (b *bench) offer(index uint64, heads ...uint64) {
	b.t.Helper()
	for i, h := range heads {
		b.store(benchAvailable+ringHeader+2*((index+uint64(i))%benchSize), 2, h)
	}
	b.store(benchAvailable+2, 2, index+uint64(len(heads)))
	b.write(notifyOffset, 2, 0)
}

// wait waits for an interrupt.
func (b *bench) wait(i driver.Interrupt) {
	b.t.Helper()
	done := make(chan error, 1)
	go func() { _, err := i.Wait(); done <- err }()
	select {
	case err := <-done:
		if err != nil {
			b.t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		b.t.Fatalf("no interrupt; status %#x", b.read(deviceStatus, 1))
	}
}

// counting is a source of bytes that tells them apart.
type counting struct{ n byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}

func TestRequests(t *testing.T) {
	b := newBench(t, Entropy(&counting{}))
	b.start()
	b.describe(0, benchData, 4, descriptorWrite, 0)
	b.describe(1, benchData+16, 3, descriptorWrite|descriptorNext, 2)
	b.describe(2, benchData+32, 2, descriptorWrite, 0)
	b.offer(0, 0, 1)
	b.wait(b.queue)
	for b.memoryAt(benchUsed+2, 2) != 2 {
		b.wait(b.queue)
	}
	data := make([]byte, 34)
	if err := b.memory.Read(benchData, data); err != nil {
		t.Fatal(err)
	}
	want := make([]byte, 34)
	copy(want, []byte{1, 2, 3, 4})
	copy(want[16:], []byte{5, 6, 7})
	copy(want[32:], []byte{8, 9})
	if !bytes.Equal(data, want) {
		t.Errorf("the buffers hold % x, want % x", data, want)
	}
	for i, want := range []uint64{0, 4, 1, 5} { // chain and bytes written, for each
		if got := b.memoryAt(uint64(benchUsed+ringHeader+4*i), 4); got != want {
			t.Errorf("word %d of the used ring is %d, want %d", i, got, want)
		}
	}
	if isr := b.read(isrOffset, 1); isr != 1 {
		t.Errorf("interrupt status %d", isr)
	}
	if isr := b.read(isrOffset, 1); isr != 0 {
		t.Errorf("interrupt status %d after it was read", isr)
	}
}

func (b *bench) memoryAt(offset uint64, width int) uint64 {
	b.t.Helper()
	return must(b.memory.Load(offset, width))(b.t)
}

// TestHostileDrivers lets a driver write what makes no sense: the device breaks, says so, and works after a reset.
func TestHostileDrivers(t *testing.T) {
	for name, attack := range map[string]func(*bench){
		"head behind the table":   func(b *bench) { b.offer(0, benchSize) },
		"next behind the table":   func(b *bench) { b.describe(0, benchData, 4, descriptorWrite|descriptorNext, 0xffff); b.offer(0, 0) },
		"chain in a circle":       func(b *bench) { b.describe(0, benchData, 4, descriptorWrite|descriptorNext, 0); b.offer(0, 0) },
		"buffer outside":          func(b *bench) { b.describe(0, benchBytes, 1, descriptorWrite, 0); b.offer(0, 0) },
		"buffer that ends behind": func(b *bench) { b.describe(0, benchBytes-1, 2, descriptorWrite, 0); b.offer(0, 0) },
		"buffer that wraps": func(b *bench) {
			b.describe(0, -b.memory.Address()-1, 16, descriptorWrite, 0)
			b.offer(0, 0)
		},
		"buffer of the kernel": func(b *bench) { b.describe(0, -b.memory.Address()+4096, 16, descriptorWrite, 0); b.offer(0, 0) },
		"endless buffer":       func(b *bench) { b.describe(0, 0, 0xffff_ffff, descriptorWrite, 0); b.offer(0, 0) },
		"indirect table":       func(b *bench) { b.describe(0, benchData, 16, 4, 0); b.offer(0, 0) },
		"reading after writing": func(b *bench) {
			b.describe(0, benchData, 4, descriptorWrite|descriptorNext, 1)
			b.describe(1, benchData, 4, 0, 0)
			b.offer(0, 0)
		},
		"index far ahead": func(b *bench) { b.offer(benchSize, 0) },
		"index behind":    func(b *bench) { b.store(benchAvailable+2, 2, 0xffff); b.write(notifyOffset, 2, 0) },
		"rings outside": func(b *bench) {
			b.write(deviceStatus, 1, 0)
			b.w = shifted{b.w, benchBytes}
			b.start()
			b.w = b.w.(shifted).Window
			b.write(notifyOffset, 2, 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := Entropy(&counting{})
			b := newBench(t, d)
			b.start()
			attack(b)
			b.wait(b.config)
			if status := b.read(deviceStatus, 1); status&statusNeedsReset == 0 {
				t.Fatalf("status %#x", status)
			}
			b.describe(0, benchData, 4, descriptorWrite, 0)
			b.offer(0, 0)
			b.store(benchAvailable+2, 2, 0)
			b.store(benchUsed+2, 2, 0)
			b.start()
			b.offer(0, 0)
			b.wait(b.queue)
			if got := b.memoryAt(benchData, 4); got == 0 {
				t.Error("no bytes after a reset")
			}
		})
	}
}

// shifted moves the addresses of the queue.
type shifted struct {
	driver.Window
	by uint64
}

func (s shifted) Write(offset uint64, width int, v uint64) error {
	if offset == queueAvailable {
		v += s.by
	}
	return s.Window.Write(offset, width, v)
}

func TestFeatures(t *testing.T) {
	d, err := Block(make(Memory, 1<<20), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, d)
	features := uint64(0)
	for half := range uint64(2) {
		b.write(deviceFeatureSelect, 4, half)
		features |= b.read(deviceFeature, 4) << (32 * half)
	}
	if features != version1|blockFlush {
		t.Errorf("features %#x", features)
	}
	for _, test := range []struct {
		features uint64
		ok       bool
	}{{0, false}, {blockFlush, false}, {version1, true}, {version1 | blockFlush, true}, {version1 | 1<<28, false}} {
		b.write(deviceStatus, 1, 0)
		b.write(deviceStatus, 1, statusAcknowledge|statusDriver)
		for half := range uint64(2) {
			b.write(driverFeatureSelect, 4, half)
			b.write(driverFeature, 4, test.features>>(32*half)&0xffff_ffff)
		}
		b.write(deviceStatus, 1, statusAcknowledge|statusDriver|statusFeaturesOK)
		if ok := b.read(deviceStatus, 1)&statusFeaturesOK != 0; ok != test.ok {
			t.Errorf("features %#x: %v", test.features, ok)
		}
	}
}

func TestRegisters(t *testing.T) {
	b := newBench(t, Entropy(&counting{}))
	b.start()
	for name, test := range map[string]struct {
		offset uint64
		width  int
		want   uint64
	}{
		"number of queues":     {queueCount, 2, 1},
		"size of the queue":    {queueSize, 2, benchSize},
		"enabled":              {queueEnable, 2, 1},
		"notification":         {queueNotify, 2, 0},
		"half of an address":   {queueUsed, 4, (b.memory.Address() + benchUsed) & 0xffff_ffff},
		"upper half":           {queueUsed + 4, 4, 0},
		"whole address":        {queueUsed, 8, b.memory.Address() + benchUsed},
		"a wrong width":        {queueSize, 1, 0},
		"between structures":   {1000, 4, 0},
		"configuration of one": {specificOffset, 4, 0},
		"last register":        {registerSize - 8, 8, 0},
	} {
		if got := b.read(test.offset, test.width); got != test.want {
			t.Errorf("%s is %#x, want %#x", name, got, test.want)
		}
	}
	b.write(queueUsed, 8, 1)
	b.write(queueSize, 2, 2)
	if b.read(queueUsed, 8) == 1 || b.read(queueSize, 2) == 2 {
		t.Error("an enabled queue has changed")
	}
	b.write(queueSelect, 2, 1)
	if b.read(queueSize, 2) != 0 || b.read(queueVector, 2) != noVector {
		t.Error("there is a second queue")
	}
	for _, bad := range []struct {
		offset uint64
		width  int
	}{{registerSize, 1}, {registerSize - 4, 8}, {1, 2}, {0, 3}, {^uint64(0), 1}, {^uint64(7), 8}} {
		if _, err := b.w.Read(bad.offset, bad.width); err != metal.ErrOutOfRange {
			t.Errorf("read of %d bytes at %#x: %v", bad.width, bad.offset, err)
		}
		if err := b.w.Write(bad.offset, bad.width, 0); err != metal.ErrOutOfRange {
			t.Errorf("write of %d bytes at %#x: %v", bad.width, bad.offset, err)
		}
	}
}

func TestClose(t *testing.T) {
	d := Entropy(&counting{})
	b := newBench(t, d)
	b.start()
	if _, err := d.Open(); err != metal.ErrDeviceBusy {
		t.Errorf("opened twice: %v", err)
	}
	if _, err := b.o.Interrupt(1); err != metal.ErrDeviceBusy {
		t.Errorf("an interrupt twice: %v", err)
	}
	for _, n := range []int{-1, vectors} {
		if _, err := b.o.Interrupt(n); err != metal.ErrNoInterrupt {
			t.Errorf("interrupt %d: %v", n, err)
		}
	}
	waiting := make(chan error)
	go func() { _, err := b.queue.Wait(); waiting <- err }()
	if err := b.o.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; !errors.Is(err, os.ErrClosed) {
		t.Errorf("who waited got %v", err)
	}
	_, err1 := b.w.Read(0, 1)
	_, err2 := b.memory.Load(0, 1)
	_, err3 := b.o.Memory(1)
	_, err4 := b.o.Interrupt(0)
	for i, err := range []error{err1, err2, err3, err4, b.w.Write(0, 1, 0), b.memory.Write(0, nil), b.o.Close()} {
		if err != metal.ErrDeviceClosed {
			t.Errorf("access %d after the end: %v", i, err)
		}
	}
	next := newBench(t, d)
	if next.read(deviceStatus, 1) != 0 {
		t.Error("the next owner finds the device in use")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	o := must(Entropy(&counting{}).Open())(t)
	defer o.Close()
	for _, size := range []int{-1, 0, maxBlock + 1} {
		if _, err := o.Memory(size); err != metal.ErrOutOfRange {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	for range maxBlocks {
		must(o.Memory(1))(t)
	}
	if _, err := o.Memory(1); err != metal.ErrNoMemory {
		t.Errorf("one block too many: %v", err)
	}
}

// TestBlockRequests sends a disk what drivers get wrong.
func TestBlockRequests(t *testing.T) {
	const size = 8 * SectorSize
	storage := make(Memory, size)
	copy(storage[SectorSize:], strings.Repeat("sector 1", 64))
	d := disk{storage: storage, size: size}
	header := func(kind uint32, sector uint64) []byte {
		h := make([]byte, blockHeader)
		binary.LittleEndian.PutUint32(h, kind)
		binary.LittleEndian.PutUint64(h[8:], sector)
		return h
	}
	bytesOf := func(n int) []byte { return make([]byte, n) }
	for name, test := range map[string]struct {
		from, to [][]byte
		status   byte
		written  uint32
	}{
		"read":                   {[][]byte{header(requestIn, 1)}, [][]byte{bytesOf(512), {9}}, statusOK, 513},
		"read into pieces":       {[][]byte{header(requestIn, 1)}, [][]byte{bytesOf(100), bytesOf(413)}, statusOK, 513},
		"header in pieces":       {[][]byte{header(requestIn, 1)[:5], header(requestIn, 1)[5:]}, [][]byte{bytesOf(513)}, statusOK, 513},
		"write":                  {[][]byte{header(requestOut, 7), bytesOf(512)}, [][]byte{{9}}, statusOK, 1},
		"header and data in one": {[][]byte{append(header(requestOut, 7), bytesOf(512)...)}, [][]byte{{9}}, statusOK, 1},
		"flush":                  {[][]byte{header(requestFlush, 0)}, [][]byte{{9}}, statusOK, 1},
		"identity":               {[][]byte{header(requestID, 0)}, [][]byte{bytesOf(20), {9}}, statusOK, 21},
		"unknown":                {[][]byte{header(77, 0)}, [][]byte{{9}}, statusUnknown, 1},
		"no header":              {nil, [][]byte{{9}}, statusIOError, 1},
		"short header":           {[][]byte{bytesOf(15)}, [][]byte{{9}}, statusIOError, 1},
		"behind the end":         {[][]byte{header(requestIn, 8)}, [][]byte{bytesOf(512), {9}}, statusIOError, 513},
		"over the end":           {[][]byte{header(requestIn, 7)}, [][]byte{bytesOf(1024), {9}}, statusIOError, 1025},
		"sector that wraps":      {[][]byte{header(requestOut, 1<<55), bytesOf(512)}, [][]byte{{9}}, statusIOError, 1},
		"largest sector":         {[][]byte{header(requestOut, 1<<64-1), bytesOf(512)}, [][]byte{{9}}, statusIOError, 1},
		"half a sector":          {[][]byte{header(requestOut, 0), bytesOf(256)}, [][]byte{{9}}, statusIOError, 1},
	} {
		t.Run(name, func(t *testing.T) {
			written := d.serve(test.from, test.to)
			last := test.to[len(test.to)-1]
			if status := last[len(last)-1]; status != test.status || written != test.written {
				t.Errorf("status %d, %d bytes, want %d, %d", status, written, test.status, test.written)
			}
		})
	}
	if n := d.serve([][]byte{header(requestIn, 1)}, nil); n != 0 {
		t.Errorf("without a place for the status %d bytes are written", n)
	}
	if _, err := Block(storage, 100); err == nil {
		t.Error("a disk of a part of a sector")
	}
}

// FuzzDriver writes random values to registers and memory. Whatever it does, the device can be closed.
func FuzzDriver(f *testing.F) {
	f.Add([]byte{20, 1, 15, 28, 2, 1, 0, 48, 1}, []byte{0, 16, 0, 16, 0, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, writes, content []byte) {
		d := must(Block(make(Memory, 8*SectorSize), 8*SectorSize))(t)
		b := newBench(t, d)
		b.start()
		if err := b.memory.Write(0, content[:min(len(content), benchBytes)]); err != nil {
			t.Fatal(err)
		}
		for ; len(writes) >= 3; writes = writes[3:] {
			offset, width := uint64(writes[0]), 1<<(writes[1]%4)
			if offset >= commonLength {
				offset = notifyOffset
			}
			if err := b.w.Write(offset, width, uint64(writes[2])); err != nil && err != metal.ErrOutOfRange {
				t.Fatal(err)
			}
			b.read(offset&^7, width)
		}
		b.write(notifyOffset, 2, 0)
		if err := b.o.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
