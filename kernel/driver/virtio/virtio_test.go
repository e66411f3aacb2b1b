package virtio

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	mathrand "math/rand/v2"
	"testing"

	"github.com/witan-os/witan/kernel/driver"
	"github.com/witan-os/witan/kernel/driver/simulated"
	"github.com/witan-os/witan/kernel/metal"
)

// devices returns a simulated device, and in a VM the machine's device of that name, too.
func devices(t *testing.T, name string, simulated driver.Device) map[string]driver.Device {
	t.Helper()
	all := map[string]driver.Device{"simulated": simulated}
	if metal.Active() {
		found := driver.Bus(driver.Devices(), nil).Devices(name)
		if len(found) == 0 {
			t.Fatalf("the machine has no %s", name)
		}
		for _, d := range driver.Devices() {
			for _, n := range driver.Names(d.Info()) {
				if n == name {
					all["machine"] = d
				}
			}
		}
	}
	return all
}

func TestEntropy(t *testing.T) {
	for name, d := range devices(t, "virtio-rng", simulated.Entropy(rand.Reader)) {
		t.Run(name, func(t *testing.T) {
			for range 2 { // a device can be used again
				e, err := OpenEntropy(d)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := d.Open(); err != metal.ErrDeviceBusy {
					t.Errorf("opened twice: %v", err)
				}
				a, b := make([]byte, 1000), make([]byte, 1000)
				for _, p := range [][]byte{a, b} {
					if _, err := io.ReadFull(e, p); err != nil {
						t.Fatal(err)
					}
				}
				if bytes.Equal(a, b) || bytes.Count(a, []byte{0}) > 50 {
					t.Error("not random")
				}
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
				if _, err := e.Read(a); err == nil {
					t.Error("a closed device gives bytes")
				}
			}
		})
	}
}

func TestFeed(t *testing.T) {
	taken := 0
	for name, d := range devices(t, "virtio-rng", simulated.Entropy(rand.Reader)) {
		n, err := Feed(d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		taken += n
		o, err := d.Open()
		if err != nil {
			t.Fatalf("%s: afterwards, %v", name, err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}
	if metal.Active() != (taken > 0) {
		t.Errorf("the machine has taken %d bytes", taken)
	}
}

func TestDisk(t *testing.T) {
	const size = 1 << 20
	backing := make(simulated.Memory, size)
	disk, err := simulated.Block(backing, size)
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range devices(t, "virtio-blk", disk) {
		t.Run(name, func(t *testing.T) { testDisk(t, d) })
	}
}

func testDisk(t *testing.T, device driver.Device) {
	d, err := OpenDisk(device)
	if err != nil {
		t.Fatal(err)
	}
	size := d.Size()
	if size == 0 || size%SectorSize != 0 {
		t.Fatalf("a disk of %d bytes", size)
	}
	want := make([]byte, min(size, 1<<20))
	r := mathrand.New(mathrand.NewPCG(5, 6))
	if n, err := d.WriteAt(want, 0); n != len(want) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
	for range 40 {
		at := r.IntN(len(want)/SectorSize) * SectorSize
		part := want[at:][:min(r.IntN(300)*SectorSize, len(want)-at)]
		for i := range part {
			part[i] = byte(r.Uint32())
		}
		if n, err := d.WriteAt(part, int64(at)); n != len(part) || err != nil {
			t.Fatalf("wrote %d of %d, %v", n, len(part), err)
		}
	}
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err = OpenDisk(device); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, len(want))
	if n, err := d.ReadAt(got, 0); n != len(got) || err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read %d of %d, %v; the same: %v", n, len(got), err, bytes.Equal(got, want))
	}
	for _, bad := range []struct {
		at    int64
		bytes int
	}{{1, 512}, {0, 511}, {-512, 512}, {size, 512}, {size - 512, 1024}, {size + 512, 0}} {
		if n, err := d.ReadAt(make([]byte, bad.bytes), bad.at); n != 0 || !errors.Is(err, ErrAlignment) {
			t.Errorf("read of %d bytes at %d: %d, %v", bad.bytes, bad.at, n, err)
		}
		if n, err := d.WriteAt(make([]byte, bad.bytes), bad.at); n != 0 || !errors.Is(err, ErrAlignment) {
			t.Errorf("write of %d bytes at %d: %d, %v", bad.bytes, bad.at, n, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWrongKind(t *testing.T) {
	if _, err := OpenDisk(simulated.Entropy(rand.Reader)); err != errKind {
		t.Errorf("a disk that is none: %v", err)
	}
}

// failing is storage that does not work.
type failing struct{ simulated.Memory }

func (failing) WriteAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestDiskErrors(t *testing.T) {
	device, err := simulated.Block(failing{make(simulated.Memory, 4096)}, 4096)
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenDisk(device)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	sector := make([]byte, SectorSize)
	if n, err := d.WriteAt(sector, 512); n != 0 || err == nil {
		t.Errorf("wrote %d, %v", n, err)
	}
	if n, err := d.ReadAt(sector, 512); n != SectorSize || err != nil {
		t.Errorf("after the failure, read %d, %v", n, err)
	}
}
