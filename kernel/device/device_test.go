package device

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/witan-os/witan/kernel/capability"
)

// fake is a window and a buffer that remembers what it was asked for. Whatever gets there has to be in order.
type fake struct {
	size uint64

	mu     sync.Mutex
	asked  []string
	gone   error         // what accesses fail with
	enter  chan struct{} // if not nil, an access tells that it has begun, and waits
	leave  chan struct{}
	closed int
}

func (f *fake) note(format string, args ...any) error {
	if f.enter != nil {
		f.enter <- struct{}{}
		<-f.leave
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, fmt.Sprintf(format, args...))
	return f.gone
}

func (f *fake) close() { f.closed++ }

type fakeWindow struct{ *fake }

func (f fakeWindow) Size() uint64 { return f.size }

func (f fakeWindow) Read(offset uint64, width int) (uint64, error) {
	return 42, f.note("read %d at %d", width, offset)
}

func (f fakeWindow) Write(offset uint64, width int, value uint64) error {
	return f.note("write %d at %d: %#x", width, offset, value)
}

type fakeBuffer struct{ *fake }

func (f fakeBuffer) Address() uint64 { return 0x1000 }

func (f fakeBuffer) Size() int { return int(f.size) }

func (f fakeBuffer) Read(offset uint64, p []byte) error {
	return f.note("copy %d from %d", len(p), offset)
}

func (f fakeBuffer) Write(offset uint64, p []byte) error {
	return f.note("copy %d to %d", len(p), offset)
}

func (f fakeBuffer) Load(offset uint64, width int) (uint64, error) {
	return 42, f.note("load %d at %d", width, offset)
}

func (f fakeBuffer) Store(offset uint64, width int, value uint64) error {
	return f.note("store %d at %d: %#x", width, offset, value)
}

// part is one of the objects, with what can be done with it.
type part struct {
	name     string
	of       func(*fake) capability.Object
	get, set string // how the fake calls single accesses
	read     func(via *capability.Ref, offset uint64, width int) (uint64, error)
	write    func(via *capability.Ref, offset uint64, width int, value uint64) error
}

var parts = []part{
	{"registers", func(f *fake) capability.Object { return NewRegisters(fakeWindow{f}, f.close) }, "read", "write", Read, Write},
	{"ports", func(f *fake) capability.Object { return NewPorts(fakeWindow{f}, f.close) }, "read", "write", Read, Write},
	{"memory", func(f *fake) capability.Object { return NewDMA(fakeBuffer{f}, f.close) }, "load", "store", Load, Store},
}

func TestSingleAccess(t *testing.T) {
	for _, p := range parts {
		f := &fake{size: 16}
		ref := capability.New(p.of(f), capability.Read|capability.Write, 0)
		for _, test := range []struct {
			offset uint64
			width  int
			value  uint64
			read   bool // may be read, so that it depends on the value whether it may be written
			write  bool
		}{
			{0, 1, 0xff, true, true},
			{15, 1, 0x100, true, false},
			{14, 2, 0xffff, true, true},
			{0, 2, 0x1_0000, true, false},
			{12, 4, math.MaxUint32, true, true},
			{12, 4, math.MaxUint32 + 1, true, false},
			{8, 8, math.MaxUint64, true, true},
			{16, 1, 0, false, false},
			{1, 2, 0, false, false},
			{2, 4, 0, false, false},
			{4, 8, 0, false, false},
			{16, 8, 0, false, false},
			{0, 0, 0, false, false},
			{0, 3, 0, false, false},
			{0, 16, 0, false, false},
			{0, -8, 0, false, false},
			{math.MaxUint64, 1, 0, false, false},
			{math.MaxUint64 - 7, 8, 0, false, false},
		} {
			f.asked = nil
			got, err := p.read(ref, test.offset, test.width)
			if (err == nil) != test.read || err == nil && got != 42 {
				t.Errorf("%s: reading %d bytes at %#x: %d, %v", p.name, test.width, test.offset, got, err)
			}
			var out *RangeError
			if err != nil && !errors.As(err, &out) {
				t.Errorf("%s: the error is %v", p.name, err)
			}
			if err := p.write(ref, test.offset, test.width, test.value); (err == nil) != test.write {
				t.Errorf("%s: writing %#x as %d bytes at %#x: %v", p.name, test.value, test.width, test.offset, err)
			}
			var want []string
			if test.read {
				want = append(want, fmt.Sprintf("%s %d at %d", p.get, test.width, test.offset))
			}
			if test.write {
				want = append(want, fmt.Sprintf("%s %d at %d: %#x", p.set, test.width, test.offset, test.value))
			}
			if fmt.Sprint(f.asked) != fmt.Sprint(want) {
				t.Errorf("%s: the device was asked for %v, want %v", p.name, f.asked, want)
			}
		}
		f.gone = errors.New("unplugged")
		if _, err := p.read(ref, 0, 1); !errors.Is(err, f.gone) {
			t.Errorf("%s: reading from what is gone: %v", p.name, err)
		}
		if err := p.write(ref, 0, 1, 0); !errors.Is(err, f.gone) {
			t.Errorf("%s: writing to what is gone: %v", p.name, err)
		}
	}
}

func TestCopy(t *testing.T) {
	f := &fake{size: 8}
	ref := capability.New(NewDMA(fakeBuffer{f}, nil), capability.Read|capability.Write, 0)
	for _, test := range []struct {
		offset uint64
		length int
		ok     bool
	}{
		{0, 8, true},
		{3, 5, true},
		{8, 0, true},
		{0, 9, false},
		{8, 1, false},
		{9, 0, false},
		{math.MaxUint64, 1, false},
		{math.MaxUint64 - 2, 8, false},
	} {
		f.asked = nil
		p := make([]byte, test.length)
		for name, err := range map[string]error{
			"out": CopyOut(ref, test.offset, p),
			"in":  CopyIn(ref, test.offset, p),
		} {
			if (err == nil) != test.ok {
				t.Errorf("copying %d bytes at %#x %s: %v", test.length, test.offset, name, err)
			}
		}
		if asked := len(f.asked) == 2; asked != test.ok {
			t.Errorf("the device was asked for %v", f.asked)
		}
	}
	address, size, err := Place(ref)
	if err != nil || address != 0x1000 || size != 8 {
		t.Errorf("the memory is at %#x with %d bytes, %v", address, size, err)
	}
}

// TestRights has every operation tried through references that lack something.
func TestRights(t *testing.T) {
	type use struct {
		name string
		kind capability.Kind
		need capability.Rights
		do   func(via *capability.Ref) error
	}
	uses := []use{
		{"Size", capability.MMIO, 0, func(via *capability.Ref) error { _, err := Size(via); return err }},
		{"Read", capability.MMIO, capability.Read, func(via *capability.Ref) error { _, err := Read(via, 0, 1); return err }},
		{"Write", capability.MMIO, capability.Write, func(via *capability.Ref) error { return Write(via, 0, 1, 0) }},
		{"Place", capability.DMA, 0, func(via *capability.Ref) error { _, _, err := Place(via); return err }},
		{"Load", capability.DMA, capability.Read, func(via *capability.Ref) error { _, err := Load(via, 0, 1); return err }},
		{"Store", capability.DMA, capability.Write, func(via *capability.Ref) error { return Store(via, 0, 1, 0) }},
		{"CopyOut", capability.DMA, capability.Read, func(via *capability.Ref) error { return CopyOut(via, 0, nil) }},
		{"CopyIn", capability.DMA, capability.Write, func(via *capability.Ref) error { return CopyIn(via, 0, nil) }},
	}
	all := capability.Read | capability.Write
	for _, p := range parts {
		for _, u := range uses {
			f := &fake{size: 8}
			root := capability.New(p.of(f), all, 0)
			for _, rights := range []capability.Rights{0, capability.Read, capability.Write, all} {
				via, err := root.Derive(rights, 0)
				if err != nil {
					t.Fatal(err)
				}
				err = u.do(via)
				var denied *capability.Denied
				var kind *capability.WrongKind
				rightKind := u.kind == via.Kind() || u.kind == capability.MMIO && via.Kind() == capability.Port
				switch {
				case !rightKind && !errors.As(err, &kind):
					t.Errorf("%s of %s: %v", u.name, p.name, err)
				case rightKind && !rights.Has(u.need) && !errors.As(err, &denied):
					t.Errorf("%s of %s with %v: %v", u.name, p.name, rights, err)
				case rightKind && rights.Has(u.need) && err != nil:
					t.Errorf("%s of %s with %v: %v", u.name, p.name, rights, err)
				case err != nil && len(f.asked) > 0:
					t.Errorf("%s of %s with %v is refused, and done", u.name, p.name, rights)
				}
				f.asked = nil
				via.Drop()
				if err := u.do(via); err == nil || len(f.asked) > 0 {
					t.Errorf("%s of %s through what has ended: %v, %v", u.name, p.name, err, f.asked)
				}
			}
			root.Drop()
			if f.closed != 1 {
				t.Errorf("%s were closed %d times", p.name, f.closed)
			}
		}
	}
}

// TestRevokeWaits revokes a reference while an access goes on through it: that has come to its end when the revocation
// has, and no other begins.
func TestRevokeWaits(t *testing.T) {
	for _, p := range parts {
		f := &fake{size: 8, enter: make(chan struct{}), leave: make(chan struct{})}
		root := capability.New(p.of(f), capability.Read|capability.Write, 0)
		via, err := root.Derive(capability.Write, 0)
		if err != nil {
			t.Fatal(err)
		}
		access := make(chan error)
		go func() { access <- p.write(via, 0, 1, 0) }()
		<-f.enter
		revoked := make(chan int)
		go func() {
			root.Revoke()
			f.mu.Lock()
			defer f.mu.Unlock()
			revoked <- len(f.asked)
		}()
		<-via.Done()
		if err := p.write(via, 0, 1, 0); !errors.Is(err, capability.ErrRevoked) {
			t.Errorf("%s: an access that begins afterwards: %v", p.name, err)
		}
		f.leave <- struct{}{}
		if n := <-revoked; n != 1 {
			t.Errorf("%s: %d accesses were over when the revocation was", p.name, n)
		}
		if err := <-access; err != nil {
			t.Errorf("%s: the access that had begun: %v", p.name, err)
		}
	}
}

func TestMessages(t *testing.T) {
	ref := capability.New(NewRegisters(fakeWindow{&fake{size: 8}}, nil), capability.Read|capability.Write, 0)
	_, err := Read(ref, 6, 4)
	for _, test := range []struct {
		err  error
		want string
	}{
		{err, "an access of 4 bytes at 0x6: outside of 8 bytes, or not aligned, or of an odd width"},
		{Write(ref, 0, 1, 256), "the value 0x100 does not fit into 1 bytes"},
	} {
		if test.err == nil || test.err.Error() != test.want {
			t.Errorf("got %v, want %s", test.err, test.want)
		}
	}
	if size, err := Size(ref); err != nil || size != 8 {
		t.Errorf("the size is %d, %v", size, err)
	}
	ref.Drop()
}
