package glue

import "errors"

// Unimplemented is the error of the methods of generated types with that name: the function that the host does not
// implement, as components call it. It is no WIT error, so it traps the caller.
type Unimplemented string

// Error names the function.
func (e Unimplemented) Error() string { return string(e) + " is not implemented" }

// Is makes it an [errors.ErrUnsupported].
func (e Unimplemented) Is(target error) bool { return target == errors.ErrUnsupported }
