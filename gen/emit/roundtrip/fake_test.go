package roundtrip_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/lists/listsfake"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/resources"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/resources/resourcesfake"
	"github.com/witan-os/witan/runtime/glue"
)

// TestFake uses fakes as the tests of a host do.
func TestFake(t *testing.T) {
	ctx := t.Context()
	fake := &listsfake.Host{OnOfBytes: func(_ context.Context, v, buf []byte) ([]byte, error) { return append(buf, v...), nil }}

	lent := []byte("abc")
	got, err := fake.OfBytes(ctx, lent, nil)
	if err != nil || string(got) != "abc" {
		t.Errorf("the answer is %q, %v", got, err)
	}
	clear(lent) // as memory of a guest may be, after the call
	if _, err := fake.OfNumbers(ctx, []int16{1}); err == nil || !strings.Contains(err.Error(), "test:features/lists@1.2.0#of-numbers") {
		t.Errorf("a call without an answer gave %v", err)
	}
	want := []glue.Call{{Func: "of-bytes", Args: []any{[]byte("abc")}}, {Func: "of-numbers", Args: []any{[]int16{1}}}}
	if diff := cmp.Diff(want, fake.Calls.All()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]any{{[]int16{1}}}, fake.Calls.Of("of-numbers")); diff != "" {
		t.Errorf("calls of one function (-want +got):\n%s", diff)
	}
}

// TestFakeResource is told of its end like any resource.
func TestFakeResource(t *testing.T) {
	var file resources.File = &resourcesfake.File{}
	glue.Give(file).Drop(t.Context())
	fake := file.(*resourcesfake.File)
	if len(fake.Calls.Of("drop")) != 1 {
		t.Errorf("calls: %v", fake.Calls.All())
	}
	dropped := errors.New("not dropped")
	fake.OnDrop = func(context.Context) { dropped = nil }
	fake.Drop(t.Context())
	if dropped != nil {
		t.Error(dropped)
	}
}
