package metal

import (
	"slices"
	"testing"
)

// fakeConfig is a bus whose functions have configuration spaces of 256 bytes, as
// words, and masks of what can be written.
type fakeConfig map[pciAddress]*fakeFunction

type fakeFunction struct{ words, writable [64]uint32 }

func (c fakeConfig) read(a pciAddress, register uint8) uint32 {
	if f := c[a]; f != nil {
		return f.words[register/4]
	}
	return 0xffff_ffff
}

func (c fakeConfig) write(a pciAddress, register uint8, v uint32) {
	if f := c[a]; f != nil {
		i := register / 4
		f.words[i] = f.words[i]&^f.writable[i] | v&f.writable[i]
	}
}

// add puts a function on the bus.
func (c fakeConfig) add(a pciAddress, vendor, product uint16) *fakeFunction {
	f := &fakeFunction{}
	f.words[0] = uint32(vendor) | uint32(product)<<16
	f.writable[1] = 0xffff
	f.words[1] = pciCommandMemory | pciHasCapability<<16
	f.words[2] = 0x0300_00_01
	c[a] = f
	return f
}

// window gives f a register window of 32 bits, or 64 with the flag.
func (f *fakeFunction) window(i int, start, size uint64, flags uint32) {
	f.words[4+i] = uint32(start) | flags
	f.writable[4+i] = ^uint32(size-1) &^ 15
	if flags&pciWindowTypeMask == pciWindow64 {
		f.words[5+i] = uint32(start >> 32)
		f.writable[5+i] = uint32(^(size - 1) >> 32)
	}
}

// capability adds one at a register; words are those of the capability, whose links
// are filled in.
func (f *fakeFunction) capability(at uint8, words ...uint32) {
	copy(f.words[at/4:], words)
	f.words[at/4] = f.words[at/4]&^0xff00 | f.words[pciCapability/4]&0xff<<8
	f.words[pciCapability/4] = uint32(at)
}

const (
	lastWindow = 4
	windowSize = 16 << 10
)

// addVirtio puts a good virtio device on the bus.
func (c fakeConfig) addVirtio(a pciAddress, product uint16) *fakeFunction {
	f := c.add(a, virtioVendor, product)
	f.window(1, 0xfebf_0000, 4096, 0)
	f.window(lastWindow, 0x80_0000_0000, windowSize, pciWindow64)
	vendor := func(at uint8, kind, offset, length uint32, more ...uint32) {
		f.capability(at, append([]uint32{
			capabilityVendor | uint32(16+4*len(more))<<16 | kind<<24, lastWindow, offset, length,
		}, more...)...)
	}
	f.capability(0x98, capabilityMSIX|2<<16, 1, 1|2048)
	vendor(0x40, virtioCommon, 0, 56)
	vendor(0x50, virtioISR, 4096, 4)
	vendor(0x60, virtioSpecific, 8192, 64)
	vendor(0x70, virtioNotify, 12288, 4096, 4)
	return f
}

func TestFindFunctions(t *testing.T) {
	c := fakeConfig{}
	c.add(0, 0x8086, 0x1237)
	c.add(1<<3, 0x8086, 0x7000).words[3] = pciMultiFunction << 16
	c.add(1<<3|3, 0x8086, 0x7113)
	c.add(2<<3, 0x8086, 0x1)
	c.add(2<<3|1, 0x8086, 0x2) // not looked at: slot 2 has one function
	bridge := c.add(3<<3, 0x8086, 0x244e)
	bridge.words[3] = pciTypeBridge << 16
	bridge.words[pciBuses/4] = 5 << 8
	back := c.add(5<<8|1<<3, 0x8086, 0x244f) // a bridge to where it is, and to the start
	back.words[3] = pciTypeBridge << 16
	back.words[pciBuses/4] = 0
	c.addVirtio(5<<8|2<<3, 0x1044)
	var got []string
	for _, f := range findFunctions(c) {
		got = append(got, f.address.String())
	}
	if want := []string{"00:00.0", "00:01.0", "00:01.3", "00:02.0", "05:02.0"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestVirtioFunction(t *testing.T) {
	c := fakeConfig{}
	c.addVirtio(8, 0x1042)
	f := findFunctions(c)[0]
	want := VirtioLayout{
		Type:   2,
		Common: Extent{4, 0, 56}, ISR: Extent{4, 4096, 4}, Specific: Extent{4, 8192, 64}, Notify: Extent{4, 12288, 4096},
		NotifyMultiplier: 4,
	}
	i := f.info()
	if i.Virtio == nil || *i.Virtio != want {
		t.Errorf("virtio layout %+v, want %+v", i.Virtio, want)
	}
	if i.Windows != [maxWindows]uint64{1: 4096, 4: windowSize} || f.windows[4].start != 0x80_0000_0000 {
		t.Errorf("windows %+v", f.windows)
	}
	if m := f.messages; m.entries != 3 || m.table != (Extent{1, 0, 48}) || m.pending != (Extent{1, 2048, 8}) || m.register != 0x98 {
		t.Errorf("messages %+v", m)
	}
	if c[8].words[1]&0xffff != pciCommandMemory || c[8].words[4+lastWindow]&^15 != 0 || c[8].words[5+lastWindow] != 0x80 {
		t.Error("looking at the windows has changed them")
	}
}

// TestTransitionalVirtio has the old product number, and its type elsewhere.
func TestTransitionalVirtio(t *testing.T) {
	c := fakeConfig{}
	c.addVirtio(8, 0x1005).words[pciSubsystem/4] = 4 << 16
	if f := findFunctions(c)[0]; !f.isVirtio || f.virtio.Type != 4 {
		t.Errorf("%+v", f)
	}
}

// TestHostileFunctions breaks a good device in one place each.
func TestHostileFunctions(t *testing.T) {
	const notify, common = 0x70 / 4, 0x40 / 4
	for name, test := range map[string]struct {
		damage func(*fakeFunction)
		virtio bool
		msix   int
	}{
		"nothing":                  {func(*fakeFunction) {}, true, 3},
		"list without end":         {func(f *fakeFunction) { f.words[0x98/4] = f.words[0x98/4]&^0xff00 | 0x70<<8 }, true, 3},
		"list into the header":     {func(f *fakeFunction) { f.words[pciCapability/4] = 0x3c }, false, 0},
		"no list":                  {func(f *fakeFunction) { f.words[1] = 0 }, false, 0},
		"window that is none":      {func(f *fakeFunction) { f.words[common+1] = 6 }, false, 3},
		"window number of 32 bits": {func(f *fakeFunction) { f.words[notify+1] = 0x1_04 }, true, 3},
		"offset behind the window": {func(f *fakeFunction) { f.words[notify+2] = windowSize }, false, 3},
		"offset that wraps":        {func(f *fakeFunction) { f.words[common+2] = 0xffff_fff0 }, false, 3},
		"length behind the window": {func(f *fakeFunction) { f.words[common+3] = windowSize + 1 }, false, 3},
		"length of nothing":        {func(f *fakeFunction) { f.words[common+3] = 0 }, false, 3},
		"short capability":         {func(f *fakeFunction) { f.words[notify] = f.words[notify]&^0xff0000 | 16<<16 }, false, 3},
		"table behind the window":  {func(f *fakeFunction) { f.words[0x98/4+1] = 4096 | 1 }, true, 0},
		"table in no window":       {func(f *fakeFunction) { f.words[0x98/4+1] = 7 }, true, 0},
		"window at zero":           {func(f *fakeFunction) { f.words[4+lastWindow], f.words[5+lastWindow] = pciWindow64, 0 }, false, 3},
		"size that is no power":    {func(f *fakeFunction) { f.writable[4+lastWindow] = 0xffff_5ff0 }, false, 3},
		"start within its size":    {func(f *fakeFunction) { f.words[4+lastWindow] |= 4096; f.writable[4+lastWindow] &^= 4096 }, false, 3},
		"another vendor":           {func(f *fakeFunction) { f.words[0] = 0x1042_1234 }, false, 3},
		"another product":          {func(f *fakeFunction) { f.words[0] = 0x2042_1af4 }, false, 3},
	} {
		t.Run(name, func(t *testing.T) {
			c := fakeConfig{}
			test.damage(c.addVirtio(8, 0x1042))
			f := findFunctions(c)[0]
			if f.isVirtio != test.virtio || f.messages.entries != test.msix {
				t.Errorf("virtio %v, %d messages, want %v, %d: %+v", f.isVirtio, f.messages.entries, test.virtio, test.msix, f)
			}
		})
	}
}

// FuzzReadFunction looks at random configuration spaces: extents lie in their windows.
func FuzzReadFunction(f *testing.F) {
	c := fakeConfig{}
	good := c.addVirtio(0, 0x1042)
	seed := make([]byte, 0, 512)
	for _, words := range [][64]uint32{good.words, good.writable} {
		for _, w := range words {
			seed = append(seed, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
		}
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		space := &fakeFunction{}
		for i := range min(len(data), 512) {
			words := &space.words
			if i >= 256 {
				words = &space.writable
			}
			words[i%256/4] |= uint32(data[i]) << (i % 4 * 8)
		}
		for _, f := range findFunctions(fakeConfig{0: space}) {
			for _, e := range []Extent{f.virtio.Common, f.virtio.Notify, f.virtio.ISR, f.virtio.Specific, f.messages.table, f.messages.pending} {
				if e.Length != 0 && !f.contains(e) {
					t.Errorf("%+v is not in its window: %+v", e, f)
				}
			}
			for _, w := range f.windows {
				if w.size&(w.size-1) != 0 || w.size != 0 && w.start%w.size != 0 {
					t.Errorf("window %+v", w)
				}
			}
		}
	})
}

func TestWindowBounds(t *testing.T) {
	w := &Window{size: 4096, hidden: [2]Extent{{Offset: 256, Length: 48}, {Offset: 2048, Length: 8}}}
	for _, test := range []struct {
		offset uint64
		width  int
		ok     bool
	}{
		{0, 1, true},
		{4095, 1, true},
		{4094, 2, true},
		{4092, 4, true},
		{4088, 8, true},
		{4096, 1, false},
		{4092, 8, false},
		{^uint64(0), 1, false},
		{^uint64(7), 8, false},
		{0, 0, false},
		{0, 3, false},
		{0, 16, false},
		{0, -1, false},
		{2, 4, false},
		{248, 8, true},
		{256, 1, false},
		{303, 1, false},
		{304, 8, true},
		{2048, 4, false},
		{2056, 4, true},
	} {
		if err := w.check(test.offset, test.width); (err == nil) != test.ok {
			t.Errorf("%d bytes at %#x: %v", test.width, test.offset, err)
		}
	}
	w.closed.Store(true)
	if err := w.check(0, 1); err != ErrDeviceClosed {
		t.Errorf("after the device was closed: %v", err)
	}
}
