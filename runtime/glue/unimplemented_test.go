package glue

import (
	"errors"
	"testing"
)

func TestUnimplemented(t *testing.T) {
	err := error(Unimplemented("a:b/c@1.0.0#d"))
	if err.Error() != "a:b/c@1.0.0#d is not implemented" {
		t.Error(err)
	}
	if !errors.Is(err, errors.ErrUnsupported) || errors.Is(err, errors.New("other")) {
		t.Error("it is not an ErrUnsupported, or too much")
	}
}
