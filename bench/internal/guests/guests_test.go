package guests_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"github.com/witan-os/witan/bench/generated/perf/bench/callee"
	"github.com/witan-os/witan/bench/generated/perf/bench/driver"
	"github.com/witan-os/witan/bench/generated/perf/bench/host"
	"github.com/witan-os/witan/bench/internal/guests"
	"github.com/witan-os/witan/runtime/value"
	"github.com/witan-os/witan/runtime/vm"
)

// counting is a host that remembers how it was called.
type counting struct {
	ticks int
	logs  []string
}

func (c *counting) Tick(_ context.Context, x uint32) (uint32, error) {
	c.ticks++
	return x + 1, nil
}

func (c *counting) Log(_ context.Context, s string) (uint32, error) {
	c.logs = append(c.logs, s)
	return uint32(len(s)), nil
}

func instantiate(t *testing.T, wasm []byte, h host.Host) *vm.Instance {
	t.Helper()
	ctx := t.Context()
	v, err := vm.New(ctx, vm.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c, err := v.Compile(ctx, "guest", wasm)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instantiate(ctx, vm.Options{Imports: host.Provide(h)})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestCalleeCallsItsHost(t *testing.T) {
	var h counting
	client, err := callee.Bind(instantiate(t, guests.BuiltIn().Callee, &h).Instance)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := client.LoopTick(t.Context(), 4); err != nil || got != 1+2+3+4 || h.ticks != 4 {
		t.Errorf("LoopTick(4) = %d, %v after %d ticks", got, err, h.ticks)
	}
	if got, err := client.LoopLog(t.Context(), 2, 3); err != nil || got != 6 || len(h.logs) != 2 || h.logs[1] != "aaa" {
		t.Errorf("LoopLog(2, 3) = %d, %v after %q", got, err, h.logs)
	}
}

func TestDriverCallsCallee(t *testing.T) {
	d, err := driver.Bind(instantiate(t, guests.BuiltIn().Composed, &counting{}).Instance)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for _, test := range []struct {
		name string
		call func() (uint32, error)
		want uint32
	}{
		{"noop", func() (uint32, error) { return d.DriveNoop(ctx, 3) }, 3},
		{"add", func() (uint32, error) { return d.DriveAdd(ctx, 4) }, 0 + 1 + 2 + 3},
		{"echo", func() (uint32, error) { return d.DriveEcho(ctx, 2, 5) }, 2 * (5 + 'a')},
		{"bytes", func() (uint32, error) { return d.DriveBytes(ctx, 2, 5) }, 2 * ('a' + 'a' + 5)},
		{"record", func() (uint32, error) { return d.DriveRec(ctx, 2) }, 1 + 16 + 2 + 16},
		{"variant", func() (uint32, error) { return d.DriveVariant(ctx, 3) }, 0 + 1 + 2},
		{"option", func() (uint32, error) { return d.DriveOption(ctx, 3) }, 1 + 2 + 3},
		{"result", func() (uint32, error) { return d.DriveResult(ctx, 3) }, 1 + 2 + 3},
	} {
		if got, err := test.call(); err != nil || got != test.want {
			t.Errorf("%s: %d, %v, want %d", test.name, got, err, test.want)
		}
	}
	if got, err := d.DriveSum(ctx, 2, 3); err != nil || got != 2*3*0x61616161 {
		t.Errorf("sum: %#x, %v", got, err)
	}
}

func TestPairs(t *testing.T) {
	for _, test := range []struct {
		wasm   []byte
		export string
		want   uint32
	}{
		{guests.Guarded(), "drive-noop", 4},
		{guests.Guarded(), "drive-add", 0 + 1 + 2 + 3},
		{guests.Owner(), "drive-own", 7},
	} {
		got, err := instantiate(t, test.wasm, &counting{}).Call(t.Context(), "", test.export, uint32(4))
		if err != nil || got != value.Value(test.want) {
			t.Errorf("%s(4) = %v, %v, want %d", test.export, got, err, test.want)
		}
	}
}

func TestKernels(t *testing.T) {
	i := instantiate(t, guests.Kernels(), &counting{})
	call := func(name string, n uint32) uint32 {
		got, err := i.Call(t.Context(), "", name, n)
		if err != nil {
			t.Fatal(err)
		}
		return got.(uint32)
	}
	for _, name := range guests.KernelFuncs {
		if first, again := call(name, 2), call(name, 2); first != again {
			t.Errorf("%s: %#x at first and %#x then: it keeps something", name, first, again)
		}
	}
	block := make([]byte, 1<<15)
	for i := range block {
		block[i] = byte(i)
	}
	sum := sha256.Sum256(bytes.Repeat(block, 3))
	if got, want := call("sha256", 3), binary.BigEndian.Uint32(sum[:]); got != want {
		t.Errorf("sha256: %#x, want %#x", got, want)
	}
	if got := call("fib", 2); got != 2*46368 {
		t.Errorf("fib: %d", got)
	}
}

func TestEndlessHasItsFunctions(t *testing.T) {
	i := instantiate(t, guests.Endless(), &counting{})
	for _, name := range guests.EndlessFuncs {
		if _, err := i.Func("", name); err != nil {
			t.Error(err)
		}
	}
}

func TestCoreModule(t *testing.T) {
	module, err := guests.CoreModule(guests.Kernels())
	if err != nil || !bytes.Equal(module, guests.KernelModule()) {
		t.Errorf("%d bytes, %v", len(module), err)
	}
	for _, wasm := range []string{"", "\x00asm\x0d\x00\x01\x00", "\x00asm\x0d\x00\x01\x00\x01\x05abc", "\x00asm\x0d\x00\x01\x00\x01"} {
		if module, err := guests.CoreModule([]byte(wasm)); err == nil {
			t.Errorf("%q has the module %q", wasm, module)
		}
	}
}
