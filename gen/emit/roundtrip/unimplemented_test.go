package roundtrip_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/resources"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/results"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/scalars"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/users"
	"github.com/witan-os/witan/runtime/glue"
	"github.com/witan-os/witan/runtime/vm"
)

// partialScalars has one of the functions that the WIT has by now.
type partialScalars struct{ scalars.Unimplemented }

func (partialScalars) Add(_ context.Context, a int32, b int64) (int64, error) {
	return int64(a) - b, nil
}

// TestUnimplemented calls what a host has not implemented.
func TestUnimplemented(t *testing.T) {
	ctx := t.Context()
	g := newGuests(t)
	c := bind(g, "scalars", scalars.Provide(partialScalars{}), scalars.Bind)
	if n, err := c.Add(ctx, 5, 3); n != 2 || err != nil {
		t.Errorf("add: %d, %v", n, err)
	}
	_, err := c.OfU8(ctx, 1)
	wantUnimplemented(t, err, "test:features/scalars@1.2.0#of-u8")

	// A function with an error of its own does not give that.
	r := bind(g, "results", results.Provide(results.Unimplemented{}), results.Bind)
	_, err = r.OfCode(ctx, "x")
	wantUnimplemented(t, err, "test:features/results@1.2.0#of-code")

	u := bind(g, "users", slices.Concat(resources.Provide(resources.Unimplemented{}), users.Provide(users.Unimplemented{})), users.Bind)
	_, err = u.Look(ctx, &partialFile{})
	wantUnimplemented(t, err, "test:features/users@1.2.0#look")
}

// partialFile has the methods that the resource had once.
type partialFile struct{ resources.UnimplementedFile }

func (partialFile) Read(_ context.Context, _ uint32, buf []byte) ([]byte, error) {
	return append(buf, 1), nil
}

func TestUnimplementedResource(t *testing.T) {
	var f resources.File = partialFile{}
	if b, err := f.Read(t.Context(), 1, nil); len(b) != 1 || err != nil {
		t.Errorf("read: %v, %v", b, err)
	}
	if err := f.Drop_(t.Context()); err != glue.Unimplemented("test:features/resources@1.2.0#[method]file.drop") {
		t.Errorf("drop: %v", err)
	}
}

// wantUnimplemented checks the trap that a caller gets.
func wantUnimplemented(t *testing.T, err error, function string) {
	t.Helper()
	var trap *vm.Trap
	if !errors.As(err, &trap) || !errors.Is(err, errors.ErrUnsupported) || !errors.Is(err, glue.Unimplemented(function)) {
		t.Fatalf("got %v, want a trap because there is no %s", err, function)
	}
	if want := "host: " + function + " is not implemented"; trap.Reason != want || trap.Function != function {
		t.Errorf("the trap is in %s: %s; want %s", trap.Function, trap.Reason, want)
	}
}
