package guest

import (
	"slices"
	"strings"
	"testing"
)

// testTable stands in for the host's side of a resource.
type testTable struct {
	dropped []uint32
	reps    map[uint32]uint32
}

func (h *testTable) resource() *Resource {
	h.reps = map[uint32]uint32{}
	return &Resource{
		Name: "a:b/c/r",
		Drop: func(handle uint32) {
			h.dropped = append(h.dropped, handle)
			if rep, ok := h.reps[handle]; ok {
				Destroy(rep)
			}
		},
		New: func(rep uint32) uint32 {
			handle := uint32(100 + len(h.reps))
			h.reps[handle] = rep
			return handle
		},
		Rep: func(handle uint32) uint32 { return h.reps[handle] },
	}
}

func TestHandle(t *testing.T) {
	host := &testTable{}
	of := host.resource()
	h := Owned(of, 7)
	if got := h.Lend(); got != 7 {
		t.Errorf("lent %d", got)
	}
	h.Close()
	h.Close()
	given := Owned(of, 8)
	if got := given.Give(); got != 8 {
		t.Errorf("gave %d", got)
	}
	given.Close()
	if want := []uint32{7}; !slices.Equal(host.dropped, want) {
		t.Errorf("dropped %v, want %v", host.dropped, want)
	}
	lentOut := &Handle{of: of, index: 9, state: lent}
	for _, tt := range []struct {
		use  func()
		want string
	}{
		{func() { h.Lend() }, "a:b/c/r is used, but it was closed"},
		{func() { h.Give() }, "it was closed"},
		{func() { given.Lend() }, "it was given away"},
		{func() { lentOut.Give() }, "only lent"},
		{func() { (*Handle)(nil).Lend() }, "nil"},
		{func() { new(Handle).Lend() }, "constructor"},
	} {
		if text := panics(t, tt.use); !strings.Contains(text, tt.want) {
			t.Errorf("%q, want …%s…", text, tt.want)
		}
	}
	new(Handle).Close() // as a test makes them
}

// counted is a resource of the component.
type counted struct{ drops int }

func (c *counted) Drop() { c.drops++ }

func TestOwn(t *testing.T) {
	host := &testTable{}
	of := host.resource()
	v := &counted{}
	out := Give(v)
	if out.Value() != v {
		t.Error("the value is another")
	}
	handle := GiveOwn(of, out)
	if text := panics(t, func() { GiveOwn(of, out) }); !strings.Contains(text, "given away") {
		t.Errorf("giving twice: %q", text)
	}
	rep := host.reps[handle]
	if Value[*counted](rep) != v {
		t.Error("the representation stands for another value")
	}
	in := TakeOwn[*counted](of, handle)
	if in.Value() != v {
		t.Error("another value has come back")
	}
	if again := GiveOwn(of, in); again != handle {
		t.Errorf("handle %d goes out, %d came in", again, handle)
	}
	in = TakeOwn[*counted](of, handle)
	in.Drop()
	if v.drops != 1 || len(host.dropped) != 1 {
		t.Errorf("%d drops of the value, %d of handles", v.drops, len(host.dropped))
	}
	if text := panics(t, func() { in.Value() }); !strings.Contains(text, "closed") {
		t.Errorf("using what is dropped: %q", text)
	}
	if text := panics(t, func() { Own[*counted]{}.Drop() }); !strings.Contains(text, "Give") {
		t.Errorf("dropping nothing: %q", text)
	}

	kept := Give(v)
	kept.Drop()
	if v.drops != 2 || len(host.dropped) != 1 {
		t.Errorf("%d drops of the value, %d of handles", v.drops, len(host.dropped))
	}
	if next := values.add(v); next != rep {
		t.Errorf("representation %d is used, %d is free", next, rep)
	}
	values.remove(rep)
}

func TestMessages(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Outside("a:b/c#f"), "a:b/c#f can be called only inside of a component"},
		{Unregistered("a:b/c#f", "c.Export"), "nothing implements it: call c.Export"},
	} {
		if !strings.Contains(tt.got, tt.want) {
			t.Errorf("%q does not say %q", tt.got, tt.want)
		}
	}
}
