package roundtrip_test

import (
	"context"
	"errors"
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/resources"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/users"
	"github.com/witan-os/witan/runtime/glue"
)

// file is a resource that counts what happens to it.
type file struct {
	name  string
	drops int
}

func (*file) Read(context.Context, uint32, []byte) ([]byte, error) { return nil, nil }

func (*file) Drop_(context.Context) error { return nil }

func (f *file) Drop(context.Context) { f.drops++ }

type nothing struct{ drops int }

func (n *nothing) Drop(context.Context) { n.drops++ }

type userHost struct{ looked []string }

func (h *userHost) Pass(_ context.Context, f glue.Own[resources.File], n glue.Own[resources.Empty]) (glue.Tuple2[glue.Own[resources.File], glue.Own[resources.Empty]], error) {
	return glue.Tuple2[glue.Own[resources.File], glue.Own[resources.Empty]]{F0: f, F1: n}, nil
}

func (h *userHost) Look(_ context.Context, f resources.File) (uint32, error) {
	h.looked = append(h.looked, f.(*file).name)
	return uint32(len(h.looked)), nil
}

func (h *userHost) Merge(ctx context.Context, a glue.Own[resources.File], b resources.File, name string) (glue.Own[resources.File], error) {
	if name == "" {
		a.Drop(ctx)
		return a, glue.Fail(glue.Give[resources.Empty](&nothing{}))
	}
	a.Value().(*file).name += b.(*file).name + name
	return a, nil
}

// resourceHost stands for an interface of which the guest needs only the types.
type resourceHost struct{ resources.Host }

func bindUsers(t *testing.T, h *userHost, lies ...lie) *users.Client {
	return bind(newGuests(t), "users", append(resources.Provide(resourceHost{}), users.Provide(h)...), users.Bind, lies...)
}

func TestOwnership(t *testing.T) {
	h := &userHost{}
	c := bindUsers(t, h)
	ctx := t.Context()
	f, n := &file{name: "f"}, &nothing{}
	for range 100 { // handles are given back, or the numbers would not stay small
		back, err := c.Pass(ctx, glue.Give[resources.File](f), glue.Give[resources.Empty](n))
		if err != nil {
			t.Fatal(err)
		}
		if back.F0.Value() != resources.File(f) || back.F1.Value() != resources.Empty(n) {
			t.Fatalf("other resources came back: %v", back)
		}
	}
	if f.drops+n.drops != 0 {
		t.Errorf("%d and %d drops of resources that were passed back", f.drops, n.drops)
	}
	for want := uint32(1); want <= 3; want++ {
		if got, err := c.Look(ctx, f); err != nil || got != want {
			t.Errorf("look: %d, %v", got, err)
		}
	}
	if f.drops != 0 {
		t.Error("a borrowed resource was dropped")
	}
}

func TestResourcesInResults(t *testing.T) {
	c := bindUsers(t, &userHost{})
	ctx := t.Context()
	a, b := &file{name: "a"}, &file{name: "b"}
	own, err := c.Merge(ctx, glue.Give[resources.File](a), b, "c")
	if err != nil || own.Value().(*file).name != "abc" {
		t.Fatalf("merge: %v, %v", own, err)
	}
	_, err = c.Merge(ctx, own, b, "")
	var fail glue.Error[glue.Own[resources.Empty]]
	if !errors.As(err, &fail) || fail.Value.Value() == nil {
		t.Errorf("merge: %v, want the resource that is its error", err)
	}
	if a.drops != 1 || b.drops != 0 {
		t.Errorf("%d and %d drops, want 1 and 0", a.drops, b.drops)
	}
}

func TestForgedHandles(t *testing.T) {
	for _, tt := range []struct {
		name string
		lie  lie
	}{
		{"none", lie{"pass", 0, 0}},
		{"unknown", lie{"pass", 0, 1000}},
		{"of another type", lie{"pass", 0, 2}},
		{"given twice", lie{"pass", 1, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := bindUsers(t, &userHost{}, tt.lie)
			_, err := c.Pass(t.Context(), glue.Give[resources.File](&file{}), glue.Give[resources.Empty](&nothing{}))
			var trap *glue.Trap
			if !errors.As(err, &trap) {
				t.Errorf("got %v, want a trap", err)
			}
		})
	}
	t.Run("borrow taken", func(t *testing.T) {
		c := bindUsers(t, &userHost{}, lie{"merge", 0, 2})
		_, err := c.Merge(t.Context(), glue.Give[resources.File](&file{}), &file{}, "x")
		var trap *glue.Trap
		if !errors.As(err, &trap) {
			t.Errorf("got %v, want a trap: a borrowed handle can't be given away", err)
		}
	})
}
