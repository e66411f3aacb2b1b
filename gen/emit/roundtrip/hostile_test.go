package roundtrip_test

import (
	"context"
	"errors"
	"testing"

	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/enums"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/flagsets"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/lists"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/options"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/results"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/scalars"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/strings"
	"github.com/witan-os/witan/gen/emit/testdata/generated/test/features/v1/variants"
	"github.com/witan-os/witan/runtime/glue"

	gostrings "strings"
)

// memorySize is how much memory the guests have.
const memorySize = heapPages << 16

// TestHostileGuest lets a guest lie about one core value and expects a trap that says why.
func TestHostileGuest(t *testing.T) {
	g := newGuests(t)
	tests := []struct {
		name  string
		lie   lie
		call  func(ctx context.Context, l lie) error
		wants string
	}{
		{"enum given", lie{"of-way", 0, 4}, callWay(g), "way has no case 4"},
		{"enum returned", lie{"of-way", asResult, 77}, callWay(g), "way has no case 77"},
		{"variant given", lie{"of-mixed", 0, 9}, callMixed(g), "mixed has no case 9"},
		{"option given", lie{"of-number", 0, 2}, callOption(g), "option has no case 2"},
		{"result returned", lie{"bare", asResult, 2}, callBare(g), "result has no case 2"},
		{"surrogate given", lie{"of-char", 0, 0xd800}, callChar(g), "0xd800 is not a Unicode scalar value"},
		{"char returned", lie{"of-char", asResult, 0x110000}, callChar(g), "0x110000 is not a Unicode scalar value"},
		{"string too long", lie{"of-string", 1, 1 << 27}, callString(g), "outside of the memory"},
		{"string at the end", lie{"of-string", 0, memorySize - 1}, callString(g), "outside of the memory"},
		{"list too long", lie{"of-numbers", 1, 1 << 22}, callNumbers(g), "outside of the memory"},
		{"list larger than any", lie{"of-numbers", 1, 1<<31 - 1}, callNumbers(g), "larger than"},
		{"list unaligned", lie{"of-numbers", 0, 8193}, callNumbers(g), "not a multiple of 2"},
		{"list of strings too long", lie{"of-strings", 1, 1 << 20}, callStrings(g), "outside of the memory"},
		{"result area unaligned", lie{"of-string", 2, 1022}, callString(g), "not a multiple of 4"},
		{"result area outside", lie{"of-string", 2, memorySize - 4}, callString(g), "outside of the memory"},
		{"returned block outside", lie{"of-string", asResult, memorySize - 4}, callString(g), "outside of the memory"},
		{"returned block unaligned", lie{"of-string", asResult, 1025}, callString(g), "not a multiple of 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.call(t.Context(), tt.lie)
			var trap *glue.Trap
			if !errors.As(err, &trap) || !gostrings.Contains(trap.Reason, tt.wants) {
				t.Errorf("got %v, want a trap with %q", err, tt.wants)
			}
		})
	}
}

// TestStrayBits checks that bits without a meaning are dropped, and that any number but zero is true.
func TestStrayBits(t *testing.T) {
	g := newGuests(t)
	fl := bind(g, "flag-sets", flagsets.Provide(flagHost{}), flagsets.Bind,
		lie{"of-few", 0, 0xfffb}, lie{"of-eight", asResult, 0x1ff})
	if v, err := fl.OfFew(t.Context(), 0); err != nil || v != flagsets.FewA|flagsets.FewB {
		t.Errorf("of-few: %v, %v", v, err)
	}
	if v, err := fl.OfEight(t.Context(), 0); err != nil || v != 0xff {
		t.Errorf("of-eight: %v, %v", v, err)
	}
	sc := bind(g, "scalars", scalars.Provide(scalarHost{}), scalars.Bind,
		lie{"of-bool", 0, 2}, lie{"of-u8", 0, 0x1ff}, lie{"of-s8", asResult, 0x180})
	if v, err := sc.OfBool(t.Context(), false); err != nil || !v {
		t.Errorf("of-bool: %v, %v", v, err)
	}
	if v, err := sc.OfU8(t.Context(), 0); err != nil || v != 0xff {
		t.Errorf("of-u8: %v, %v", v, err)
	}
	if v, err := sc.OfS8(t.Context(), 0); err != nil || v != -128 {
		t.Errorf("of-s8: %v, %v", v, err)
	}
}

// TestHostMistakes checks that a host can't hand values to a guest that its type does not have.
func TestHostMistakes(t *testing.T) {
	g := newGuests(t)
	way := bind(g, "enums", enums.Provide(enumHost{}), enums.Bind)
	if _, err := way.OfWay(t.Context(), 99); err == nil {
		t.Error("an enum without a name went through")
	}
	char := bind(g, "scalars", scalars.Provide(scalarHost{}), scalars.Bind)
	if _, err := char.OfChar(t.Context(), 0xdfff); err == nil {
		t.Error("a surrogate went through")
	}
	text := bind(g, "strings", strings.Provide(stringHost{}), strings.Bind)
	if _, err := text.OfString(t.Context(), "\xff"); err == nil {
		t.Error("a string that is not UTF-8 went through")
	}
}

func callWay(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "enums", enums.Provide(enumHost{}), enums.Bind, l).OfWay(ctx, enums.WayEast)
		return err
	}
}

func callMixed(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "variants", variants.Provide(variantHost{}), variants.Bind, l).OfMixed(ctx, variants.MixedNone())
		return err
	}
}

func callOption(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "options", options.Provide(optionHost{}), options.Bind, l).OfNumber(ctx, glue.None[uint64]())
		return err
	}
}

func callBare(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		return bind(g, "results", results.Provide(resultHost{}), results.Bind, l).Bare(ctx, false)
	}
}

func callChar(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "scalars", scalars.Provide(scalarHost{}), scalars.Bind, l).OfChar(ctx, 'a')
		return err
	}
}

func callString(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "strings", strings.Provide(stringHost{}), strings.Bind, l).OfString(ctx, "text")
		return err
	}
}

func callNumbers(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "lists", lists.Provide(listHost{}), lists.Bind, l).OfNumbers(ctx, []int16{1})
		return err
	}
}

func callStrings(g *guests) func(context.Context, lie) error {
	return func(ctx context.Context, l lie) error {
		_, err := bind(g, "lists", lists.Provide(listHost{}), lists.Bind, l).OfStrings(ctx, []string{"a"})
		return err
	}
}
