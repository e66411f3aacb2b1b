package virtio

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
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

// counted counts the bytes that were read of a source.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

func TestFeed(t *testing.T) {
	source := &counted{Reader: rand.Reader}
	disk, err := simulated.Block(make(simulated.Memory, 4096), 4096)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for name, d := range devices(t, "virtio-rng", simulated.Entropy(source)) {
		n, err := Feed([]driver.Device{disk, d})
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
	if source.n != feedSize {
		t.Errorf("the device has given %d bytes", source.n)
	}
	if metal.Active() != (taken > 0) {
		t.Errorf("the machine has taken %d bytes", taken)
	}
}

// TestFeedWithout has devices that give nothing left alone, and one behind them asked.
func TestFeedWithout(t *testing.T) {
	if n, err := Feed(nil); n != 0 || err != nil {
		t.Errorf("no devices: %d, %v", n, err)
	}
	busy := simulated.Entropy(rand.Reader)
	o, err := busy.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if _, err := Feed([]driver.Device{busy}); !errors.Is(err, metal.ErrDeviceBusy) {
		t.Errorf("a device that another one has: %v", err)
	}
	source := &counted{Reader: rand.Reader}
	if _, err := Feed([]driver.Device{busy, simulated.Entropy(source)}); err != nil || source.n != feedSize {
		t.Errorf("a second device: %d bytes, %v", source.n, err)
	}
}

func TestWrongKind(t *testing.T) {
	disk, err := simulated.Block(make(simulated.Memory, 4096), 4096)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenEntropy(disk); err != errKind {
		t.Errorf("a source that is none: %v", err)
	}
}
