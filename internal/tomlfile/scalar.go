package tomlfile

import (
	"encoding"
	"fmt"
	"reflect"

	"github.com/witan-os/witan/internal/diag"
)

// RuleValue is the rule of values that have the right type and can't be.
const RuleValue diag.Rule = "value"

// Defaulter is an element of an array of tables some of whose keys mean something other than zero when they are
// left out.
type Defaulter interface {
	SetDefaults()
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

// integer is how messages call a number without a fraction.
const integer = "a number"

func (f *File) assignText(p *place, name, text string, into encoding.TextUnmarshaler) {
	if err := into.UnmarshalText([]byte(text)); err != nil {
		p.misfit = true
		f.add(p.value, RuleValue, fmt.Sprintf("%s: %v", name, err), "")
	}
}

func (f *File) assignInteger(p *place, name string, n int64, into reflect.Value) {
	switch {
	case into.CanInt() && !into.OverflowInt(n):
		into.SetInt(n)
	case into.CanUint() && n >= 0 && !into.OverflowUint(uint64(n)):
		into.SetUint(uint64(n))
	case into.CanUint() && n < 0:
		p.misfit = true
		f.add(p.value, RuleValue, fmt.Sprintf("%s: %d is negative", name, n), "")
	default:
		p.misfit = true
		f.add(p.value, RuleValue, fmt.Sprintf("%s: %d is too large", name, n), "")
	}
}
